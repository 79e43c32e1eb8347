"""Edits made of edits: splitting, merging and copying as one step that is undone as one. New ids come from the caller."""

from collections.abc import Iterator, Mapping
from typing import Any

from render.errors import EditRefused
from render.timeline import items
from render.timeline.document import Anchor, Block, BlockText, Document, Layer, Pronunciation, Scene, Span, Transition
from render.timeline.edits import Edit, Group, InsertItem, MoveItem, RemoveItem, SetField, SpliceText
from render.timeline.invariants import item_ids


def split_block(document: Document, block_id: str, language: str, at: int, ids: Iterator[str]) -> Group:
    """Cut a block's text at a caret: what follows, with its marks, becomes a block of its own after it.

    Only `language` is cut: nobody knows where the caret would be in the others, so they stay with the first block. What was changed of
    captions goes with its marks. Raises EditRefused `recorded` for a passage with a recording: its sound is one.
    """
    block = items.found(document, block_id, Block)
    steps = items.steps_to(document, block_id)
    parent = items.found(document, _scene_id(document, steps), Scene)
    tail = _tail_block(block, language, at, next(ids))
    return Group(edits=(*_cut(block, language, at), _insertion(parent.id, "blocks", block_id, tail)))


def split_scene(document: Document, block_id: str, language: str, at: int, ids: Iterator[str]) -> Group:
    """Cut a scene at a caret in one of its blocks: a new scene, looking the same, takes what follows and the way out."""
    block = items.found(document, block_id, Block)
    scene = items.found(document, _scene_id(document, items.steps_to(document, block_id)), Scene)
    later = scene.blocks[scene.blocks.index(block) + 1 :]
    tail = _tail_block(block, language, at, next(ids))
    fresh = _renamed(scene.model_copy(update={"blocks": ()}), ids).model_copy(update={"blocks": (tail,)})
    moves = tuple(MoveItem(id=moved.id, parent=fresh.id, after=before.id) for before, moved in zip((tail, *later), later, strict=False))
    cut = SetField(target=scene.id, field="transition", value=Transition().model_dump(mode="json"))
    return Group(edits=(*_cut(block, language, at), _insertion(items.DOCUMENT, "scenes", scene.id, fresh), *moves, cut))


def merge_scenes(document: Document, scene_id: str) -> Group:
    """Let a scene take over the blocks, layers and way out of the next; what comes over keeps to the time of its own blocks.

    The next scene's presenters do not come over: this scene's go on speaking. Raises EditRefused `last` for the last scene.
    """
    scene = items.found(document, scene_id, Scene)
    following = document.scenes[document.scenes.index(scene) + 1 :]
    if not following:
        raise EditRefused("last", path=scene_id)
    blocks, layers = following[0].blocks, _coming_over(following[0])
    edits: list[Edit] = []
    edits += _moves(blocks, scene_id, scene.blocks[-1].id if scene.blocks else "")
    edits += _moves(layers, scene_id, scene.layers[-1].id if scene.layers else "")
    edits += [SetField(target=layer.id, field="span", value=_span_of(layer, following[0]).model_dump(mode="json")) for layer in layers]
    way_out = SetField(target=scene_id, field="transition", value=following[0].transition.model_dump(mode="json"))
    return Group(edits=(*edits, RemoveItem(id=following[0].id), way_out))


def duplicate_scene(document: Document, scene_id: str, ids: Iterator[str]) -> InsertItem:
    """A copy of a scene after it; everything in the copy has a new id and anchors to the copy's own blocks and marks."""
    return _insertion(items.DOCUMENT, "scenes", scene_id, _renamed(items.found(document, scene_id, Scene), ids))


def _scene_id(document: Document, steps: items.Steps) -> str:
    return document.scenes[steps[0][1]].id


def _insertion(parent: str, collection: Any, after: str, item: items.Item) -> InsertItem:
    return InsertItem(parent=parent, collection=collection, after=after, item=item.model_dump(mode="json"))


def _cut(block: Block, language: str, at: int) -> Iterator[Edit]:
    """Take the text from `at` on away. Marks at or after it are taken out first: they go with the tail."""
    text = _text(block, language, at)
    gone = {mark.id for mark in text.marks if mark.at >= at}
    captions = [override.model_dump(mode="json") for override in text.captions if override.mark not in gone]
    actions = [action.model_dump(mode="json") for action in block.actions if action.mark not in gone]
    if len(actions) < len(block.actions):
        yield SetField(target=block.id, field="actions", value=actions)
    if len(captions) < len(text.captions):
        yield SetField(target=block.id, field=f"texts.{language}.captions", value=captions)
    kept = [mark.model_dump(mode="json") for mark in text.marks if mark.at < at]
    if len(kept) < len(text.marks):
        yield SetField(target=block.id, field=f"texts.{language}.marks", value=kept)
    if at < len(text.text):
        yield SpliceText(block=block.id, language=language, at=at, delete=len(text.text) - at)


def _tail_block(block: Block, language: str, at: int, block_id: str) -> Block:
    text = _text(block, language, at)
    if block.recordings.get(language):
        raise EditRefused("recorded", path=f"{block.id}.recordings.{language}")
    later = {mark.id for mark in text.marks if mark.at >= at}
    tail = BlockText(
        text=text.text[at:],
        marks=tuple(mark.model_copy(update={"at": mark.at - at}) for mark in text.marks if mark.at >= at),
        pronunciations=tuple(
            Pronunciation(start=said.start - at, end=said.end - at, say=said.say) for said in text.pronunciations if said.start >= at
        ),
        captions=tuple(override for override in text.captions if override.mark in later),
    )
    actions = tuple(action for action in block.actions if action.mark in later)
    return block.model_copy(update={"id": block_id, "texts": {language: tail}, "recordings": {}, "actions": actions})


def _text(block: Block, language: str, at: int) -> BlockText:
    text = block.texts.get(language, BlockText())
    if not 0 <= at <= len(text.text):
        raise EditRefused("range", path=f"{block.id}.texts.{language}", length=len(text.text))
    return text


def _moves(members: tuple[Block, ...] | tuple[Layer, ...], parent: str, after: str) -> Iterator[MoveItem]:
    for member in members:
        yield MoveItem(id=member.id, parent=parent, after=after)
        after = member.id


def _coming_over(scene: Scene) -> tuple[Layer, ...]:
    return tuple(layer for layer in scene.layers if layer.content.kind != "presenter") if scene.blocks else ()


def _span_of(layer: Layer, scene: Scene) -> Span:
    """The layer's span with the scene's edges replaced by those of its first and last block."""
    return Span(start=_edge(layer.span.start, scene), end=_edge(layer.span.end, scene))


def _edge(anchor: Anchor, scene: Scene) -> Anchor:
    if not anchor.kind.startswith("scene") or anchor.of not in {"", scene.id}:
        return anchor
    if anchor.kind == "scene-start":
        return Anchor(kind="block-start", of=scene.blocks[0].id, offset=anchor.offset)
    return Anchor(kind="block-end", of=scene.blocks[-1].id, offset=anchor.offset)


def _renamed(scene: Scene, ids: Iterator[str]) -> Scene:
    """The scene with a new id for everything in it, in the order scene, blocks with their marks, layers."""
    names = {name: next(ids) for name, _ in item_ids(scene, "")}
    return scene.model_copy(
        update={
            "id": names[scene.id],
            "blocks": tuple(_renamed_block(block, names) for block in scene.blocks),
            "layers": tuple(_renamed_layer(layer, names) for layer in scene.layers),
        },
    )


def _renamed_block(block: Block, names: Mapping[str, str]) -> Block:
    texts = {
        language: text.model_copy(
            update={
                "marks": tuple(mark.model_copy(update={"id": names[mark.id]}) for mark in text.marks),
                "captions": tuple(one.model_copy(update={"mark": names.get(one.mark, one.mark)}) for one in text.captions),
            },
        )
        for language, text in block.texts.items()
    }
    actions = tuple(action.model_copy(update={"mark": names.get(action.mark, action.mark)}) for action in block.actions)
    return block.model_copy(update={"id": names[block.id], "texts": texts, "actions": actions})


def _renamed_layer(layer: Layer, names: Mapping[str, str]) -> Layer:
    start, end = (anchor.model_copy(update={"of": names.get(anchor.of, anchor.of)}) for anchor in (layer.span.start, layer.span.end))
    return layer.model_copy(update={"id": names[layer.id], "span": Span(start=start, end=end)})
