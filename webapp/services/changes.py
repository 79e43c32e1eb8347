"""Changes: what is different between two states of a document, as a list that a person reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session

from render.timeline.document import Block, Document, Layer, Scene, Track
from render.timeline.values import Value
from webapp.errors import NotFound
from webapp.models.project import Version
from webapp.models.tenant import Tenant
from webapp.services import documents, projects

WORDS_SHOWN_MAX: Final = 80
SETTINGS: Final = {"title": "title", "language": "language", "canvas": "canvas", "captions": "captions", "variants": "variants"}
SCENE_FIELDS: Final = {"name": "scene-name", "background": "background", "duration": "scene-length", "transition": "transition"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a code for what it is, and what its sentence names. `scene` counts from 1."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


def since(session: Session, tenant: Tenant, project_id: str, version_id: str) -> list[Change]:
    """What is different now from what it was at a version. Raises NotFound."""
    project = projects.find(session, tenant, project_id)
    version = session.get(Version, version_id)
    if version is None or version.project_id != project.id:
        raise NotFound
    then = documents.at_revision(session, project, version.revision)
    return between(then, documents.at_revision(session, project, project.revision))


def between(old: Document, new: Document) -> list[Change]:
    """What happened on the way from one state to another: to the whole, to scenes in their order, to tracks."""
    whole = (Change(code) for name, code in SETTINGS.items() if getattr(old, name) != getattr(new, name))
    return [*whole, *_scenes(old, new), *_tracks(old, new)]


def _scenes(old: Document, new: Document) -> Iterator[Change]:
    was = {scene.id: (number, scene) for number, scene in enumerate(old.scenes, start=1)}
    kept = {scene.id for scene in new.scenes}
    for scene_id, (number, scene) in was.items():
        if scene_id not in kept:
            yield Change("scene-removed", {"scene": number, "words": _said(scene)})
    for number, scene in enumerate(new.scenes, start=1):
        if scene.id not in was:
            yield Change("scene-added", {"scene": number, "words": _said(scene)})
        elif scene is not was[scene.id][1]:
            yield from _scene(number, was[scene.id][1], scene)
    if [scene.id for scene in old.scenes if scene.id in kept] != [scene.id for scene in new.scenes if scene.id in was]:
        yield Change("scenes-moved")


def _scene(number: int, old: Scene, new: Scene) -> Iterator[Change]:
    yield from (Change(code, {"scene": number}) for name, code in SCENE_FIELDS.items() if getattr(old, name) != getattr(new, name))
    yield from _blocks(number, old.blocks, new.blocks)
    yield from _layers({"scene": number}, "scene", old.layers, new.layers)


def _blocks(number: int, old: Sequence[Block], new: Sequence[Block]) -> Iterator[Change]:
    was, now = _words(old), _words(new)
    if was != now:
        yield Change("words", {"scene": number, "before": was[:WORDS_SHOWN_MAX], "after": now[:WORDS_SHOWN_MAX]})
    elif old != new:
        yield Change("voice", {"scene": number})


def _layers(where: dict[str, str | int], side: str, old: Sequence[Layer], new: Sequence[Layer]) -> Iterator[Change]:
    was, now = {layer.id: layer for layer in old}, {layer.id: layer for layer in new}
    for layer in old:
        if layer.id not in now:
            yield Change(f"{side}-clip-removed", {**where, "kind": layer.content.kind, "name": layer.name})
    for layer in new:
        known = was.get(layer.id)
        if known is None:
            yield Change(f"{side}-clip-added", {**where, "kind": layer.content.kind, "name": layer.name})
        elif known != layer:
            yield Change(f"{side}-clip-changed", {**where, "kind": layer.content.kind, "name": layer.name})


def _tracks(old: Document, new: Document) -> Iterator[Change]:
    was, now = {track.id: track for track in old.tracks}, {track.id: track for track in new.tracks}
    yield from (Change("track-removed", {"track": track.name}) for track in old.tracks if track.id not in now)
    for track in new.tracks:
        known = was.get(track.id)
        if known is None:
            yield Change("track-added", {"track": track.name})
        elif known != track:
            yield from _track(known, track)


def _track(old: Track, new: Track) -> Iterator[Change]:
    where: dict[str, str | int] = {"track": new.name}
    if _settings(old) != _settings(new):
        yield Change("track-changed", where)
    yield from _layers(where, "track", old.layers, new.layers)


def _settings(track: Track) -> Value:
    return track.model_copy(update={"layers": ()})


def _said(scene: Scene) -> str:
    return _words(scene.blocks)[:WORDS_SHOWN_MAX]


def _words(blocks: Sequence[Block]) -> str:
    return " ".join(text.text for block in blocks for text in block.texts.values())
