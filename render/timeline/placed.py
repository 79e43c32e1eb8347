"""The placed timeline: every anchor resolved to ticks. What pictures, sound, captions, lengths and prices are read from."""

from dataclasses import dataclass

from render.timeline.document import Background, Canvas, Layer, Transition
from render.timeline.spoken import SpokenTimes, Word
from render.timeline.styles import CaptionOverride, CaptionPlace, CaptionStyle, TextStyle
from render.timeline.time import TimeRange


@dataclass(frozen=True, slots=True)
class PlacedAction:
    """What a presenter does, `at` ticks after its passage's start."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A spoken block in its scene: `range` counts from the scene's start and covers the sound without its pause."""

    id: str
    text: str
    range: TimeRange
    speech_digest: str
    times: SpokenTimes
    actions: tuple[PlacedAction, ...] = ()
    captions: tuple[tuple[int, CaptionOverride], ...] = ()
    """What a person changed of its captions, by the character of `text` that it hangs on."""
    second: str = ""
    """Its words in the captions' second language."""


@dataclass(frozen=True, slots=True)
class PlacedLayer:
    """A layer in time: `range` counts from the scene's start (scene layers) or the project's (track layers), clipped to it.

    `flagged` is true where an anchor's mark was missing in this language and its proportional place was taken.
    """

    layer: Layer
    range: TimeRange
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: `range` counts from the project's start, `words` are (start, end) over `text` with ticks from the project's start."""

    id: str
    scene_id: str
    block_id: str
    range: TimeRange
    text: str
    words: tuple[Word, ...] = ()
    second: str = ""
    """What stands under `text` in the second language."""
    style: TextStyle | None = None
    """Its own look, where it has one."""
    place: CaptionPlace | None = None
    """Its own place, where it has one."""


@dataclass(frozen=True, slots=True)
class PlacedScene:
    """A scene in the project: `range` counts from the project's start and is a whole number of frames."""

    id: str
    range: TimeRange
    background: Background
    blocks: tuple[PlacedBlock, ...]
    layers: tuple[PlacedLayer, ...]
    """From the lowest lane up."""
    transition: Transition
    """Its duration is clamped to whole frames, an even number of them, and to half of either neighbour; a cut where none fits."""
    digest: str
    """Names all that this scene shows and says by itself, in scene-local time: equal digests, equal pictures."""


@dataclass(frozen=True, slots=True)
class PlacedTimeline:
    """A document, resolved for one language with one manifest."""

    canvas: Canvas
    language: str
    duration: int
    scenes: tuple[PlacedScene, ...]
    tracks: tuple[PlacedLayer, ...]
    """Visible, unmuted track layers; ranges count from the project's start."""
    captions: CaptionStyle
    cues: tuple[Cue, ...]
    complete: bool
    """False while some of the speech is estimated."""
