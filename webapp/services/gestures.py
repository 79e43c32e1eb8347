"""Gestures: what a person does at once and a document hears as several edits. Ids and defaults are decided here."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import JsonValue

from render.errors import EditRefused
from render.timeline import items
from render.timeline.document import (
    AudioContent,
    Block,
    BlockText,
    Document,
    Layer,
    PresenterContent,
    Scene,
    Span,
    Track,
    Transform,
)
from render.timeline.edits import Edit, Group, InsertItem, MoveItem, RemoveItem, SetField, SpliceText
from render.timeline.scripts import pronounceable
from render.timeline.starters import BACKGROUNDS, MUSIC_VOLUME
from render.timeline.values import Value
from webapp.models.columns import new_id
from webapp.services import acting

PRESENTER_PLACE: Final = Transform(x=5_000, y=5_500, width=10_000, height=9_000)
PRESENTER_LANE: Final = 10
SECOND: Final = 240_000


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
    scene = _scene(document, scene_id)
    return _insert("document", "scenes", scene_id, _scene_again(scene, {block.id: _block_again(block) for block in scene.blocks}))


def split_scene(document: Document, scene_id: str, block_id: str, language: str, at: int) -> Edit:
    """Two scenes of one, parted before character `at` (code points) of a passage; passages after it go with the second."""
    scene, block = _scene(document, scene_id), items.found(document, block_id, Block)
    text = block.texts.get(language, BlockText()).text
    head, tail = text[:at], text[at:]
    index = next((place for place, held in enumerate(scene.blocks) if held.id == block_id), -1)
    if index < 0 or not (pronounceable(head) and pronounceable(tail)):
        raise EditRefused("split-empty", path=block_id)
    first_end = len(head.rstrip())
    second = acting.block_part(block, {language: (len(text) - len(tail.lstrip()), len(text))})
    new = _scene_again(scene, {block_id: second})
    shortened = SpliceText(block=block_id, language=language, at=first_end, delete=len(text) - first_end)
    moves = _moved(scene.blocks[index + 1 :], new.id, second.id)
    stay = acting.actions_before(block, language, at)
    kept = (acting.set_actions(block, stay),) if stay != block.actions else ()
    return Group(edits=(shortened, *kept, _insert("document", "scenes", scene_id, new), *moves))


def merge_scene(document: Document, scene_id: str) -> Edit:
    """The passages of the next scene come into this one; the rest of the next goes."""
    scene = _scene(document, scene_id)
    place = document.scenes.index(scene)
    if place + 1 >= len(document.scenes):
        raise EditRefused("no-next-scene", path=scene_id)
    following = document.scenes[place + 1]
    moves = _moved(following.blocks, scene_id, scene.blocks[-1].id if scene.blocks else "")
    leaving = SetField(target=scene_id, field="transition", value=following.transition.model_dump(mode="json"))
    return Group(edits=(*moves, RemoveItem(id=following.id), leaving))


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


def _moved(blocks: Iterable[Block], parent: str, after: str) -> Iterator[MoveItem]:
    for block in blocks:
        yield MoveItem(id=block.id, parent=parent, after=after)
        after = block.id


def _scene_again(scene: Scene, blocks: Mapping[str, Block]) -> Scene:
    """The scene under ids of its own, with `blocks` (by the ids they stand for) instead of its own."""
    layers = tuple(_hung_again(layer, blocks) for layer in scene.layers)
    return scene.model_copy(update={"id": new_id(), "blocks": tuple(blocks.values()), "layers": layers})


def _hung_again(layer: Layer, blocks: Mapping[str, Block]) -> Layer:
    """The layer under an id of its own, hanging on the new blocks; what hung on something else takes the whole scene."""
    anchors = {"start": layer.span.start, "end": layer.span.end}
    followed = {
        edge: anchor.model_copy(update={"of": blocks[anchor.of].id if anchor.of else ""})
        for edge, anchor in anchors.items()
        if not anchor.of or anchor.of in blocks
    }
    return layer.model_copy(update={"id": new_id(), "span": Span(**followed)})


def _block_again(block: Block) -> Block:
    """The block under an id of its own, with what is done in it."""
    return acting.block_part(block, {language: (0, len(text.text)) for language, text in block.texts.items()})


def _renamed(layer: Layer) -> Layer:
    return layer.model_copy(update={"id": new_id()})


def _insert(parent: str, collection: Any, after: str, item: Value) -> InsertItem:
    return InsertItem(parent=parent, collection=collection, after=after, item=item.model_dump(mode="json"))


def _set_all(target: str, fields: dict[str, JsonValue]) -> Edit:
    return Group(edits=tuple(SetField(target=target, field=field, value=value) for field, value in fields.items()))
