"""Cutting: layers split, trimmed, moved, copied and closed up, each as one edit that is undone as one.

Times are ticks of the project. A layer keeps hanging on what it hung on: its anchors move, they are not replaced. New ids come from
the caller.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from render.errors import EditRefused
from render.timeline import items
from render.timeline.anchors import exact_span, span_range
from render.timeline.document import Document, Layer, Scene, Span, Track
from render.timeline.edits import Edit, Group, InsertItem, RemoveItem, SetField
from render.timeline.manifest import LinkManifest
from render.timeline.pieces import moved, piece
from render.timeline.resolve import places, resolve
from render.timeline.time import TimeRange


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A layer, what holds it, when it would be seen or heard, and the span that says so to the tick."""

    layer: Layer
    holder: Scene | Track
    range: TimeRange
    span: Span


def whereabouts(document: Document, manifest: LinkManifest, layer_id: str) -> Whereabouts:
    """Where a layer is, hidden or not. Raises EditRefused `target-gone`, `target-kind`, or `range` where nothing of it is left."""
    layer = items.found(document, layer_id, Layer)
    collection, index = items.steps_to(document, layer_id)[0]
    holder: Scene | Track = getattr(document, collection)[index]
    home, fallen = holder if isinstance(holder, Scene) else None, places(document, manifest)
    within, _ = span_range(layer.span, home, fallen)
    if within is None:
        raise EditRefused("range", path=layer_id)
    return Whereabouts(layer, holder, within, exact_span(layer.span, within, home, fallen))


def split_layer(document: Document, manifest: LinkManifest, layer_id: str, at: Iterable[int], ids: Iterator[str]) -> Group:
    """Cut a layer at the ticks `at` that lie inside it: its pieces together look and sound as it did.

    The first piece keeps the id. Raises EditRefused `range` where no tick lies inside, and as `whereabouts` and `piece` do.
    """
    found = whereabouts(document, manifest, layer_id)
    inner = sorted({tick for tick in at if found.range.start < tick < found.range.end})
    if not inner:
        raise EditRefused("range", path=layer_id)
    edges = pairwise([found.range.start, *inner, found.range.end])
    return _in_parts(found, [TimeRange(start, end - start) for start, end in edges], manifest, ids)


def keep_parts(document: Document, manifest: LinkManifest, layer_id: str, parts: Sequence[TimeRange], ids: Iterator[str]) -> Group:
    """Leave only `parts` of a layer, each where it is: what stays when silences are cut out. Raises EditRefused as `split_layer`."""
    found = whereabouts(document, manifest, layer_id)
    kept = [part for part in (wanted.intersection(found.range) for wanted in parts) if part]
    if not kept:
        raise EditRefused("range", path=layer_id)
    return _in_parts(found, kept, manifest, ids)


def word_starts(document: Document, manifest: LinkManifest) -> tuple[int, ...]:
    """Where spoken words begin: what a sound is split at that goes with them."""
    timeline = resolve(document, manifest)
    return tuple(
        scene.range.start + block.range.start + word.at for scene in timeline.scenes for block in scene.blocks for word in block.times.words
    )


def sounding(found: Whereabouts, silences: Sequence[TimeRange], speed: int = 1_000) -> list[TimeRange]:
    """When a layer sounds, in project ticks. `silences` are ticks of its source from its `source_start`, in order."""
    parts, at = [], found.range.start
    for silence in silences:
        begin, end = (found.range.start + tick * 1_000 // speed for tick in (silence.start, silence.end))
        if begin > at:
            parts.append(TimeRange(at, begin - at))
        at = max(at, end)
    return [*parts, TimeRange(at, found.range.end - at)] if at < found.range.end else parts


def trim_layer(document: Document, manifest: LinkManifest, layer_id: str, *, start: int | None = None, end: int | None = None) -> Group:
    """Let a layer begin or end at another tick; what it shows at any moment stays. Raises EditRefused `range` where nothing is left."""
    found = whereabouts(document, manifest, layer_id)
    first, last = found.range.start if start is None else start, found.range.end if end is None else end
    if first >= last:
        raise EditRefused("range", path=layer_id)
    layer, whole = found.layer, found.range
    begun = piece(layer, whole, TimeRange(first, max(whole.end, last) - first), manifest) if first != whole.start else layer
    span = Span(start=moved(found.span.start, first - whole.start), end=moved(found.span.end, last - whole.end))
    return Group(edits=tuple(changes(layer, begun.model_copy(update={"span": span}))))


def move_layer(layer: Layer, by_ticks: int) -> Edit:
    """A layer earlier or later as a whole."""
    span = Span(start=moved(layer.span.start, by_ticks), end=moved(layer.span.end, by_ticks))
    return SetField(target=layer.id, field="span", value=span.model_dump(mode="json"))


def ripple_delete(document: Document, manifest: LinkManifest, layer_id: str) -> Group:
    """Take a layer out and close the gap: what follows it on its track, or in its scene on its lane, comes earlier by its length.

    Locked layers stay where they are.
    """
    found = whereabouts(document, manifest, layer_id)
    after = [other for other in found.holder.layers if not other.locked and _follows(document, manifest, found, other)]
    return Group(edits=(RemoveItem(id=layer_id), *(move_layer(other, -found.range.duration) for other in after)))


def duplicate_layer(document: Document, manifest: LinkManifest, layer_id: str, ids: Iterator[str]) -> InsertItem:
    """A copy of a layer: on a track right after it, in a scene at the same time."""
    found = whereabouts(document, manifest, layer_id)
    copy = found.layer.model_copy(update={"id": next(ids), "locked": False})
    if isinstance(found.holder, Track):
        length, start = found.range.duration, found.span.start
        copy = copy.model_copy(update={"span": Span(start=moved(start, length), end=moved(start, 2 * length))})
    return _insertion(found, layer_id, copy)


def changes(old: Layer, new: Layer) -> Iterator[Edit]:
    """The fields in which two states of a layer differ, set one by one: what else is edited meanwhile stays."""
    for holder_old, holder_new, path in ((old, new, ""), (old.content, new.content, "content.")):
        for name in type(holder_new).model_fields:
            if name != "content" and getattr(holder_old, name) != getattr(holder_new, name):
                value = holder_new.model_dump(mode="json", include={name})[name]
                yield SetField(target=old.id, field=f"{path}{name}", value=value)


def _in_parts(found: Whereabouts, parts: Sequence[TimeRange], manifest: LinkManifest, ids: Iterator[str]) -> Group:
    exact = found.layer.model_copy(update={"span": found.span})
    first, *others = (piece(exact, found.range, part, manifest) for part in parts)
    fresh = [other.model_copy(update={"id": next(ids)}) for other in others]
    befores = [found.layer.id, *(layer.id for layer in fresh)]
    insertions = (_insertion(found, before, layer) for before, layer in zip(befores, fresh, strict=False))
    return Group(edits=(*changes(found.layer, first), *insertions))


def _insertion(found: Whereabouts, after: str, layer: Layer) -> InsertItem:
    return InsertItem(parent=found.holder.id, collection="layers", after=after, item=layer.model_dump(mode="json"))


def _follows(document: Document, manifest: LinkManifest, found: Whereabouts, other: Layer) -> bool:
    if isinstance(found.holder, Scene) and other.lane != found.layer.lane:
        return False
    try:
        return other.id != found.layer.id and whereabouts(document, manifest, other.id).range.start >= found.range.end
    except EditRefused:
        return False
