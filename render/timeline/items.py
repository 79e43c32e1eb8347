"""The document's tree: finding, placing and taking out scenes, blocks, layers and tracks. What is not touched stays the same object."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

from pydantic import JsonValue, ValidationError

from render.errors import EditRefused
from render.timeline import codec
from render.timeline.document import Block, Document, Layer, Scene, Track, Variant
from render.timeline.invariants import block_fault, held_names, item_ids, names_in, unreal_character
from render.timeline.values import Value

Item = Scene | Block | Layer | Track | Variant
Holder = Document | Scene | Block | Layer | Track | Variant
Steps = tuple[tuple[str, int], ...]
"""The way from the document to an item: collection and index, again and again."""

DOCUMENT: Final = "document"
COLLECTIONS: Final[Mapping[type[Value], Mapping[str, type[Item]]]] = {
    Document: {"scenes": Scene, "tracks": Track, "variants": Variant},
    Scene: {"blocks": Block, "layers": Layer},
    Track: {"layers": Layer},
    Block: {},
    Layer: {},
    Variant: {},
}

Model = TypeVar("Model", bound=Value)


def steps_to(document: Document, item_id: str) -> Steps:
    """The way to an item; empty for the document itself. Raises EditRefused `target-gone`."""
    if item_id == DOCUMENT:
        return ()
    for collection in COLLECTIONS[Document]:
        for index, top in enumerate(getattr(document, collection)):
            inside = _step_in(top, item_id)
            if inside is not None:
                return ((collection, index), *inside)
    raise EditRefused("target-gone", path=item_id)


def at(document: Document, steps: Steps) -> Holder:
    """What stands at the end of a way."""
    held: Any = document
    for collection, index in steps:
        held = getattr(held, collection)[index]
    return cast("Holder", held)


def found(document: Document, item_id: str, kind: type[Model]) -> Model:
    """The item of that id and kind. Raises EditRefused `target-gone` or `target-kind`."""
    item = at(document, steps_to(document, item_id))
    if not isinstance(item, kind):
        raise EditRefused("target-kind", path=item_id)
    return item


def replaced(document: Document, steps: Steps, item: Holder) -> Document:
    """The document with another value at the end of a way."""
    return cast("Document", _replaced(document, steps, item))


def inserted(document: Document, parent: Steps, collection: str, after: str, item: Item) -> Document:
    """The document with `item` after the member `after` of a collection, or first. Raises EditRefused `after-gone`, `field`, `full`."""
    holder = at(document, parent)
    if not isinstance(item, COLLECTIONS[type(holder)].get(collection, ())):
        raise EditRefused("field", path=collection)
    members = getattr(holder, collection)
    if len(members) >= _capacity(holder, collection):
        raise EditRefused("full", path=collection)
    index = 0 if not after else 1 + next((i for i, member in enumerate(members) if member.id == after), -2)
    if index < 0:
        raise EditRefused("after-gone", path=after)
    return replaced(document, parent, holder.model_copy(update={collection: (*members[:index], item, *members[index:])}))


def removed(document: Document, steps: Steps) -> tuple[Document, Item, str]:
    """The document without the item at the end of a way, the item, and the id of its elder neighbour (empty where there was none)."""
    holder, (collection, index) = at(document, steps[:-1]), steps[-1]
    members = getattr(holder, collection)
    fewer = holder.model_copy(update={collection: members[:index] + members[index + 1 :]})
    return replaced(document, steps[:-1], fewer), members[index], members[index - 1].id if index else ""


def read_item(document: Document, parent: Steps, collection: str, data: JsonValue) -> Item:
    """An item as it came over the wire, fit for its place. Raises EditRefused `field`, `value` or `duplicate-id`."""
    kind = COLLECTIONS[type(at(document, parent))].get(collection)
    if kind is None:
        raise EditRefused("field", path=collection)
    item = validated(kind, data, collection)
    blocks = item.blocks if isinstance(item, Scene) else (item,) if isinstance(item, Block) else ()
    if fault := next(filter(None, (block_fault(block, collection) for block in blocks)), None):
        raise EditRefused("value", path=fault.path)
    refuse_taken(document, [name for name, _ in item_ids(item, "")])
    return item


def refuse_taken(document: Document, names: list[str]) -> None:
    """Raise EditRefused `duplicate-id` where one of `names` stands twice, or stands in the document already."""
    taken = names_in(document) | {DOCUMENT}
    for name in names:
        if name in taken:
            raise EditRefused("duplicate-id", path=name)
        taken.add(name)


def validated(kind: type[Model], data: JsonValue, path: str) -> Model:
    """A value of the schema made from JSON. Raises EditRefused `value` with the place inside it."""
    if not codec.shallow(data):
        raise EditRefused("value", path=path, problem="depth")
    if fault := unreal_character(data, path):
        raise EditRefused("value", path=fault.path, problem="character")
    try:
        return kind.model_validate_json(codec.canonical(data), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise EditRefused("value", path=f"{path}.{codec.path_of(first['loc'])}".strip("."), problem=first["msg"]) from error
    except (TypeError, ValueError) as error:
        raise EditRefused("value", path=path, problem=str(error)) from error


def _step_in(top: Scene | Track | Variant, item_id: str) -> Steps | None:
    """The way from an item of the document to one in it, empty where it is the item itself; None where it is not there."""
    if top.id == item_id:
        return ()
    if isinstance(top, Variant) or item_id not in held_names(top):
        return None
    ways = (((name, place), item) for name in COLLECTIONS[type(top)] for place, item in enumerate(getattr(top, name)))
    return next(((step,) for step, item in ways if item.id == item_id), None)


def _replaced(holder: Any, steps: Steps, item: Holder) -> Any:
    if not steps:
        return item
    (collection, index), *rest = steps
    members = getattr(holder, collection)
    changed = _replaced(members[index], tuple(rest), item)
    return holder.model_copy(update={collection: (*members[:index], changed, *members[index + 1 :])})


def _capacity(holder: Holder, collection: str) -> int:
    metadata = type(holder).model_fields[collection].metadata
    return next(int(entry.max_length) for entry in metadata if hasattr(entry, "max_length"))
