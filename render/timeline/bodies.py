"""Scenes by themselves: all of a placed scene that hangs on nothing outside it. Kept with the scene: an edit costs what it touches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from render.timeline import captions
from render.timeline.anchors import Places, Spot, mark_spots, placed_actions, span_range
from render.timeline.document import AudioContent, Block, Canvas, Document, Layer, Scene, VideoContent
from render.timeline.fingerprints import scene_digest
from render.timeline.manifest import LinkManifest, SpokenBlock
from render.timeline.placed import Cue, PlacedBlock, PlacedLayer, PlacedScene
from render.timeline.remembered import remembered
from render.timeline.spoken import SpokenTimes, Word
from render.timeline.styles import CaptionOverride, CaptionStyle
from render.timeline.time import TimeRange, frame_ticks, frames_up
from render.timeline.voicing import said_offset, said_text

KEPT_MAX: Final = 4
"""As many languages and shapes of a scene are remembered."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Body:
    """A scene in its own ticks. `layers` and `digest` are None where one of its layers hangs on something outside."""

    ticks: int
    blocks: tuple[PlacedBlock, ...]
    """Silent ones too."""
    cues: tuple[Cue, ...]
    layers: tuple[PlacedLayer, ...] | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a body is made of, besides its scene."""

    canvas: Canvas
    captions: CaptionStyle
    language: str
    spoken: tuple[SpokenBlock | None, ...]
    media: tuple[int, ...]


def body(scene: Scene, document: Document, manifest: LinkManifest) -> Body:
    """The scene by itself, as it is or as it was made last for the same words and sounds."""
    facts = _Facts(
        canvas=document.canvas,
        captions=document.captions,
        language=manifest.language,
        spoken=tuple(manifest.blocks.get(block.id) for block in scene.blocks),
        media=_media(scene, manifest) if scene.duration.kind == "media" else (),
    )
    kept = _kept(scene)
    known = next((made for facts_then, made in tuple(kept) if facts_then == facts), None)
    if known is None:
        known = _made(scene, document, facts)
        kept[:] = [*kept[-KEPT_MAX + 1 :], (facts, known)]
    return known


def placed_cues(made: Body, start: int) -> tuple[Cue, ...]:
    """Its captions in a project where it begins at `start`, as they are or as they were there last."""
    kept = _kept_cues(made)
    if not kept or kept[0][0] != start:
        kept[:] = [(start, tuple(_moved(cue, start) for cue in made.cues))]
    return kept[0][1]


def placed_layers(scene: Scene, places: Places) -> tuple[PlacedLayer, ...]:
    """What is seen and heard of a scene's layers, from the lowest lane up, in ticks from the scene's start."""
    return tuple(_layers(scene, places))


def open_layer(layer: Layer, *, muted: bool = False, hidden: bool = False) -> Layer | None:
    """What is seen and heard of a layer: nothing of a muted sound or a hidden picture; a clip may be muted alone."""
    muted, hidden = muted or layer.muted, hidden or layer.hidden
    if isinstance(layer.content, AudioContent):
        return None if muted else layer
    if hidden:
        return None
    return _silenced(layer) if muted and isinstance(layer.content, VideoContent) else layer


@remembered
def _kept(_: Scene) -> list[tuple[_Facts, Body]]:
    return []


@remembered
def _kept_cues(_: Body) -> list[tuple[int, tuple[Cue, ...]]]:
    return []


def _moved(cue: Cue, ticks: int) -> Cue:
    words = tuple(Word(word.start, word.end, word.at + ticks, word.duration) for word in cue.words)
    return replace(cue, range=cue.range.shifted(ticks), words=words)


def _made(scene: Scene, document: Document, facts: _Facts) -> Body:
    blocks = tuple(_blocks(scene, facts))
    frame_rate = facts.canvas.frame_rate
    ticks = frames_up(max(1, _wanted_ticks(scene, blocks, facts)), frame_rate) * frame_ticks(frame_rate)
    cues = tuple(cue for block in blocks for cue in captions.block_cues(scene.id, block, block.range.start))
    if _reaches_out(scene):
        return Body(ticks, blocks, cues, None, None)
    layers = placed_layers(scene, _own_places(scene, blocks, ticks, facts.language))
    spoken = tuple(block for block in blocks if block.text)
    placed = PlacedScene(scene.id, TimeRange(0, ticks), scene.background, spoken, layers, scene.transition, digest="")
    return Body(ticks, blocks, cues, layers, scene_digest(placed, document, facts.language))


def _reaches_out(scene: Scene) -> bool:
    """Whether one of its layers hangs on something that is not in it."""
    own = {"", scene.id, *(block.id for block in scene.blocks)}
    own |= {mark.id for block in scene.blocks for text in block.texts.values() for mark in text.marks}
    anchors = (anchor for layer in scene.layers for anchor in (layer.span.start, layer.span.end))
    return any(anchor.kind == "project" or anchor.of not in own for anchor in anchors)


def _own_places(scene: Scene, blocks: Sequence[PlacedBlock], ticks: int, language: str) -> Places:
    marks: dict[str, Spot] = {}
    for block, placed in zip(scene.blocks, blocks, strict=True):
        marks.update(mark_spots(block, placed, language, placed.range.start))
    return Places(ticks, {scene.id: TimeRange(0, ticks)}, {block.id: block.range for block in blocks}, marks)


def _blocks(scene: Scene, facts: _Facts) -> Iterator[PlacedBlock]:
    at, second = 0, facts.captions.second_language
    for block, spoken in zip(scene.blocks, facts.spoken, strict=True):
        text = said_text(block, facts.language)
        if spoken is None or not text:
            yield PlacedBlock(block.id, "", TimeRange(at, 0), "", SpokenTimes(0))
            continue
        placed = PlacedBlock(block.id, text, TimeRange(at, spoken.times.duration), spoken.speech_digest, spoken.times)
        yield replace(
            placed,
            actions=placed_actions(block, placed, facts.language),
            captions=tuple(_overrides(block, facts.language)),
            second=said_text(block, second) if second != facts.language else "",
        )
        at += spoken.times.duration + block.pause_after


def _overrides(block: Block, language: str) -> Iterator[tuple[int, CaptionOverride]]:
    """What was changed of the captions of a block, by the place of its mark in what is said; what hangs on no mark is left out."""
    text, offset = block.texts[language], said_offset(block, language)
    places = {mark.id: max(0, mark.at - offset) for mark in text.marks}
    yield from sorted(((places[one.mark], one) for one in text.captions if one.mark in places), key=lambda entry: entry[0])


def _wanted_ticks(scene: Scene, blocks: Sequence[PlacedBlock], facts: _Facts) -> int:
    spoken = max((block.range.end for block in blocks), default=0)
    rule = scene.duration
    if rule.kind == "fixed":
        return max(rule.fixed, rule.least, spoken)
    return max(spoken + _last_pause(scene.blocks, blocks), *facts.media, rule.least)


def _last_pause(blocks: Sequence[Block], placed: Sequence[PlacedBlock]) -> int:
    pauses = (block.pause_after for block, place in zip(reversed(blocks), reversed(placed), strict=True) if place.text)
    return next(pauses, 0)


def _media(scene: Scene, manifest: LinkManifest) -> tuple[int, ...]:
    return tuple(_content_ticks(layer.content, manifest) for layer in scene.layers)


def _content_ticks(content: object, manifest: LinkManifest) -> int:
    if isinstance(content, VideoContent):
        return (manifest.media_durations.get(content.asset, 0) - content.source_start) * 1_000 // content.speed
    if isinstance(content, AudioContent):
        return manifest.media_durations.get(content.asset, 0) - content.source_start
    return 0


def _layers(scene: Scene, places: Places) -> Iterator[PlacedLayer]:
    start = places.scenes[scene.id].start
    for layer in sorted(filter(None, map(open_layer, scene.layers)), key=lambda layer: layer.lane):
        within, flagged = span_range(layer.span, scene, places)
        if within:
            yield PlacedLayer(layer, within.shifted(-start), flagged)


def _silenced(layer: Layer) -> Layer:
    quiet = layer.content.model_copy(update={"volume": 0})
    moves = tuple(frame for frame in layer.keyframes if frame.property != "volume")
    return layer.model_copy(update={"content": quiet, "keyframes": moves})
