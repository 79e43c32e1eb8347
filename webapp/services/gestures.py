"""Gestures: what a person does at once and a document hears as several edits. Ids and defaults are decided here."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import JsonValue

from render.timeline import compositions, items
from render.timeline.document import (
    AudioContent,
    Block,
    BlockText,
    Document,
    Layer,
    PresenterContent,
    Scene,
    Track,
    Transform,
)
from render.timeline.edits import Edit, Group, InsertItem, RemoveItem, SetField
from render.timeline.starters import BACKGROUNDS, MUSIC_VOLUME
from render.timeline.values import Value
from webapp.models.columns import new_id

PRESENTER_PLACE: Final = Transform(x=5_000, y=5_500, width=10_000, height=9_000)
PRESENTER_LANE: Final = 10
SECOND: Final = 240_000
_IDS: Final[Iterator[str]] = iter(new_id, "")


def add_scene(document: Document, after: str) -> Edit:
    """A new scene after `after` (or first), cast as the one before it."""
    model = _scene(document, after) if after else next(iter(document.scenes), None)
    layers = tuple(_renamed(layer) for layer in model.layers if isinstance(layer.content, PresenterContent)) if model else ()
    voice = model.blocks[-1] if model and model.blocks else None
    block = Block(
        id=new_id(),
        texts={document.language: BlockText()},
        voices=voice.voices if voice else {},
        rate=voice.rate if voice else 1_000,
        pitch=voice.pitch if voice else 0,
        energy=voice.energy if voice else 0,
    )
    colour = BACKGROUNDS[len(document.scenes) % len(BACKGROUNDS)]
    background = model.background if model else Scene(id="new").background.model_copy(update={"colour": colour})
    scene = Scene(id=new_id(), background=background, blocks=(block,), layers=layers, **_transition(model))
    return _insert("document", "scenes", after, scene)


def duplicate_scene(document: Document, scene_id: str) -> Edit:
    """The same scene again, right after itself."""
    return compositions.duplicate_scene(document, scene_id, _IDS)


def split_scene(document: Document, scene_id: str, block_id: str, language: str, at: int) -> Edit:
    """Two scenes of one, parted before character `at` (code points) of a passage; passages after it go with the second."""
    return compositions.split_scene(document, scene_id, block_id, language, at, _IDS)


def cast_presenter(document: Document, scene_id: str, presenter: str, revision: int, how: Mapping[str, str]) -> Edit:
    """Somebody else presents the scene, in the `shot` and `outfit` that `how` names; nobody, where `presenter` is empty.

    Another presenter stands there in her first outfit, where none is named: those of one are not another's.
    """
    scene = _scene(document, scene_id)
    known = next((layer for layer in scene.layers if isinstance(layer.content, PresenterContent)), None)
    if not presenter:
        return RemoveItem(id=known.id) if known else Group()
    if known is None:
        content = items.validated(PresenterContent, {"presenter": presenter, "revision": revision, **how}, "content")
        return _insert(scene_id, "layers", "", Layer(id=new_id(), lane=PRESENTER_LANE, transform=PRESENTER_PLACE, content=content))
    outfit = known.content.outfit if isinstance(known.content, PresenterContent) and known.content.presenter == presenter else ""
    wanted: dict[str, JsonValue] = {"presenter": presenter, "revision": revision, "outfit": outfit, **how}
    fields = {f"content.{name}": value for name, value in wanted.items()}
    return _set_all(known.id, fields)


def cast_everywhere(document: Document, scene_id: str) -> Edit:
    """Presenter, shot, voices and rate of one scene for all the others."""
    model = _scene(document, scene_id)
    return Group(edits=tuple(edit for scene in document.scenes if scene is not model for edit in _like(document, scene, model)))


def choose_music(document: Document, name: str) -> Edit:
    """Another track under everything; silence where `name` is empty. Raises EditRefused `locked`."""
    for track in document.tracks:
        layer = next((layer for layer in track.layers if isinstance(layer.content, AudioContent)), None)
        if layer:
            return SetField(target=layer.id, field="content.asset", value=f"music:{name}") if name else RemoveItem(id=track.id)
    if not name:
        return Group()
    sound = AudioContent(asset=f"music:{name}", volume=MUSIC_VOLUME, fade_in=SECOND, fade_out=2 * SECOND, duck=True)
    track = Track(id=new_id(), kind="audio", layers=(Layer(id=new_id(), content=sound),))
    return _insert("document", "tracks", document.tracks[-1].id if document.tracks else "", track)


def _like(document: Document, scene: Scene, model: Scene) -> Iterator[Edit]:
    cast = next((layer.content for layer in model.layers if isinstance(layer.content, PresenterContent)), None)
    how = {"shot": cast.shot, "outfit": cast.outfit} if cast else {}
    edit = cast_presenter(document, scene.id, cast.presenter if cast else "", cast.revision if cast else 1, how)
    if edit != Group():
        yield edit
    voice = model.blocks[0] if model.blocks else None
    for block in scene.blocks if voice else ():
        yield _set_all(block.id, _manner(voice) if voice else {})


def _manner(block: Block) -> dict[str, Any]:
    """How a passage is spoken, for another one."""
    return {"voices": dict(block.voices), "rate": block.rate, "pitch": block.pitch, "energy": block.energy}


def _scene(document: Document, scene_id: str) -> Scene:
    return items.found(document, scene_id, Scene)


def _transition(model: Scene | None) -> dict[str, Any]:
    return {"transition": model.transition} if model else {}


def _renamed(layer: Layer) -> Layer:
    return layer.model_copy(update={"id": new_id()})


def _insert(parent: str, collection: Any, after: str, item: Value) -> InsertItem:
    return InsertItem(parent=parent, collection=collection, after=after, item=item.model_dump(mode="json"))


def _set_all(target: str, fields: dict[str, JsonValue]) -> Edit:
    return Group(edits=tuple(SetField(target=target, field=field, value=value) for field, value in fields.items()))
