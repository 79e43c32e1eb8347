"""A document and a link manifest become a placed timeline: every length known, every anchor a tick. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from render.timeline import captions
from render.timeline.anchors import Places, Spot, mark_spots, span_range
from render.timeline.bodies import Body, body, open_layer, placed_cues, placed_layers
from render.timeline.document import Document, Layer, Scene, Track, Transition
from render.timeline.fingerprints import scene_digest
from render.timeline.manifest import LinkManifest
from render.timeline.placed import PlacedBlock, PlacedLayer, PlacedScene, PlacedTimeline
from render.timeline.time import TimeRange, frame_ticks
from render.timeline.variants import in_variant


@dataclass(frozen=True, slots=True)
class _Measured:
    """A scene with its place in the project; what it is by itself counts ticks from its own start."""

    scene: Scene
    range: TimeRange
    body: Body

    @property
    def blocks(self) -> tuple[PlacedBlock, ...]:
        """All of its passages, silent ones too."""
        return self.body.blocks


def resolve(document: Document, manifest: LinkManifest, *, variant: str = "") -> PlacedTimeline:
    """Place everything in the manifest's language, as a variant has it where one is named.

    Scenes follow each other, each a whole number of frames; inside one the blocks follow each other with their pauses. A fixed or
    media length never cuts speech off. Names that are gone fall back to the scene's edges, flagged.
    """
    if variant:
        document = in_variant(document, variant)
    measured = _measure(document, manifest)
    # Names are looked up only by what hangs on something outside its scene.
    hangs = any(track.layers for track in document.tracks) or any(part.body.layers is None for part in measured)
    fallen = _places(measured if hangs else measured[-1:], manifest.language)
    return PlacedTimeline(
        canvas=document.canvas,
        language=manifest.language,
        duration=fallen.duration,
        scenes=tuple(_scenes(document, measured, fallen, manifest.language)),
        tracks=_tracks(document.tracks, fallen),
        captions=document.captions,
        cues=captions.in_order([cue for part in measured for cue in placed_cues(part.body, part.range.start)], fallen.duration),
        complete=manifest.complete,
    )


def places(document: Document, manifest: LinkManifest) -> Places:
    """Where every scene, block and mark falls, in project ticks: what a span of any layer, shown or not, is measured by."""
    return _places(_measure(document, manifest), manifest.language)


def _measure(document: Document, manifest: LinkManifest) -> list[_Measured]:
    measured, start = [], 0
    for scene in document.scenes:
        by_itself = body(scene, document, manifest)
        measured.append(_Measured(scene, TimeRange(start, by_itself.ticks), by_itself))
        start += by_itself.ticks
    return measured


def _places(measured: Sequence[_Measured], language: str) -> Places:
    blocks: dict[str, TimeRange] = {}
    marks: dict[str, Spot] = {}
    for part in measured:
        for block, placed in zip(part.scene.blocks, part.blocks, strict=True):
            blocks[block.id] = placed.range.shifted(part.range.start)
            marks.update(mark_spots(block, placed, language, blocks[block.id].start))
    scenes = {part.scene.id: part.range for part in measured}
    return Places(measured[-1].range.end if measured else 0, scenes, blocks, marks)


def _scenes(document: Document, measured: Sequence[_Measured], places: Places, language: str) -> Iterator[PlacedScene]:
    frame = frame_ticks(document.canvas.frame_rate)
    for index, part in enumerate(measured):
        layers, digest = part.body.layers, part.body.digest
        placed = PlacedScene(
            id=part.scene.id,
            range=part.range,
            background=part.scene.background,
            blocks=tuple(block for block in part.blocks if block.text),
            layers=placed_layers(part.scene, places) if layers is None else layers,
            transition=_transition(part, measured[index + 1 : index + 2], frame),
            digest=digest or "",
        )
        yield placed if digest else replace(placed, digest=scene_digest(placed, document, language))


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
        opened = open_layer(layer, muted=track.muted, hidden=track.hidden)
        if opened:
            yield opened
