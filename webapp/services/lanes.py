"""Lanes: the track view of a document. Scenes are columns, everything in them a clip on a row; what runs across them lies over all.

Rows from the top: captions, overlay tracks, the scenes' lanes from the highest down, what is spoken, the scenes' sounds, sound tracks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from render.timeline.anchors import Places, Spot, mark_spots, span_range
from render.timeline.curves import envelope_of
from render.timeline.document import AudioContent, Block, Document, ImageContent, Layer, Scene, TextContent, Track, VideoContent
from render.timeline.placed import Cue, PlacedBlock, PlacedScene
from render.timeline.spoken import SpokenTimes
from render.timeline.table import Table
from render.timeline.time import TimeRange
from webapp.services.placings import Placing, placed

CAPTIONS, SPOKEN = "captions", "spoken"


@dataclass(frozen=True, slots=True)
class Clip:
    """A layer in time. `start` counts from its scene's first tick, or from the project's where it lies on a track."""

    id: str
    row: str
    kind: str
    name: str
    start: int
    duration: int
    locked: bool = False
    muted: bool = False
    hidden: bool = False
    flagged: bool = False
    asset: str = ""
    """The digest of its picture, film or sound; `music:<name>` for our own music."""
    source_start: int = 0
    speed: int = 1_000
    envelope: tuple[tuple[int, int], ...] = ()
    """Points of its volume (sounds and films) or opacity: ticks from its start, per mille."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is spoken, from its first sound to its last; `words` are ticks from its start at which a word begins."""

    id: str
    text: str
    start: int
    duration: int
    words: tuple[int, ...]
    estimated: bool


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption, and the passage it comes from."""

    block_id: str
    text: str
    start: int
    duration: int


@dataclass(frozen=True, slots=True)
class Column:
    """A scene: its clips, passages and captions, in ticks from its start."""

    scene_id: str
    number: int
    name: str
    duration: int
    clips: tuple[Clip, ...]
    passages: tuple[Passage, ...]
    captions: tuple[Caption, ...]

    @property
    def estimated(self) -> bool:
        """Whether its length is a guess yet."""
        return any(passage.estimated for passage in self.passages)

    @property
    def weight(self) -> int:
        """How many things there are to show in it."""
        return len(self.clips) + len(self.passages) + len(self.captions)


@dataclass(frozen=True, slots=True)
class Row:
    """A height in the stack. `track` is empty where the row belongs to the scenes."""

    key: str
    kind: str
    """`captions`, `overlay`, `lane`, `spoken`, `sounds` or `audio`."""
    name: str = ""
    track: str = ""
    locked: bool = False
    muted: bool = False
    hidden: bool = False
    solo: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole document as rows and columns."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    starts: tuple[int, ...]
    """Of the columns, in ticks from the project's start."""
    strip: tuple[Clip, ...]
    """The clips of the tracks, by start."""
    places: Places
    duration: int
    frame_rate: int

    def clip(self, clip_id: str) -> tuple[Clip, int] | None:
        """A clip by its layer's id, and the tick of the project from which its `start` counts."""
        for start, column in zip(self.starts, self.columns, strict=True):
            for clip in column.clips:
                if clip.id == clip_id:
                    return clip, start
        return next(((clip, 0) for clip in self.strip if clip.id == clip_id), None)


@lru_cache(maxsize=32)
def layout(placing: Placing) -> Layout:
    """The rows and columns of a document, linked with what has been voiced."""
    document, timeline = placing.document, placed(placing)
    places, across = _places(placing), strip(placing)
    guessed = {block_id for block_id, spoken in placing.manifest.blocks.items() if spoken.times.estimated}
    cues: Mapping[str, list[Cue]] = _by_scene(timeline.cues)
    pairs = list(zip(document.scenes, timeline.scenes, strict=True))
    columns = tuple(
        _column(_Told(number, scene, shown, cues=tuple(cues[scene.id]), places=places, guessed=guessed))
        for number, (scene, shown) in enumerate(pairs, start=1)
    )
    return Layout(
        rows=tuple(_rows(document, columns, across)),
        columns=columns,
        starts=tuple(scene.range.start for scene in timeline.scenes),
        strip=across,
        places=places,
        duration=timeline.duration,
        frame_rate=document.canvas.frame_rate,
    )


@lru_cache(maxsize=32)
def strip(placing: Placing) -> tuple[Clip, ...]:
    """The clips of the tracks, by start."""
    clips = (clip for track in placing.document.tracks if track.layers for clip in _track_clips(track, _places(placing)))
    return tuple(sorted(clips, key=lambda clip: (clip.start, clip.id)))


def table(placing: Placing, looked: Placing) -> Table:
    """The document on the cutting table, with everything at the times that it has in the shape that is `looked` at."""
    document = placing.document.model_copy(update={"canvas": looked.document.canvas})
    return Table(document, placing.manifest, layout(looked).places)


@lru_cache(maxsize=32)
def _places(placing: Placing) -> Places:
    """Where scenes, passages and marks fall; a passage without words takes no time at its scene's start."""
    document, timeline = placing.document, placed(placing)
    blocks: dict[str, TimeRange] = {}
    spots: dict[str, Spot] = {}
    for scene, shown in zip(document.scenes, timeline.scenes, strict=True):
        said = {block.id: block for block in shown.blocks}
        for block in scene.blocks:
            where = said.get(block.id) or PlacedBlock(block.id, "", TimeRange(0, 0), "", SpokenTimes(0))
            blocks[block.id] = where.range.shifted(shown.range.start)
            spots.update(mark_spots(block, where, timeline.language, blocks[block.id].start))
    return Places(timeline.duration, {scene.id: scene.range for scene in timeline.scenes}, blocks, spots)


def _by_scene(cues: Iterable[Cue]) -> Mapping[str, list[Cue]]:
    parted: dict[str, list[Cue]] = defaultdict(list)
    for cue in cues:
        parted[cue.scene_id].append(cue)
    return parted


class _Told:
    """All that a column is made of, told apart by what shows in it: a scene that stays as it is keeps its column."""

    __slots__ = ("cues", "guessed", "key", "number", "places", "scene", "shown")

    def __init__(self, number: int, scene: Scene, shown: PlacedScene, *, cues: tuple[Cue, ...], places: Places, guessed: set[str]) -> None:
        self.number, self.scene, self.shown, self.cues, self.places, self.guessed = number, scene, shown, cues, places, guessed
        estimated = tuple(block.id in guessed for block in scene.blocks)
        unseen = shown.range.start if len(shown.layers) < len(scene.layers) else 0
        self.key = (number, shown.range.duration, shown.blocks, shown.layers, estimated, unseen)

    def __hash__(self) -> int:
        return hash((id(self.scene), self.number))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Told) and self.scene is other.scene and self.key == other.key


@lru_cache(maxsize=4_096)
def _column(told: _Told) -> Column:
    scene, shown = told.scene, told.shown
    start = shown.range.start
    said = {block.id: block for block in shown.blocks}
    return Column(
        scene_id=scene.id,
        number=told.number,
        name=scene.name,
        duration=shown.range.duration,
        clips=tuple(_scene_clips(scene, shown, told.places)),
        passages=tuple(_passage(block, said.get(block.id), told.guessed) for block in scene.blocks),
        captions=tuple(Caption(cue.block_id, cue.text, cue.range.start - start, cue.range.duration) for cue in told.cues),
    )


def _scene_clips(scene: Scene, shown: PlacedScene, places: Places) -> Iterator[Clip]:
    """The scene's layers; those that would cover each other in one lane stand on rows of their own."""
    taken: dict[str, list[int]] = defaultdict(list)
    for layer, where, flagged in sorted(_timed(scene, shown, places), key=lambda entry: entry[1].start):
        lane = f"{'a' if isinstance(layer.content, AudioContent) else 'v'}{layer.lane}"
        yield _clip(layer, _free_row(lane, taken[lane], where), where, flagged=flagged)


def _timed(scene: Scene, shown: PlacedScene, places: Places) -> Iterator[tuple[Layer, TimeRange, bool]]:
    """Every layer's place in its scene; what is not shown (hidden, or nothing of it left) is placed here."""
    known = {placed.layer.id: placed for placed in shown.layers}
    for layer in scene.layers:
        if layer.id in known:
            yield layer, known[layer.id].range, known[layer.id].flagged
        else:
            where, flagged = span_range(layer.span, scene, places)
            yield layer, where.shifted(-shown.range.start) if where else TimeRange(0, 0), flagged or where is None


def _track_clips(track: Track, places: Places) -> Iterator[Clip]:
    taken: list[int] = []
    found = ((layer, *span_range(layer.span, None, places)) for layer in track.layers)
    timed = [(layer, where or TimeRange(0, 0), flagged or where is None) for layer, where, flagged in found]
    for layer, where, flagged in sorted(timed, key=lambda entry: entry[1].start):
        yield _clip(layer, _free_row(f"t{track.id}", taken, where), where, flagged=flagged)


def _free_row(lane: str, ends: list[int], where: TimeRange) -> str:
    """The first row of a lane that is free then. `ends` are where its rows are taken to."""
    place = next((index for index, end in enumerate(ends) if end <= where.start), len(ends))
    ends[place : place + 1] = [max(where.end, where.start + 1)]
    return f"{lane}.{place}" if place else lane


def _clip(layer: Layer, row: str, where: TimeRange, *, flagged: bool) -> Clip:
    content = layer.content
    bent = envelope_of(layer)
    return Clip(
        id=layer.id,
        row=row,
        kind=content.kind,
        name=layer.name or _words(layer),
        start=where.start,
        duration=where.duration,
        locked=layer.locked,
        muted=layer.muted,
        hidden=layer.hidden,
        flagged=flagged,
        asset=content.asset if isinstance(content, AudioContent | VideoContent | ImageContent) else "",
        source_start=content.source_start if isinstance(content, AudioContent | VideoContent) else 0,
        speed=content.speed if isinstance(content, AudioContent | VideoContent) else 1_000,
        envelope=tuple((frame.at, frame.value) for frame in layer.keyframes if frame.property == bent),
    )


def _words(layer: Layer) -> str:
    """What a title says, in whichever language it says something."""
    texts = layer.content.texts.values() if isinstance(layer.content, TextContent) else ()
    return next((text[:60] for text in texts if text), "")


def _passage(block: Block, shown: PlacedBlock | None, guessed: set[str]) -> Passage:
    if shown is None:
        return Passage(block.id, "", 0, 0, (), estimated=False)
    words = tuple(word.at for word in shown.times.words)
    return Passage(block.id, shown.text, shown.range.start, shown.range.duration, words, estimated=block.id in guessed)


def _rows(document: Document, columns: Sequence[Column], strip: Iterable[Clip]) -> Iterator[Row]:
    used = {clip.row for column in columns for clip in column.clips} | {clip.row for clip in strip}
    yield Row(CAPTIONS, "captions")
    yield from _track_rows([track for track in reversed(document.tracks) if track.kind == "overlay"], used)
    yield from (Row(key, "lane") for key in _descending(used, "v"))
    yield Row(SPOKEN, "spoken")
    yield from (Row(key, "sounds") for key in _descending(used, "a"))
    yield from _track_rows([track for track in document.tracks if track.kind == "audio"], used)


def _track_rows(tracks: Iterable[Track], used: set[str]) -> Iterator[Row]:
    for track in tracks:
        flags = {"locked": track.locked, "muted": track.muted, "hidden": track.hidden, "solo": track.solo}
        below = sorted((key for key in used if key.startswith(f"t{track.id}.")), key=_height)
        for key in (f"t{track.id}", *below):
            yield Row(key, track.kind, track.name, track.id, **flags)


def _descending(used: Iterable[str], side: str) -> list[str]:
    return sorted((key for key in used if key.startswith(side)), key=_height, reverse=True)


def _height(key: str) -> tuple[int, int]:
    """Lane and row of a key: `v20.1` is (20, 1). A track's rows differ in the second alone."""
    lane, _, place = key.partition(".")
    return (int(lane[1:]) if lane[0] in "va" else 0), int(place or 0)
