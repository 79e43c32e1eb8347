"""Layers between scenes and tracks: one that is dragged across a cut becomes a clip of a track, and may come back."""

from collections.abc import Iterator
from typing import Literal

from render.errors import EditRefused
from render.timeline.anchors import Places
from render.timeline.cuts import Whereabouts, whereabouts
from render.timeline.document import Anchor, AudioContent, Document, PresenterContent, Scene, Span, Track
from render.timeline.edits import Edit, Group, InsertItem, MoveItem, SetField
from render.timeline.manifest import LinkManifest
from render.timeline.pieces import moved
from render.timeline.resolve import places
from render.timeline.time import TimeRange


def place_layer(document: Document, manifest: LinkManifest, layer_id: str, wanted: TimeRange, ids: Iterator[str]) -> Group:
    """Let a layer be seen during `wanted` (project ticks).

    Inside one scene it stays, or comes, there; across a cut it becomes a clip of an open track of its kind (a new one where there is
    none), anchored to the edges of the scenes that it begins and ends in. A track's own clip stays on its track. A presenter keeps to
    its scene. Raises EditRefused `range` outside of the project.
    """
    found, fallen = whereabouts(document, manifest, layer_id), places(document, manifest)
    home = _scene_around(document, fallen, wanted)
    if isinstance(found.holder, Track) or (home and home.id == found.holder.id) or isinstance(found.layer.content, PresenterContent):
        return Group(edits=(_span(layer_id, _kept(found, wanted)),))
    if home:
        return into_scene(found, home, fallen, wanted)
    return onto_track(document, found, _crossing(document, fallen, wanted, layer_id), ids)


def to_scene(document: Document, manifest: LinkManifest, layer_id: str) -> Group:
    """A track's clip becomes a layer of the scene that it begins in, cut at that scene's edges. Raises EditRefused `range`."""
    found, fallen = whereabouts(document, manifest, layer_id), places(document, manifest)
    home = next(scene for scene in document.scenes if fallen.scenes[scene.id].contains(found.range.start))
    start, end = found.range.start, min(found.range.end, fallen.scenes[home.id].end)
    return into_scene(found, home, fallen, TimeRange(start, end - start))


def to_track(document: Document, manifest: LinkManifest, layer_id: str, ids: Iterator[str]) -> Group:
    """A scene's layer becomes a clip of a track, at the same time."""
    found = whereabouts(document, manifest, layer_id)
    return onto_track(document, found, _crossing(document, places(document, manifest), found.range, layer_id), ids)


def into_scene(found: Whereabouts, home: Scene, fallen: Places, wanted: TimeRange) -> Group:
    """A layer into a scene, hanging on its nearer edges."""
    bounds = fallen.scenes[home.id]
    whole = wanted == bounds
    end = Anchor(kind="scene-end") if whole else Anchor(offset=wanted.end - bounds.start)
    span = Span(start=Anchor(offset=wanted.start - bounds.start), end=end)
    last = home.layers[-1].id if home.layers else ""
    return Group(edits=(_span(found.layer.id, span), MoveItem(id=found.layer.id, parent=home.id, after=last)))


def onto_track(document: Document, found: Whereabouts, span: Span, ids: Iterator[str]) -> Group:
    """A layer onto the first open track of its kind, or onto a new one."""
    kind: Literal["audio", "overlay"] = "audio" if isinstance(found.layer.content, AudioContent) else "overlay"
    track = next((track for track in document.tracks if track.kind == kind and not track.locked), None)
    edits: list[Edit] = [_span(found.layer.id, span)]
    if track is None:
        track = Track(id=next(ids), kind=kind)
        after = document.tracks[-1].id if document.tracks else ""
        edits.append(InsertItem(parent="document", collection="tracks", after=after, item=track.model_dump(mode="json")))
    last = track.layers[-1].id if track.layers else ""
    return Group(edits=(*edits, MoveItem(id=found.layer.id, parent=track.id, after=last)))


def _scene_around(document: Document, fallen: Places, wanted: TimeRange) -> Scene | None:
    """The scene that holds all of a stretch of time."""
    inside = (scene for scene in document.scenes if fallen.scenes[scene.id].intersection(wanted) == wanted)
    return next(inside, None)


def _crossing(document: Document, fallen: Places, wanted: TimeRange, layer_id: str) -> Span:
    """From an edge of the scene that a stretch begins in to an edge of the one it ends in: each the nearer."""
    within = wanted.intersection(TimeRange(0, fallen.duration))
    if within is None:
        raise EditRefused("range", path=layer_id)
    first = next(scene for scene in document.scenes if fallen.scenes[scene.id].contains(within.start))
    last = next(scene for scene in document.scenes if fallen.scenes[scene.id].contains(within.end - 1))
    return Span(start=_edge(first, fallen, within.start), end=_edge(last, fallen, within.end))


def _edge(scene: Scene, fallen: Places, tick: int) -> Anchor:
    bounds = fallen.scenes[scene.id]
    if tick - bounds.start <= bounds.end - tick:
        return Anchor(kind="scene-start", of=scene.id, offset=tick - bounds.start)
    return Anchor(kind="scene-end", of=scene.id, offset=tick - bounds.end)


def _kept(found: Whereabouts, wanted: TimeRange) -> Span:
    span = found.span
    return Span(start=moved(span.start, wanted.start - found.range.start), end=moved(span.end, wanted.end - found.range.end))


def _span(layer_id: str, span: Span) -> SetField:
    return SetField(target=layer_id, field="span", value=span.model_dump(mode="json"))
