"""Cutting: layers split, trimmed, moved, copied and closed up, each as one edit that is undone as one.

Times are ticks of the project. A layer keeps hanging on what it hung on: its anchors move, they are not replaced. New ids come from
the caller.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

from render.errors import EditRefused
from render.timeline.anchors import moved
from render.timeline.curves import envelope_of
from render.timeline.document import AudioContent, Keyframe, Layer, Span, VideoContent
from render.timeline.edits import Edit, Group, InsertItem, RemoveItem, SetField
from render.timeline.overrides import copied
from render.timeline.pieces import piece, source_before, trimmed
from render.timeline.table import Table, Whereabouts, whereabouts
from render.timeline.time import TICKS_PER_SECOND, TimeRange

Side = Literal["start", "end"]


def split_layer(table: Table, layer_id: str, at: Iterable[int], ids: Iterator[str]) -> Group:
    """Cut a layer at the ticks `at` that lie inside it: its pieces together look and sound as it did, in every shape.

    The first piece keeps the id. Raises EditRefused `range` where no tick lies inside, and as `whereabouts` and `piece` do.
    """
    found = whereabouts(table, layer_id)
    inner = sorted({tick for tick in at if found.range.start < tick < found.range.end})
    if not inner:
        raise EditRefused("range", path=layer_id)
    edges = pairwise([found.range.start, *inner, found.range.end])
    return _in_parts(table, found, [TimeRange(start, end - start) for start, end in edges], ids)


def trim_layer(table: Table, layer_id: str, *, start: int | None = None, end: int | None = None) -> Group:
    """Let a layer begin or end at another tick; what it shows at any moment stays. Raises EditRefused `range` where nothing is left."""
    found = whereabouts(table, layer_id)
    first, last = found.range.start if start is None else start, found.range.end if end is None else end
    if first >= last:
        raise EditRefused("range", path=layer_id)
    fresh = trimmed(found, TimeRange(first, last - first), table.manifest)
    return Group(edits=tuple(changes(found.layer, fresh)))


def drag_edge(table: Table, layer_id: str, side: Side, by_ticks: int) -> Group:
    """Let a layer begin or end so much later, in whole frames, as far as it may: its scene or the project ends there, or its source.

    What is left lasts a frame at least.
    """
    found, least = whereabouts(table, layer_id), table.frame_ticks
    where, bounds = found.range, found.bounds
    if side == "end":
        return trim_layer(table, layer_id, end=max(where.start + least, min(bounds.end, table.whole_frames(where.end + by_ticks))))
    before = source_before(found.layer)
    first = bounds.start if before is None else max(bounds.start, where.start - before)
    wanted = max(first, table.whole_frames(where.start + by_ticks))
    return trim_layer(table, layer_id, start=min(where.end - min(least, where.duration), wanted))


def run_at(table: Table, layer_id: str, speed: int) -> Group:
    """A film or sound runs faster or slower (per mille) and takes so much less or more time. Raises EditRefused `target-kind`."""
    found = whereabouts(table, layer_id)
    content = found.layer.content
    if not isinstance(content, AudioContent | VideoContent):
        raise EditRefused("target-kind", path=layer_id)
    wanted = table.whole_frames(found.range.duration * content.speed // max(1, speed))
    longer = drag_edge(table, layer_id, "end", wanted - found.range.duration)
    return Group(edits=(SetField(target=layer_id, field="content.speed", value=speed), longer))


def bend(table: Table, layer_id: str, points: Iterable[tuple[int, int]]) -> SetField:
    """The envelope of a layer: its volume where it sounds, else its opacity, as (ticks from its start, per mille)."""
    layer = whereabouts(table, layer_id).layer
    bent = envelope_of(layer)
    fresh = (Keyframe(property=bent, at=at, value=value, easing="linear") for at, value in sorted(points))
    frames = [*(frame for frame in layer.keyframes if frame.property != bent), *fresh]
    return SetField(target=layer_id, field="keyframes", value=[frame.model_dump(mode="json") for frame in frames])


def last_for(table: Table, scene_id: str, ticks: int) -> Group:
    """A scene lasts so long, if its words leave room: a frame at least."""
    rule = {"kind": "fixed", "fixed": max(table.frame_ticks, ticks), "least": min(max(1, ticks), TICKS_PER_SECOND)}
    return Group(edits=tuple(SetField(target=scene_id, field=f"duration.{name}", value=value) for name, value in rule.items()))


def ripple_delete(table: Table, layer_ids: Sequence[str]) -> Group:
    """Take layers out and close the gaps: what follows on their tracks, or in their scenes on their lanes, comes earlier by what they took.

    Locked layers stay where they are.
    """
    gone = [whereabouts(table, name) for name in layer_ids]
    names, holders = set(layer_ids), {found.holder.id: found.holder for found in gone}
    rest = ((layer, holder) for holder in holders.values() for layer in holder.layers if layer.id not in names and not layer.locked)
    gaps = ((layer, _gap_before(gone, layer, table.range_of(layer, holder), holder.id)) for layer, holder in rest)
    moves = (move_layer(layer, -by_ticks) for layer, by_ticks in gaps if by_ticks)
    return Group(edits=(*(RemoveItem(id=name) for name in layer_ids), *moves))


def move_layer(layer: Layer, by_ticks: int) -> Edit:
    """A layer earlier or later as a whole."""
    span = Span(start=moved(layer.span.start, by_ticks), end=moved(layer.span.end, by_ticks))
    return SetField(target=layer.id, field="span", value=span.model_dump(mode="json"))


def duplicate_layer(table: Table, layer_id: str, ids: Iterator[str]) -> Group:
    """A copy of a layer, placed in every shape as it is: right after it where there is room, else at the same time."""
    found = whereabouts(table, layer_id)
    after = found.range.shifted(found.range.duration)
    span = found.spanned(after) if after.end <= found.bounds.end else found.layer.span
    copy = found.layer.model_copy(update={"id": next(ids), "span": span, "locked": False})
    return Group(edits=(_insertion(found, layer_id, copy), *copied(table.document, [(layer_id, copy.id)])))


def changes(old: Layer, new: Layer) -> Iterator[Edit]:
    """The fields in which two states of a layer differ, set one by one: what else is edited meanwhile stays."""
    for holder_old, holder_new, path in ((old, new, ""), (old.content, new.content, "content.")):
        for name in type(holder_new).model_fields:
            if name != "content" and getattr(holder_old, name) != getattr(holder_new, name):
                value = holder_new.model_dump(mode="json", include={name})[name]
                yield SetField(target=old.id, field=f"{path}{name}", value=value)


def _in_parts(table: Table, found: Whereabouts, parts: Sequence[TimeRange], ids: Iterator[str]) -> Group:
    first, *others = (piece(found, part, table.manifest) for part in parts)
    fresh = [other.model_copy(update={"id": next(ids)}) for other in others]
    befores = [found.layer.id, *(layer.id for layer in fresh)]
    insertions = (_insertion(found, before, layer) for before, layer in zip(befores, fresh, strict=False))
    overrides = copied(table.document, [(found.layer.id, layer.id) for layer in fresh])
    return Group(edits=(*changes(found.layer, first), *insertions, *overrides))


def _insertion(found: Whereabouts, after: str, layer: Layer) -> InsertItem:
    return InsertItem(parent=found.holder.id, collection="layers", after=after, item=layer.model_dump(mode="json"))


def _gap_before(gone: Iterable[Whereabouts], layer: Layer, where: TimeRange | None, holder_id: str) -> int:
    """How much of the time before a layer was taken by those that go, on its track or lane; what two of them took counts once."""
    if where is None:
        return 0
    same = (found for found in gone if found.holder.id == holder_id and (found.home is None or found.layer.lane == layer.lane))
    by_ticks, taken = 0, 0
    for found in sorted((found.range for found in same if found.range.end <= where.start), key=lambda taken: taken.start):
        by_ticks += max(0, found.end - max(found.start, taken))
        taken = max(taken, found.end)
    return by_ticks
