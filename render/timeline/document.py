"""The document: scenes, tracks and what they hold, as frozen values that read and write JSON.

Lengths on the canvas are parts per 10,000 of its width (x, width) or height (y, height); ratios such as opacity, volume, rate
and scale are per mille; rotation is in thousandths of a degree; times are ticks (`render.timeline.time`).
Colours are `#rrggbb`. Ids are short strings, unique in the whole document.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Final = 1

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,8})?$")]
Permille = Annotated[int, Field(ge=0, le=1000)]
Place = Annotated[int, Field(ge=-100_000, le=100_000)]
Extent = Annotated[int, Field(ge=0, le=100_000)]
Ticks = Annotated[int, Field(ge=-(2**53), le=2**53)]
Duration = Annotated[int, Field(ge=0, le=24 * 3600 * 240_000)]

TEXT_LENGTH_MAX: Final = 20_000
FrameRate = Literal[24, 25, 30, 50, 60]
Easing = Literal["linear", "ease-in", "ease-out", "ease-in-out", "hold"]


class Value(BaseModel):
    """A frozen value with no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    rotation: int = Field(default=0, ge=-3_600_000, le=3_600_000)


AnimatedProperty = Literal["x", "y", "scale", "rotation", "opacity", "volume"]


class Keyframe(Value):
    """The value of a property at `at` ticks after the layer's start; `easing` rules the way to the next one."""

    property: AnimatedProperty
    at: Duration
    value: int = Field(ge=-3_600_000, le=3_600_000)
    easing: Easing = "ease-in-out"


class SlowZoom(Value):
    """A still moves from one framing to another over its whole time: scale per mille of its fit, focus in parts per 10,000."""

    from_scale: int = Field(default=1_000, ge=1_000, le=3_000)
    to_scale: int = Field(default=1_120, ge=1_000, le=3_000)
    focus_x: int = Field(default=5_000, ge=0, le=10_000)
    focus_y: int = Field(default=5_000, ge=0, le=10_000)


class TextStyle(Value):
    """How text is drawn. `size` is the font size in parts per 10,000 of the canvas's shorter side."""

    font: Literal["sans"] = "sans"
    size: int = Field(default=650, ge=50, le=4_000)
    weight: Literal[400, 500, 700, 900] = 700
    colour: Colour = "#ffffff"
    stroke: Colour = "#10131a"
    stroke_width: int = Field(default=60, ge=0, le=400)
    """Parts per 1,000 of the font size."""
    box: Colour | Literal[""] = ""
    box_opacity: Permille = 700
    align: Literal["left", "centre", "right"] = "centre"


class PresenterContent(Value):
    """A presenter, cut out, speaking the scene's blocks. `presenter` names a gallery or a tenant's presenter; `revision` its state."""

    kind: Literal["presenter"] = "presenter"
    presenter: Id
    revision: int = Field(default=1, ge=1)
    shot: Literal["medium", "close"] = "medium"


class ImageContent(Value):
    """A still picture, named by the digest of its bytes."""

    kind: Literal["image"] = "image"
    asset: Digest
    fit: Literal["cover", "contain", "fill"] = "contain"
    crop: Crop = Crop()
    zoom: SlowZoom | None = None


class VideoContent(Value):
    """A moving picture, named by the digest of its bytes; `source_start` is where in it the layer starts."""

    kind: Literal["video"] = "video"
    asset: Digest
    fit: Literal["cover", "contain", "fill"] = "cover"
    crop: Crop = Crop()
    source_start: Duration = 0
    speed: int = Field(default=1_000, ge=100, le=10_000)
    volume: int = Field(default=1_000, ge=0, le=4_000)
    beyond: Literal["freeze", "loop", "stretch", "hide"] = "freeze"


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
    volume: int = Field(default=1_000, ge=0, le=4_000)
    fade_in: Duration = 0
    fade_out: Duration = 0
    loop: bool = True
    duck: bool = False
    """Whether it gives way under speech."""


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
    """What a block says in one language."""

    text: str = Field(default="", max_length=TEXT_LENGTH_MAX)
    marks: tuple[Mark, ...] = Field(default=(), max_length=2_000)
    pronunciations: tuple[Pronunciation, ...] = Field(default=(), max_length=2_000)


class Block(Value):
    """A passage that is spoken: its words per language, the voice per language, rate (per mille) and the pause after it."""

    id: Id
    texts: dict[Language, BlockText] = Field(default_factory=dict)
    voices: dict[Language, Id] = Field(default_factory=dict)
    rate: int = Field(default=1_000, ge=500, le=2_000)
    pause_after: Duration = 48_000


class Background(Value):
    """What lies under every layer of a scene."""

    colour: Colour = "#1b2333"
    image: Digest | Literal[""] = ""
    fit: Literal["cover", "contain", "fill"] = "cover"
    zoom: SlowZoom | None = None


class DurationRule(Value):
    """How long a scene lasts: its script, its longest media, or `fixed` ticks. A scene is never shorter than `least`."""

    kind: Literal["script", "media", "fixed"] = "script"
    fixed: Duration = 3 * 240_000
    least: Duration = 240_000


class Transition(Value):
    """How a scene gives way to the next: centred on the cut, taking no time of its own."""

    kind: Literal["cut", "crossfade"] = "cut"
    duration: Duration = 120_000


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
    layers: tuple[Layer, ...] = Field(default=(), max_length=5_000)


class CaptionStyle(Value):
    """Whether and how the spoken words stand in the picture; `y` is their box's centre, parts per 10,000 from the top."""

    visible: bool = True
    y: int = Field(default=8_300, ge=0, le=10_000)
    width: int = Field(default=8_600, ge=1_000, le=10_000)
    style: TextStyle = TextStyle(size=520, weight=700, stroke_width=90)


class Document(Value):
    """A whole project. `language` is the language it is written in and shown in by default."""

    schema_version: Literal[1] = SCHEMA_VERSION
    title: str = Field(default="", max_length=200)
    language: Language = "zh"
    canvas: Canvas = Canvas()
    scenes: tuple[Scene, ...] = Field(default=(), max_length=500)
    tracks: tuple[Track, ...] = Field(default=(), max_length=100)
    captions: CaptionStyle = CaptionStyle()
