"""Edits made of edits: scenes split, merged and copied as one step that is undone as one. New ids come from the caller."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from render.errors import EditRefused
from render.timeline import items
from render.timeline.document import Anchor, Block, BlockText, Document, Layer, Pronunciation, Scene, Span, Transition
from render.timeline.edits import Edit, Group, InsertItem, MoveItem, RemoveItem, SetField, SpliceText
from render.timeline.invariants import item_ids
from render.timeline.overrides import copied
from render.timeline.scripts import pronounceable


def split_scene(document: Document, scene_id: str, block_id: str, language: str, at: int, ids: Iterator[str]) -> Group:  # noqa: PLR0917 - a place in a document
    """Cut a scene before character `at` (code points) of a block: a new scene, looking the same, takes what follows and the way out.

    Only `language` of the block is cut: nobody knows where the caret would be in the others, so they stay with the first part. Marks,
    captions and actions go with their words; a layer goes where what it hangs on goes, and stands in both where it lasts through the cut.
    Raises EditRefused `target-gone` for a block of another scene, `split-empty` where nothing is left to say on a side, and `recorded` for
    a block with a recording: its sound is one.
    """
    scene, block = items.found(document, scene_id, Scene), items.found(document, block_id, Block)
    if block not in scene.blocks:
        raise EditRefused("target-gone", path=block_id)
    following = scene.blocks[scene.blocks.index(block) + 1 :]
    tail = _tail_block(block, language, at, next(ids))
    parting = _Parting(scene.id, block, tail, frozenset({tail.id, *(later.id for later in following)}), _marks_in(tail, *following))
    names = {scene.id: next(ids)}
    lasting = [layer for layer in scene.layers if parting.lasts(layer)]
    names |= {layer.id: next(ids) for layer in lasting}
    copies = tuple(layer.model_copy(update={"id": names[layer.id], "span": parting.second_span(layer)}) for layer in lasting)
    fresh = scene.model_copy(update={"id": names[scene.id], "blocks": (tail,), "layers": copies})
    edits: list[Edit] = [*_cut(block, language, at), _insertion("scenes", scene.id, fresh)]
    edits += _moves(following, fresh.id, tail.id)
    edits += _moves([layer for layer in scene.layers if parting.goes(layer)], fresh.id, copies[-1].id if copies else "")
    edits += [_spanned(layer, parting.first_span(layer)) for layer in lasting if parting.first_span(layer) != layer.span]
    edits += [_spanned(layer, parting.second_span(layer)) for layer in scene.layers if parting.goes(layer)]
    edits += copied(document, names.items())
    return Group(edits=(*edits, SetField(target=scene.id, field="transition", value=Transition().model_dump(mode="json"))))


def merge_scenes(document: Document, scene_id: str) -> Group:
    """Let a scene take over the blocks, layers and way out of the next; what comes over keeps to the time of its own blocks.

    The next scene's presenters do not come over: this scene's go on speaking. Raises EditRefused `no-next-scene` for the last scene.
    """
    scene = items.found(document, scene_id, Scene)
    following = document.scenes[document.scenes.index(scene) + 1 :]
    if not following:
        raise EditRefused("no-next-scene", path=scene_id)
    blocks, layers = following[0].blocks, _coming_over(following[0])
    edits: list[Edit] = []
    edits += _moves(blocks, scene_id, scene.blocks[-1].id if scene.blocks else "")
    edits += _moves(layers, scene_id, scene.layers[-1].id if scene.layers else "")
    edits += [_spanned(layer, _span_of(layer, following[0])) for layer in layers]
    way_out = SetField(target=scene_id, field="transition", value=following[0].transition.model_dump(mode="json"))
    return Group(edits=(*edits, RemoveItem(id=following[0].id), way_out))


def duplicate_scene(document: Document, scene_id: str, ids: Iterator[str]) -> Group:
    """A copy of a scene after it, placed in every shape as the scene is.

    Everything in the copy has a new id and hangs on the copy's own blocks and marks.
    """
    scene = items.found(document, scene_id, Scene)
    names = {name: next(ids) for name, _ in item_ids(scene, "")}
    return Group(edits=(_insertion("scenes", scene_id, _renamed(scene, names)), *copied(document, names.items())))


@dataclass(frozen=True, slots=True)
class _Parting:
    """Scene `scene` cut inside `block`: what goes to the new scene are `tail` and the blocks and marks named."""

    scene: str
    block: Block
    tail: Block
    blocks: frozenset[str]
    marks: frozenset[str]

    def goes(self, layer: Layer) -> bool:
        """Whether it begins after the cut."""
        return self._is_late(layer.span.start)

    def lasts(self, layer: Layer) -> bool:
        """Whether it begins before the cut and ends after it."""
        return not self._is_late(layer.span.start) and self._is_late(layer.span.end)

    def first_span(self, layer: Layer) -> Span:
        """Up to the cut: the end of what is left of the scene."""
        ends = layer.span.end
        return layer.span if ends.kind == "scene-end" else layer.span.model_copy(update={"end": Anchor(kind="scene-end")})

    def second_span(self, layer: Layer) -> Span:
        """What is left of the span after the cut."""
        start = self._followed(layer.span.start) if self.goes(layer) else Anchor()
        return Span(start=start, end=self._followed(layer.span.end))

    def _is_late(self, anchor: Anchor) -> bool:
        ends = (anchor.kind == "scene-end" and anchor.of in {"", self.scene}) or (anchor.kind == "block-end" and anchor.of == self.block.id)
        return ends or anchor.of in self.blocks or anchor.of in self.marks

    def _followed(self, anchor: Anchor) -> Anchor:
        """The anchor in the new scene: its end, and that of the block that was cut, are others there."""
        if anchor.kind == "scene-end":
            return anchor.model_copy(update={"of": ""})
        return anchor.model_copy(update={"of": self.tail.id}) if anchor.of == self.block.id else anchor


def _insertion(collection: Any, after: str, item: items.Item) -> InsertItem:
    return InsertItem(parent=items.DOCUMENT, collection=collection, after=after, item=item.model_dump(mode="json"))


def _spanned(layer: Layer, span: Span) -> SetField:
    return SetField(target=layer.id, field="span", value=span.model_dump(mode="json"))


def _marks_in(*blocks: Block) -> frozenset[str]:
    return frozenset(mark.id for block in blocks for text in block.texts.values() for mark in text.marks)


def _cut(block: Block, language: str, at: int) -> Iterator[Edit]:
    """Take the text from `at` on away, and the spaces before it. Marks at or after it are taken out first: they go with the tail."""
    text = block.texts.get(language, BlockText())
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
    end = len(text.text[:at].rstrip())
    yield SpliceText(block=block.id, language=language, at=end, delete=len(text.text) - end)


def _tail_block(block: Block, language: str, at: int, block_id: str) -> Block:
    text = block.texts.get(language, BlockText())
    if at < 0 or not (pronounceable(text.text[:at]) and pronounceable(text.text[at:])):
        raise EditRefused("split-empty", path=block.id)
    if block.recordings.get(language):
        raise EditRefused("recorded", path=f"{block.id}.recordings.{language}")
    later = {mark.id for mark in text.marks if mark.at >= at}
    start = len(text.text) - len(text.text[at:].lstrip())
    tail = BlockText(
        text=text.text[start:],
        marks=tuple(mark.model_copy(update={"at": max(0, mark.at - start)}) for mark in text.marks if mark.at >= at),
        pronunciations=tuple(_earlier(said, start) for said in text.pronunciations if said.start >= start),
        captions=tuple(override for override in text.captions if override.mark in later),
    )
    actions = tuple(action for action in block.actions if action.mark in later)
    return block.model_copy(update={"id": block_id, "texts": {language: tail}, "recordings": {}, "actions": actions})


def _earlier(said: Pronunciation, by: int) -> Pronunciation:
    return Pronunciation(start=said.start - by, end=said.end - by, say=said.say)


def _moves(members: Sequence[Block] | Sequence[Layer], parent: str, after: str) -> Iterator[MoveItem]:
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


def _renamed(scene: Scene, names: Mapping[str, str]) -> Scene:
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
