"""Edits: every change to a document as a value, how it is applied with its inverse, and how it is moved past edits made meanwhile."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple, cast

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from render.errors import EditRefused
from render.timeline import codec, items
from render.timeline.document import Block, BlockText, Document, Layer, Mark, Pronunciation, Track
from render.timeline.fields import with_field
from render.timeline.invariants import item_ids, unreal_character
from render.timeline.splices import Splice, carried_marks, carried_pronunciations, spliced, transformed
from render.timeline.values import TEXT_LENGTH_MAX, Language, Value

GROUP_LENGTH_MAX: Final = 10_000
EDIT_DEPTH_MAX: Final = 60
NAME_LENGTH: Final = 16
EDIT_SIZE_MAX_BYTES: Final = codec.SIZE_MAX_BYTES
"""An inverse may hold a whole scene, so what fits a document fits an edit; whoever takes edits from outside caps them lower."""

Target = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
"""An id, or `document`."""
Neighbour = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,40}$")]
"""An id, or empty for the first place."""
Place = Annotated[int, Field(ge=0, le=TEXT_LENGTH_MAX)]


class SpliceText(Value):
    """In a block's text, `delete` characters (code points) at `at` give way to `insert`.

    `marks` and `pronunciations`, in places of the new text, and `of` are what an inverse puts back; `vacate` takes a text away whole
    when nothing is left of it. A language without a text gets one; in another than the document's it is written for what stands there.
    """

    kind: Literal["splice-text"] = "splice-text"
    block: Target
    language: Language
    at: Place
    delete: Place = 0
    insert: str = Field(default="", max_length=TEXT_LENGTH_MAX)
    marks: tuple[Mark, ...] = Field(default=(), max_length=2_000)
    pronunciations: tuple[Pronunciation, ...] = Field(default=(), max_length=2_000)
    vacate: bool = False
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{0,16}$")] | None = None


class SetField(Value):
    """`value` at a dotted path of an item, or of the `document`: `transform.x`, `texts.zh.marks`. None takes a language out."""

    kind: Literal["set-field"] = "set-field"
    target: Target
    field: str = Field(min_length=1, max_length=100)
    value: JsonValue = None


class InsertItem(Value):
    """A new scene, block, layer, track or variant, as JSON, in a collection of `parent`, after a member or first."""

    kind: Literal["insert-item"] = "insert-item"
    parent: Target
    collection: Literal["scenes", "tracks", "blocks", "layers", "variants"]
    after: Neighbour = ""
    item: dict[str, JsonValue]


class RemoveItem(Value):
    """An item and all that it holds are taken out."""

    kind: Literal["remove-item"] = "remove-item"
    id: Target


class MoveItem(Value):
    """An item goes to a place in the same collection of `parent`, which may be another than its own."""

    kind: Literal["move-item"] = "move-item"
    id: Target
    parent: Target
    after: Neighbour = ""


class Group(Value):
    """Several edits, in order, all or none."""

    kind: Literal["group"] = "group"
    edits: tuple["Edit", ...] = Field(default=(), max_length=GROUP_LENGTH_MAX)


Leaf = SpliceText | SetField | InsertItem | RemoveItem | MoveItem
Edit = Annotated[SpliceText | SetField | InsertItem | RemoveItem | MoveItem | Group, Field(discriminator="kind")]

Group.model_rebuild()
_READER: Final[TypeAdapter[Edit]] = TypeAdapter(Edit)


class Applied(NamedTuple):
    """The document after an edit, and the edit that takes it back."""

    document: Document
    inverse: Edit


def read_edit(data: Any) -> Edit:
    """An edit from JSON (text, bytes or parsed). Raises EditRefused `edit` with the path of what is wrong."""
    try:
        raw = data if isinstance(data, str | bytes) else codec.canonical(data)
        return _sound(_READER.validate_json(raw, strict=True), raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise EditRefused("edit", path=codec.path_of(first["loc"]), problem=first["msg"]) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise EditRefused("edit", path="", problem=str(error)) from error


def write_edit(edit: Edit) -> dict[str, Any]:
    """An edit as JSON."""
    return edit.model_dump(mode="json")


def apply(document: Document, edit: Edit) -> Applied:
    """The document after `edit`, and the inverse that restores it byte for byte. What is not touched stays the same object.

    Raises EditRefused with one of `target-gone`, `target-kind`, `after-gone`, `duplicate-id`, `field`, `value`, `range`, `too-long`,
    `full`, `locked`, and the place in `facts["path"]`; the document is then as it was.
    """
    if isinstance(edit, Group):
        return _apply_all(document, edit)
    if isinstance(edit, SpliceText):
        return _apply_splice(document, edit)
    if isinstance(edit, SetField):
        return _apply_field(document, edit)
    if isinstance(edit, InsertItem):
        return _apply_insert(document, edit)
    return _apply_remove(document, edit) if isinstance(edit, RemoveItem) else _apply_move(document, edit)


def leaves(edits: Iterable[Edit]) -> Iterator[Leaf]:
    """The single edits, groups opened, in order."""
    for edit in edits:
        if isinstance(edit, Group):
            yield from leaves(edit.edits)
        else:
            yield edit


def rebase(edit: Edit, over: Sequence[Edit], *, earlier: bool = False) -> Edit:
    """`edit`, made from the document before `over`, as it is to be applied after it.

    Splices of one text are transformed: nothing that either side inserted is lost. Of two insertions at one place that of `over`
    stands left, because the server had it first; `earlier` says that `edit` was first. Of two values set in one field the later wins.
    Raises EditRefused `target-gone` where an item was taken out, and `text-replaced` or `text-changed` where one side sets a whole
    text that the other splices.
    """
    others = list(leaves(over))
    mine, _ = _crossed(list(leaves((edit,))), others, earlier=earlier)
    _refuse_gone(mine, others)
    return mine[0] if len(mine) == 1 else Group(edits=tuple(mine))


def named(words: str) -> str:
    """The name by which a text remembers the words it was written for; none for none."""
    return codec.digest(words)[:NAME_LENGTH] if words else ""


def _sound(edit: Edit, raw: str | bytes) -> Edit:
    if len(raw) > EDIT_SIZE_MAX_BYTES:
        raise ValueError("too large")
    value = write_edit(edit)
    if not codec.shallow(value, EDIT_DEPTH_MAX):
        raise ValueError("too deep")
    if fault := unreal_character(value):
        raise EditRefused("edit", path=fault.path, problem=fault.code)
    return edit


def _apply_all(document: Document, group: Group) -> Applied:
    inverses: list[Edit] = []
    for edit in group.edits:
        document, inverse = apply(document, edit)
        inverses.append(inverse)
    return Applied(document, Group(edits=tuple(reversed(inverses))))


def _apply_splice(document: Document, edit: SpliceText) -> Applied:
    block = items.found(document, edit.block, Block)
    before, splice = block.texts.get(edit.language), Splice(edit.at, edit.delete, edit.insert)
    text = before or BlockText()
    if splice.end > len(text.text):
        raise EditRefused("range", path=f"{edit.block}.texts.{edit.language}", length=len(text.text))
    if len(text.text) + splice.growth > TEXT_LENGTH_MAX:
        raise EditRefused("too-long", path=f"{edit.block}.texts.{edit.language}", length_max=TEXT_LENGTH_MAX)
    of = _written_for(document, block, edit)
    after: BlockText | None = spliced(text, splice, edit.marks, edit.pronunciations).model_copy(update={"of": of})
    inverse = _splice_back(edit, text, cast("BlockText", after), vacate=before is None)
    if edit.vacate and after == BlockText():
        after = None
    texts = {key: kept for key, kept in block.texts.items() if key != edit.language} | ({edit.language: after} if after else {})
    changed = block.model_copy(update={"texts": texts})
    return Applied(items.replaced(document, items.steps_to(document, edit.block), changed), inverse)


def _written_for(document: Document, block: Block, edit: SpliceText) -> str:
    if edit.of is not None:
        return edit.of
    own = block.texts.get(document.language, BlockText())
    return own.of if edit.language == document.language else named(own.text)


def _splice_back(edit: SpliceText, old: BlockText, new: BlockText, *, vacate: bool) -> SpliceText:
    """The inverse, with the marks and pronunciations that a bare splice would not bring back."""
    back = Splice(edit.at, len(edit.insert), old.text[edit.at : edit.at + edit.delete])
    bare = spliced(new, back)
    return SpliceText(
        block=edit.block,
        language=edit.language,
        at=back.at,
        delete=back.delete,
        insert=back.insert,
        marks=tuple(mark for mark, fallen in zip(old.marks, bare.marks, strict=True) if mark != fallen),
        pronunciations=tuple(said for said in old.pronunciations if said not in bare.pronunciations),
        vacate=vacate,
        of=old.of,
    )


def _apply_field(document: Document, edit: SetField) -> Applied:
    steps = items.steps_to(document, edit.target)
    _refuse_locked(document, steps[:-1] if edit.field == "locked" else steps)
    holder = items.at(document, steps)
    changed, before = with_field(holder, edit.field, edit.value)
    if isinstance(changed, Block) and isinstance(holder, Block):
        _refuse_marks(document, holder, changed)
    return Applied(items.replaced(document, steps, changed), edit.model_copy(update={"value": before}))


def _apply_insert(document: Document, edit: InsertItem) -> Applied:
    parent = items.steps_to(document, edit.parent)
    _refuse_locked(document, parent)
    item = items.read_item(document, parent, edit.collection, edit.item)
    return Applied(items.inserted(document, parent, edit.collection, edit.after, item), _removal(item))


def _removal(item: items.Item) -> Edit:
    """What takes an item out again; one that came locked is unlocked first."""
    removal = RemoveItem(id=item.id)
    if not (isinstance(item, Track | Layer) and item.locked):
        return removal
    return Group(edits=(SetField(target=item.id, field="locked", value=False), removal))


def _apply_remove(document: Document, edit: RemoveItem) -> Applied:
    steps = _steps_of_item(document, edit.id)
    fewer, item, after = items.removed(document, steps)
    inverse = InsertItem(
        parent=_holder_id(document, steps),
        collection=cast("Any", steps[-1][0]),
        after=after,
        item=item.model_dump(mode="json"),
    )
    return Applied(fewer, inverse)


def _apply_move(document: Document, edit: MoveItem) -> Applied:
    steps = _steps_of_item(document, edit.id)
    fewer, item, after = items.removed(document, steps)
    parent = items.steps_to(fewer, edit.parent)
    _refuse_locked(fewer, parent)
    moved = items.inserted(fewer, parent, steps[-1][0], edit.after, item)
    return Applied(moved, MoveItem(id=edit.id, parent=_holder_id(document, steps), after=after))


def _steps_of_item(document: Document, item_id: str) -> items.Steps:
    steps = items.steps_to(document, item_id)
    if not steps:
        raise EditRefused("target-kind", path=item_id)
    _refuse_locked(document, steps)
    return steps


def _holder_id(document: Document, steps: items.Steps) -> str:
    holder = items.at(document, steps[:-1])
    return items.DOCUMENT if isinstance(holder, Document) else holder.id


def _refuse_locked(document: Document, steps: items.Steps) -> None:
    for depth in range(1, len(steps) + 1):
        item = items.at(document, steps[:depth])
        if isinstance(item, Track | Layer) and item.locked:
            raise EditRefused("locked", path=item.id)


def _refuse_marks(document: Document, old: Block, new: Block) -> None:
    known = {name for name, _ in item_ids(old, "")}
    items.refuse_taken(document, [name for name, _ in item_ids(new, "") if name not in known])


def _crossed(mine: list[Leaf], theirs: list[Leaf], *, earlier: bool) -> tuple[list[Leaf], list[Leaf]]:
    """Two runs of edits from one document: each as it follows the other."""
    done: list[Leaf] = []
    for leaf in mine:
        moved, passed = [leaf], []
        for other in theirs:
            moved, beyond = _met(moved, other, earlier=earlier)
            passed += beyond
        done += moved
        theirs = passed
    return done, theirs


def _met(mine: list[Leaf], other: Leaf, *, earlier: bool) -> tuple[list[Leaf], list[Leaf]]:
    if len(mine) != 1:
        return _crossed(mine, [other], earlier=earlier)
    leaf = mine[0]
    if not (isinstance(leaf, SpliceText | SetField) and isinstance(other, SpliceText | SetField)):
        return [leaf], [other]
    return _past(leaf, other, earlier=earlier), _past(other, leaf, earlier=not earlier)


def _past(leaf: SpliceText | SetField, other: SpliceText | SetField, *, earlier: bool) -> list[Leaf]:
    if isinstance(leaf, SpliceText):
        if isinstance(other, SpliceText):
            return _splice_past(leaf, other, earlier=earlier)
        if (other.target, other.field) == (leaf.block, f"texts.{leaf.language}"):
            raise EditRefused("text-replaced", path=f"{leaf.block}.texts.{leaf.language}")
        return [leaf]
    return [_field_past(leaf, other) if isinstance(other, SpliceText) else leaf]


def _splice_past(leaf: SpliceText, other: SpliceText, *, earlier: bool) -> list[Leaf]:
    if (leaf.block, leaf.language) != (other.block, other.language):
        return [leaf]
    theirs = Splice(other.at, other.delete, other.insert)
    pieces = transformed(Splice(leaf.at, leaf.delete, leaf.insert), theirs, mine_first=earlier)
    plain: dict[str, Any] = {"marks": (), "pronunciations": (), "vacate": False}
    moved: list[Leaf] = [leaf.model_copy(update=plain | _numbers(piece)) for piece in pieces[:-1]]
    last = pieces[-1]
    shift = last.at - leaf.at
    carried = {
        "marks": tuple(Mark(id=mark.id, at=mark.at + shift) for mark in leaf.marks if mark.at + shift >= 0),
        "pronunciations": tuple(
            said.model_copy(update={"start": said.start + shift, "end": said.end + shift})
            for said in leaf.pronunciations
            if said.start + shift >= 0
        ),
    }
    return [*moved, leaf.model_copy(update=carried | _numbers(last))]


def _numbers(piece: Splice) -> dict[str, Any]:
    return {"at": piece.at, "delete": piece.delete, "insert": piece.insert}


def _field_past(leaf: SetField, other: SpliceText) -> SetField:
    """A value set in a text's neighbourhood: places in it are carried, a whole text is given back to its author."""
    whole = f"texts.{other.language}"
    if leaf.target != other.block or not f"{leaf.field}.".startswith(f"{whole}."):
        return leaf
    if leaf.field == whole:
        raise EditRefused("text-changed", path=f"{leaf.target}.{leaf.field}")
    if not leaf.field.endswith((".marks", ".pronunciations")):
        return leaf
    return leaf.model_copy(update={"value": _carried_places(leaf, Splice(other.at, other.delete, other.insert))})


def _carried_places(leaf: SetField, splice: Splice) -> JsonValue:
    places = cast("list[Any]", leaf.value)
    try:
        if leaf.field.endswith(".marks"):
            moved: Iterable[Value] = carried_marks([Mark.model_validate(place) for place in places], splice)
        else:
            moved = carried_pronunciations([Pronunciation.model_validate(place) for place in places], splice)
        return [value.model_dump(mode="json") for value in moved]
    except (TypeError, ValidationError) as error:
        raise EditRefused("value", path=f"{leaf.target}.{leaf.field}", problem=str(error)) from error


def _refuse_gone(mine: Sequence[Leaf], others: Sequence[Leaf]) -> None:
    gone: set[str] = set()
    for other in others:
        if isinstance(other, RemoveItem):
            gone.add(other.id)
        elif isinstance(other, InsertItem):
            gone.discard(str(other.item.get("id")))
    for leaf in mine:
        if lost := gone.intersection(targets(leaf)):
            raise EditRefused("target-gone", path=min(lost))


def targets(leaf: Leaf) -> tuple[str, ...]:
    """The ids that an edit needs to find."""
    if isinstance(leaf, SpliceText):
        return (leaf.block,)
    if isinstance(leaf, SetField):
        return (leaf.target,)
    if isinstance(leaf, InsertItem):
        return (leaf.parent,)
    return (leaf.id,) if isinstance(leaf, RemoveItem) else (leaf.id, leaf.parent)
