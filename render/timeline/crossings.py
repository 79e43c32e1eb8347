"""Layers between scenes and tracks: one that is dragged across a cut becomes a clip of a track, and may come back."""

from collections.abc import Iterator
from typing import Literal

from render.errors import EditRefused
from render.timeline.anchors import Places
from render.timeline.cuts import changes
from render.timeline.document import Anchor, AudioContent, Layer, PresenterContent, Scene, Span, Track
from render.timeline.edits import Edit, Group, InsertItem, MoveItem
from render.timeline.table import Table, Whereabouts, whereabouts
from render.timeline.time import TimeRange


def place_layer(table: Table, layer_id: str, wanted: TimeRange, ids: Iterator[str]) -> Group:
    """Let a layer be seen during `wanted` (project ticks).

    Inside one scene it stays, or comes, there; across a cut it becomes a clip of a track, as `to_track` does. A track's own clip stays
    on its track. Raises EditRefused `range` outside of the project, and `presenter-stays`.
    """
    found, home = whereabouts(table, layer_id), _scene_around(table, wanted)
    if found.home is None or (home and home.id == found.home.id):
        return Group(edits=tuple(_respan(found, found.spanned(wanted))))
    if isinstance(found.layer.content, PresenterContent):
        raise EditRefused("presenter-stays", path=layer_id)
    return to_scene(table, layer_id, wanted) if home else to_track(table, layer_id, ids, wanted)


def to_scene(table: Table, layer_id: str, wanted: TimeRange | None = None) -> Group:
    """A layer comes into the scene in which it begins (or `wanted` does), cut at that scene's end. Raises EditRefused `range`."""
    found = whereabouts(table, layer_id)
    wanted = wanted or found.range
    home = table.scene_at(wanted.start)
    within = table.places.scenes[home.id].intersection(wanted) if home else None
    if home is None or within is None:
        raise EditRefused("range", path=layer_id)
    bounds = table.places.scenes[home.id]
    end = Anchor(kind="scene-end") if within == bounds else Anchor(offset=within.end - bounds.start)
    span = Span(start=Anchor(offset=within.start - bounds.start), end=end)
    return Group(edits=(*_respan(found, span), MoveItem(id=layer_id, parent=home.id, after=_last(home, found.layer))))


def to_track(table: Table, layer_id: str, ids: Iterator[str], wanted: TimeRange | None = None, track_id: str = "") -> Group:
    """A layer becomes a clip of a track, at the same time or when it is `wanted`.

    The track is the one that is named, else the first open one of its kind that is free then, else a new one.
    A scene's layer is anchored to the nearer edges of the scenes in which it begins and ends; a track's keeps what it hangs on.
    Raises EditRefused `range` outside of the project, and `presenter-stays`.
    """
    found = whereabouts(table, layer_id)
    wanted = wanted or found.range
    if isinstance(found.layer.content, PresenterContent):
        raise EditRefused("presenter-stays", path=layer_id)
    span = _crossing(table, wanted, layer_id) if found.home else found.spanned(wanted)
    edits: list[Edit] = [*_respan(found, span)]
    named = (track for track in table.document.tracks if track.id == track_id)
    track = next(named, None) or _free_track(table, found.layer, wanted)
    if track is None:
        track = Track(id=next(ids), kind=_kind(found.layer))
        after = table.document.tracks[-1].id if table.document.tracks else ""
        edits.append(InsertItem(parent="document", collection="tracks", after=after, item=track.model_dump(mode="json")))
    return Group(edits=(*edits, MoveItem(id=layer_id, parent=track.id, after=_last(track, found.layer))))


def _kind(layer: Layer) -> Literal["audio", "overlay"]:
    return "audio" if isinstance(layer.content, AudioContent) else "overlay"


def _free_track(table: Table, layer: Layer, wanted: TimeRange) -> Track | None:
    for track in table.document.tracks:
        taken = (table.range_of(other, track) for other in track.layers if other.id != layer.id)
        if track.kind == _kind(layer) and not track.locked and not any(wanted.intersection(where) for where in taken if where):
            return track
    return None


def _last(holder: Scene | Track, layer: Layer) -> str:
    """After which of the holder's layers one comes that is to be the last."""
    return next((other.id for other in reversed(holder.layers) if other.id != layer.id), "")


def _scene_around(table: Table, wanted: TimeRange) -> Scene | None:
    """The scene that holds all of a stretch of time."""
    inside = (scene for scene in table.document.scenes if table.places.scenes[scene.id].intersection(wanted) == wanted)
    return next(inside, None)


def _crossing(table: Table, wanted: TimeRange, layer_id: str) -> Span:
    """From an edge of the scene that a stretch begins in to an edge of the one it ends in: each the nearer."""
    within = wanted.intersection(TimeRange(0, table.places.duration))
    first, last = (table.scene_at(within.start), table.scene_at(within.end - 1)) if within else (None, None)
    if within is None or first is None or last is None:
        raise EditRefused("range", path=layer_id)
    return Span(start=_edge(first, table.places, within.start), end=_edge(last, table.places, within.end))


def _edge(scene: Scene, fallen: Places, tick: int) -> Anchor:
    bounds = fallen.scenes[scene.id]
    if tick - bounds.start <= bounds.end - tick:
        return Anchor(kind="scene-start", of=scene.id, offset=tick - bounds.start)
    return Anchor(kind="scene-end", of=scene.id, offset=tick - bounds.end)


def _respan(found: Whereabouts, span: Span) -> Iterator[Edit]:
    return changes(found.layer, found.layer.model_copy(update={"span": span}))
