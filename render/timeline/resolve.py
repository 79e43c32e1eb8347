"""A document and a link manifest become a placed timeline: every length known, every anchor a tick. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from render.timeline import captions
from render.timeline.anchors import Places, Spot, mark_spots, placed_actions, span_range
from render.timeline.document import AudioContent, Block, Document, Layer, Scene, Track, Transition, VideoContent
from render.timeline.fingerprints import scene_digest
from render.timeline.manifest import LinkManifest
from render.timeline.placed import Cue, PlacedBlock, PlacedLayer, PlacedScene, PlacedTimeline
from render.timeline.spoken import SpokenTimes
from render.timeline.styles import CaptionOverride
from render.timeline.time import TimeRange, frame_ticks, frames_up
from render.timeline.variants import in_variant
from render.timeline.voicing import said_offset, said_text


@dataclass(frozen=True, slots=True)
class _Measured:
    """A scene with its place in the project and all its blocks, silent ones too, in scene-local ticks."""

    scene: Scene
    range: TimeRange
    blocks: tuple[PlacedBlock, ...]


def resolve(document: Document, manifest: LinkManifest, *, variant: str = "") -> PlacedTimeline:
    """Place everything in the manifest's language, as a variant has it where one is named.

    Scenes follow each other, each a whole number of frames; inside one the blocks follow each other with their pauses. A fixed or
    media length never cuts speech off. Names that are gone fall back to the scene's edges, flagged.
    """
    if variant:
        document = in_variant(document, variant)
    measured = _measure(document, manifest)
    fallen = _places(measured, manifest.language)
    scenes = _scenes(measured, fallen, frame_ticks(document.canvas.frame_rate))
    return PlacedTimeline(
        canvas=document.canvas,
        language=manifest.language,
        duration=fallen.duration,
        scenes=tuple(replace(scene, digest=scene_digest(scene, document, manifest.language)) for scene in scenes),
        tracks=_tracks(document.tracks, fallen),
        captions=document.captions,
        cues=captions.in_order([cue for part in measured for cue in _cues(part)], fallen.duration),
        complete=manifest.complete,
    )


def places(document: Document, manifest: LinkManifest) -> Places:
    """Where every scene, block and mark falls, in project ticks: what a span of any layer, shown or not, is measured by."""
    return _places(_measure(document, manifest), manifest.language)


def _measure(document: Document, manifest: LinkManifest) -> list[_Measured]:
    measured, start = [], 0
    for scene in document.scenes:
        blocks = tuple(_blocks(scene, manifest, document.captions.second_language))
        frame_rate = document.canvas.frame_rate
        ticks = frames_up(max(1, _wanted_ticks(scene, blocks, manifest)), frame_rate) * frame_ticks(frame_rate)
        measured.append(_Measured(scene, TimeRange(start, ticks), blocks))
        start += ticks
    return measured


def _blocks(scene: Scene, manifest: LinkManifest, second_language: str) -> Iterator[PlacedBlock]:
    at = 0
    for block in scene.blocks:
        spoken = manifest.blocks.get(block.id)
        text = said_text(block, manifest.language)
        if spoken is None or not text:
            yield PlacedBlock(block.id, "", TimeRange(at, 0), "", SpokenTimes(0))
            continue
        placed = PlacedBlock(block.id, text, TimeRange(at, spoken.times.duration), spoken.speech_digest, spoken.times)
        yield replace(
            placed,
            actions=placed_actions(block, placed, manifest.language),
            captions=tuple(_overrides(block, manifest.language)),
            second=said_text(block, second_language) if second_language != manifest.language else "",
        )
        at += spoken.times.duration + block.pause_after


def _overrides(block: Block, language: str) -> Iterator[tuple[int, CaptionOverride]]:
    """What was changed of the captions of a block, by the place of its mark in what is said; what hangs on no mark is left out."""
    text, offset = block.texts[language], said_offset(block, language)
    places = {mark.id: max(0, mark.at - offset) for mark in text.marks}
    yield from sorted(((places[one.mark], one) for one in text.captions if one.mark in places), key=lambda entry: entry[0])


def _wanted_ticks(scene: Scene, blocks: Sequence[PlacedBlock], manifest: LinkManifest) -> int:
    spoken = max((block.range.end for block in blocks), default=0)
    rule = scene.duration
    if rule.kind == "fixed":
        return max(rule.fixed, rule.least, spoken)
    paused = spoken + _last_pause(scene.blocks, blocks)
    media = _media_ticks(scene, manifest) if rule.kind == "media" else 0
    return max(paused, media, rule.least)


def _last_pause(blocks: Sequence[Block], placed: Sequence[PlacedBlock]) -> int:
    pauses = (block.pause_after for block, place in zip(reversed(blocks), reversed(placed), strict=True) if place.text)
    return next(pauses, 0)


def _media_ticks(scene: Scene, manifest: LinkManifest) -> int:
    return max((_content_ticks(layer.content, manifest) for layer in scene.layers), default=0)


def _content_ticks(content: object, manifest: LinkManifest) -> int:
    if isinstance(content, VideoContent):
        return (manifest.media_durations.get(content.asset, 0) - content.source_start) * 1_000 // content.speed
    if isinstance(content, AudioContent):
        return manifest.media_durations.get(content.asset, 0) - content.source_start
    return 0


def _places(measured: Sequence[_Measured], language: str) -> Places:
    blocks: dict[str, TimeRange] = {}
    marks: dict[str, Spot] = {}
    for part in measured:
        for block, placed in zip(part.scene.blocks, part.blocks, strict=True):
            blocks[block.id] = placed.range.shifted(part.range.start)
            marks.update(mark_spots(block, placed, language, blocks[block.id].start))
    scenes = {part.scene.id: part.range for part in measured}
    return Places(measured[-1].range.end if measured else 0, scenes, blocks, marks)


def _cues(part: _Measured) -> Iterator[Cue]:
    for block in part.blocks:
        yield from captions.block_cues(part.scene.id, block, part.range.start + block.range.start)


def _scenes(measured: Sequence[_Measured], places: Places, frame: int) -> Iterator[PlacedScene]:
    for index, part in enumerate(measured):
        yield PlacedScene(
            id=part.scene.id,
            range=part.range,
            background=part.scene.background,
            blocks=tuple(block for block in part.blocks if block.text),
            layers=tuple(_layers(part, places)),
            transition=_transition(part, measured[index + 1 : index + 2], frame),
            digest="",
        )


def _layers(part: _Measured, places: Places) -> Iterator[PlacedLayer]:
    for layer in sorted(filter(None, map(_open_layer, part.scene.layers)), key=lambda layer: layer.lane):
        within, flagged = span_range(layer.span, part.scene, places)
        if within:
            yield PlacedLayer(layer, within.shifted(-part.range.start), flagged)


def _transition(part: _Measured, following: Sequence[_Measured], frame: int) -> Transition:
    wanted = part.scene.transition
    if wanted.kind == "cut" or not following:
        return Transition(kind="cut", duration=0)
    ticks = min(wanted.duration, part.range.duration // 2, following[0].range.duration // 2)
    frames = ticks // frame // 2 * 2
    return wanted.model_copy(update={"kind": wanted.kind if frames else "cut", "duration": frames * frame})


def _tracks(tracks: Sequence[Track], places: Places) -> tuple[PlacedLayer, ...]:
    alone = {track.kind for track in tracks if track.solo}
    layers = [layer for track in tracks if track.solo or track.kind not in alone for layer in _open_layers(track)]
    placed = []
    for layer in sorted(layers, key=lambda layer: layer.lane):
        within, flagged = span_range(layer.span, None, places)
        if within:
            placed.append(PlacedLayer(layer, within, flagged))
    return tuple(placed)


def _open_layers(track: Track) -> Iterator[Layer]:
    """What a track lets through: muted, no sound; hidden, no picture."""
    for layer in track.layers:
        opened = _open_layer(layer, muted=track.muted, hidden=track.hidden)
        if opened:
            yield opened


def _open_layer(layer: Layer, *, muted: bool = False, hidden: bool = False) -> Layer | None:
    """What is seen and heard of a layer: nothing of a muted sound or a hidden picture; a clip may be muted alone."""
    muted, hidden = muted or layer.muted, hidden or layer.hidden
    if isinstance(layer.content, AudioContent):
        return None if muted else layer
    if hidden:
        return None
    return _silenced(layer) if muted and isinstance(layer.content, VideoContent) else layer


def _silenced(layer: Layer) -> Layer:
    quiet = layer.content.model_copy(update={"volume": 0})
    moves = tuple(frame for frame in layer.keyframes if frame.property != "volume")
    return layer.model_copy(update={"content": quiet, "keyframes": moves})
