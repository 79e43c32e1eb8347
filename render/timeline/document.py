"""The document: scenes, tracks and what they hold, as frozen values that read and write JSON.

Lengths on the canvas are parts per 10,000 of its width (x, width) or height (y, height); ratios such as opacity, volume, rate
and scale are per mille; rotation is in thousandths of a degree; times are ticks (`render.timeline.time`).
Colours are `#rrggbb`. Ids are short strings, unique in the whole document.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from render.timeline.acting import Action, Beautify, Emotion
from render.timeline.styles import CaptionOverride, CaptionPlace, CaptionStyle, Gradient, TextStyle
from render.timeline.values import (
    LATER,
    TEXT_LENGTH_MAX,
    Colour,
    Digest,
    Duration,
    Easing,
    Extent,
    FrameRate,
    Id,
    Language,
    Permille,
    Place,
    Share,
    Speed,
    Ticks,
    Turn,
    Value,
    Volume,
)

SCHEMA_VERSION: Final = 1


class Canvas(Value):
    """The picture's size in pixels at full (1080p-class) resolution, and its frame rate."""

    width_px: int = Field(default=1080, ge=16, le=7680, multiple_of=2)
    height_px: int = Field(default=1920, ge=16, le=7680, multiple_of=2)
    frame_rate: FrameRate = 25


class Anchor(Value):
    """A place in time: an edge or a mark of something, plus an offset.

    `scene-start`/`scene-end` refer to scene `of` (or, empty, to the scene that holds the anchor); `block-start`/`block-end` to block
    `of`; `mark` to the mark `of`; `project` counts from the first tick of the project.
    """

    kind: Literal["scene-start", "scene-end", "block-start", "block-end", "mark", "project"] = "scene-start"
    of: str = Field(default="", max_length=40)
    offset: Ticks = 0


class Span(Value):
    """From one anchor to another; by default the whole scene that holds it."""

    start: Anchor = Anchor()
    end: Anchor = Anchor(kind="scene-end")


class Crop(Value):
    """What is cut from each side of a source, parts per 10,000 of its size."""

    left: int = Field(default=0, ge=0, le=9_900)
    top: int = Field(default=0, ge=0, le=9_900)
    right: int = Field(default=0, ge=0, le=9_900)
    bottom: int = Field(default=0, ge=0, le=9_900)


class Transform(Value):
    """Where a layer stands: the centre of its box and the box's size on the canvas, before scale and rotation."""

    x: Place = 5_000
    y: Place = 5_000
    width: Extent = 10_000
    height: Extent = 10_000
    scale: int = Field(default=1_000, ge=0, le=20_000)
    rotation: Turn = 0


AnimatedProperty = Literal["x", "y", "scale", "rotation", "opacity", "volume", "crop-left", "crop-top", "crop-right", "crop-bottom"]


class Keyframe(Value):
    """The value of a property at `at` ticks after the layer's start; `easing` rules the way to the next one."""

    property: AnimatedProperty
    at: Duration
    value: Turn
    easing: Easing = "ease-in-out"


class SlowZoom(Value):
    """A still moves from one framing to another over its whole time: scale per mille of its fit, focus in parts per 10,000."""

    from_scale: int = Field(default=1_000, ge=1_000, le=3_000)
    to_scale: int = Field(default=1_120, ge=1_000, le=3_000)
    focus_x: Share = 5_000
    focus_y: Share = 5_000


class PresenterContent(Value):
    """A presenter, cut out, speaking the scene's blocks. `presenter` names a gallery or a tenant's presenter; `revision` its state.

    `outfit` names one of its sets; empty, or one it does not have, is the first.
    """

    kind: Literal["presenter"] = "presenter"
    presenter: Id
    revision: int = Field(default=1, ge=1)
    shot: Literal["medium", "close", "extreme"] = "medium"
    outfit: Annotated[Id | Literal[""], LATER] = ""
    emotion: Annotated[Emotion, LATER] = "neutral"
    beautify: Annotated[Beautify, LATER] = Beautify()


class ImageContent(Value):
    """A still picture, named by the digest of its bytes."""

    kind: Literal["image"] = "image"
    asset: Digest
    fit: Literal["cover", "contain", "fill"] = "contain"
    crop: Crop = Crop()
    zoom: SlowZoom | None = None


Beyond = Literal["freeze", "loop", "stretch", "hide"]


class VideoContent(Value):
    """A moving picture with its sound, named by the digest of its bytes; `source_start` is where in it the layer starts.

    `speed` changes no pitch. `beyond` says what follows its end: its last picture, itself again, nothing; or that it is stretched to
    its place.
    """

    kind: Literal["video"] = "video"
    asset: Digest
    fit: Literal["cover", "contain", "fill"] = "cover"
    crop: Crop = Crop()
    source_start: Duration = 0
    speed: Speed = 1_000
    volume: Volume = 1_000
    beyond: Beyond = "freeze"
    fade_in: Annotated[Duration, LATER] = 0
    fade_out: Annotated[Duration, LATER] = 0
    """Of its sound."""
    duck: Annotated[bool, LATER] = False


class TextContent(Value):
    """Words on the picture, per language; a language without its own shows the first one's."""

    kind: Literal["text"] = "text"
    texts: dict[Language, Annotated[str, Field(max_length=2_000)]] = Field(default_factory=dict)
    style: TextStyle = TextStyle()

    def shown_in(self, language: str) -> str:
        """The words that stand in the picture when it is made in `language`: its own, else the first language's in alphabetical order."""
        return self.texts.get(language) or next((self.texts[other] for other in sorted(self.texts) if self.texts[other]), "")


class ShapeContent(Value):
    """A filled rectangle or ellipse; `radius` rounds a rectangle's corners, parts per 10,000 of its shorter side."""

    kind: Literal["shape"] = "shape"
    shape: Literal["rectangle", "ellipse"] = "rectangle"
    fill: Colour = "#ff5a36"
    radius: int = Field(default=0, ge=0, le=5_000)


class AudioContent(Value):
    """Sound, named by the digest of its bytes or, for our own music, `music:<name>`."""

    kind: Literal["audio"] = "audio"
    asset: Annotated[str, Field(pattern=r"^([0-9a-f]{64}|music:[a-z0-9-]{1,40})$")]
    source_start: Duration = 0
    volume: Volume = 1_000
    fade_in: Duration = 0
    fade_out: Duration = 0
    loop: bool = True
    duck: bool = False
    """Whether it gives way under speech."""
    speed: Annotated[Speed, LATER] = 1_000
    """Without a change of pitch."""


Content = Annotated[
    PresenterContent | ImageContent | VideoContent | TextContent | ShapeContent | AudioContent,
    Field(discriminator="kind"),
]


class Layer(Value):
    """One thing placed in time and on the canvas. A higher lane is drawn over a lower one."""

    id: Id
    name: str = Field(default="", max_length=200)
    lane: int = Field(default=0, ge=0, le=1_000)
    span: Span = Span()
    transform: Transform = Transform()
    opacity: Permille = 1_000
    keyframes: tuple[Keyframe, ...] = Field(default=(), max_length=1_000)
    hidden: Annotated[bool, LATER] = False
    muted: Annotated[bool, LATER] = False
    locked: Annotated[bool, LATER] = False
    content: Content


class Mark(Value):
    """A stable name for a place between two characters of a text: `at` characters (code points) from its start."""

    id: Id
    at: int = Field(ge=0, le=TEXT_LENGTH_MAX)


class Pronunciation(Value):
    """How characters `start` up to `end` are said: pinyin with tone digits for Chinese, a respelling for English."""

    start: int = Field(ge=0, le=TEXT_LENGTH_MAX)
    end: int = Field(ge=0, le=TEXT_LENGTH_MAX)
    say: str = Field(min_length=1, max_length=200)


class BlockText(Value):
    """What a block says in one language. `of` names the words in the document's language for which these were written last."""

    text: str = Field(default="", max_length=TEXT_LENGTH_MAX)
    marks: tuple[Mark, ...] = Field(default=(), max_length=2_000)
    pronunciations: tuple[Pronunciation, ...] = Field(default=(), max_length=2_000)
    captions: tuple[CaptionOverride, ...] = Field(default=(), max_length=2_000)
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{0,16}$"), LATER] = ""


class Block(Value):
    """A passage that is spoken: its words per language, the voice per language, rate (per mille) and the pause after it.

    `pitch` raises the voice (cents), `energy` makes it firmer (tenths of a decibel of its upper tones against the lower); a voice that
    cannot do either is left as it is. A recording (the digest of an uploaded sound, per language) is heard instead of a voice; none of
    them changes it.
    """

    id: Id
    texts: dict[Language, BlockText] = Field(default_factory=dict)
    voices: dict[Language, Id] = Field(default_factory=dict)
    rate: int = Field(default=1_000, ge=500, le=2_000)
    pause_after: Duration = 48_000
    actions: Annotated[tuple[Action, ...], LATER] = Field(default=(), max_length=100)
    recordings: dict[Language, Digest] = Field(default_factory=dict)
    pitch: Annotated[int, Field(ge=-400, le=400), LATER] = 0
    energy: Annotated[int, Field(ge=-60, le=60), LATER] = 0


class Background(Value):
    """What lies under every layer of a scene: a colour, over it a gradient, a picture or a moving picture.

    `blur` softens either picture: the standard deviation in parts per 10,000 of the canvas's shorter side.
    """

    colour: Colour = "#1b2333"
    image: Digest | Literal[""] = ""
    fit: Literal["cover", "contain", "fill"] = "cover"
    zoom: SlowZoom | None = None
    gradient: Annotated[Gradient | None, LATER] = None
    video: Annotated[Digest | Literal[""], LATER] = ""
    """Silent, from its first picture on, over and over."""
    blur: Annotated[int, Field(ge=0, le=1_000), LATER] = 0


class DurationRule(Value):
    """How long a scene lasts: its script, its longest media, or `fixed` ticks. A scene is never shorter than `least`."""

    kind: Literal["script", "media", "fixed"] = "script"
    fixed: Duration = 3 * 240_000
    least: Duration = 240_000


TransitionKind = Literal[
    "cut", "crossfade", "fade", "wipe", "push", "cover", "reveal", "zoom", "circle", "blur", "dissolve", "clock", "flip"
]


class Transition(Value):
    """How a scene gives way to the next: centred on the cut, taking no time of its own.

    `colour` is what `fade` goes through and what lies behind `flip`; `direction` is where the picture goes in `wipe`, `push`, `cover`,
    `reveal` and `flip`; `softness` (per mille) blurs the edge of `wipe`, `circle`, `dissolve` and `clock`; `x`, `y` are the middle of
    `zoom`, `circle` and `clock`, parts per 10,000 of the canvas.
    """

    kind: TransitionKind = "cut"
    duration: Duration = 120_000
    colour: Annotated[Colour, LATER] = "#000000"
    direction: Annotated[Literal["left", "right", "up", "down"], LATER] = "left"
    softness: Annotated[Permille, LATER] = 100
    x: Annotated[Share, LATER] = 5_000
    y: Annotated[Share, LATER] = 5_000


class Scene(Value):
    """A card of the story: what is said in it, what is seen in it, how it ends."""

    id: Id
    name: str = Field(default="", max_length=200)
    background: Background = Background()
    blocks: tuple[Block, ...] = Field(default=(), max_length=500)
    layers: tuple[Layer, ...] = Field(default=(), max_length=500)
    duration: DurationRule = DurationRule()
    transition: Transition = Transition()
    """The way out of this scene; the last scene's is ignored."""


class Track(Value):
    """Layers that run across scenes: music, logo, overlays."""

    id: Id
    name: str = Field(default="", max_length=200)
    kind: Literal["audio", "overlay"] = "overlay"
    locked: bool = False
    muted: bool = False
    hidden: bool = False
    solo: bool = False
    """Where a track is solo, only solo tracks (and all scenes) are seen and heard of their kind."""
    layers: tuple[Layer, ...] = Field(default=(), max_length=5_000)


class Override(Value):
    """What a variant changes of one object; None leaves it. `text` and `voice` are for words, in the variant's language.

    `asset` and `fit` are for pictures, clips and sounds, `style` for titles, `background` for scenes; `place` for captions, by their mark.
    """

    transform: Transform | None = None
    opacity: Permille | None = None
    hidden: bool | None = None
    asset: Annotated[str, Field(pattern=r"^([0-9a-f]{64}|music:[a-z0-9-]{1,40})$")] | None = None
    fit: Literal["cover", "contain", "fill"] | None = None
    crop: Crop | None = None
    style: TextStyle | None = None
    text: Annotated[str, Field(max_length=TEXT_LENGTH_MAX)] | None = None
    voice: Id | None = None
    background: Background | None = None
    place: Annotated[CaptionPlace | None, LATER] = None


class Variant(Value):
    """The same ad in another language, another shape, or both: what differs from the document, by object id.

    None for language, canvas or captions takes the document's own. What has no override is laid out anew for the canvas.
    """

    id: Id
    name: str = Field(default="", max_length=200)
    language: Language | None = None
    canvas: Canvas | None = None
    captions: CaptionStyle | None = None
    overrides: dict[Id, Override] = Field(default_factory=dict, max_length=10_000)


class Document(Value):
    """A whole project. `language` is the language it is written in and shown in by default."""

    schema_version: Literal[1] = SCHEMA_VERSION
    title: str = Field(default="", max_length=200)
    language: Language = "zh"
    canvas: Canvas = Canvas()
    scenes: tuple[Scene, ...] = Field(default=(), max_length=500)
    tracks: tuple[Track, ...] = Field(default=(), max_length=100)
    captions: CaptionStyle = CaptionStyle()
    variants: tuple[Variant, ...] = Field(default=(), max_length=50)
