"""Undo: one's own edit taken back after others have gone on."""

from collections.abc import Collection, Sequence

from render.errors import EditRefused
from render.timeline import items
from render.timeline.document import Document
from render.timeline.edits import Edit, Group, Leaf, MoveItem, RemoveItem, SetField, SpliceText, apply, leaves, rebase, targets
from render.timeline.invariants import item_ids


def undo(document: Document, inverse: Edit, since: Sequence[Edit], *, cancelled: Collection[int] = ()) -> Edit:
    """The edit that takes an earlier one back: its stored `inverse`, moved past all edits `since`.

    `cancelled` are the places in `since` of edits that were taken back meanwhile and of the edits that did so: together they changed
    nothing, so they are in nobody's way. Raises EditRefused `in-the-way` with `facts["edit"]`, the place in `since` of the edit that
    must be taken back first.
    """
    moved = inverse
    for index, later in enumerate(since):
        others = [leaf for leaf in leaves((later,)) if index not in cancelled or isinstance(leaf, SpliceText)]
        if index not in cancelled and any(_in_the_way(document, mine, other) for mine in leaves((moved,)) for other in others):
            raise EditRefused("in-the-way", edit=index)
        try:
            moved = rebase(moved, (Group(edits=tuple(others)),))
        except EditRefused as refusal:
            raise EditRefused("in-the-way", edit=index, problem=refusal.reason) from refusal
    return _tried(document, moved, since)


def _in_the_way(document: Document, mine: Leaf, other: Leaf) -> bool:
    if isinstance(mine, RemoveItem):
        return not isinstance(other, RemoveItem) and bool(_held(document, mine.id).intersection(_touched(other)))
    if isinstance(mine, SetField) and isinstance(other, SetField):
        return mine.target == other.target and _overlap(mine.field, other.field)
    return isinstance(mine, MoveItem) and isinstance(other, MoveItem) and mine.id == other.id


def _touched(leaf: Leaf) -> tuple[str, ...]:
    """The ids of what an edit changes; a variant's look of a thing is that thing's too."""
    if isinstance(leaf, SetField) and leaf.field.startswith("overrides."):
        return (*targets(leaf), leaf.field.split(".")[1])
    return targets(leaf)


def _held(document: Document, item_id: str) -> set[str]:
    """The ids of an item and of all inside it; just its own once it is gone."""
    try:
        item = items.at(document, items.steps_to(document, item_id))
    except EditRefused:
        return {item_id}
    return set() if isinstance(item, Document) else {name for name, _ in item_ids(item, "")}


def _overlap(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _tried(document: Document, edit: Edit, since: Sequence[Edit]) -> Edit:
    """The edit, if it can be applied; else the last edit that moved things about is named as the obstacle."""
    try:
        apply(document, edit)
    except EditRefused as refusal:
        moving = [index for index, later in enumerate(since) if not all(isinstance(leaf, SpliceText) for leaf in leaves((later,)))]
        raise EditRefused("in-the-way", edit=moving[-1] if moving else -1, problem=refusal.reason) from refusal
    return edit
