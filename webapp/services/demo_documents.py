"""The demo's two documents: a Chinese product film for the phone and an English one for the wide screen.

They show what a document can hold: a presenter in two shots, titles and tags that come with a word, halos, crossfades, captions on a
bar, music that gives way to the voice.
"""

from typing import Final

from render.timeline.document import (
    Anchor,
    AudioContent,
    Background,
    Block,
    BlockText,
    Canvas,
    Document,
    Keyframe,
    Layer,
    Mark,
    PresenterContent,
    Scene,
    ShapeContent,
    Span,
    TextContent,
    Track,
    Transform,
    Transition,
)
from render.timeline.styles import CaptionStyle, TextStyle

INK: Final = "#1d1a17"
PAPER: Final = "#fff7ec"
VERMILION: Final = "#ff5a36"
_FADE: Final = 72_000
"""0.3 seconds, for what comes in."""


def summer_cup() -> Document:
    """A travel cup, upright, in Chinese."""
    screen = _Screen("zh", "zf_xiaoxiao", "mei", Canvas(width_px=1080, height_px=1920, frame_rate=25))
    return Document(
        title="夏日随行杯",
        language="zh",
        canvas=screen.canvas,
        scenes=(
            screen.scene(
                "hook",
                "夏天出门，最怕水不够凉。早上装的冰水，中午就温了，你是不是也这样？",
                ("#fbe3cf", VERMILION),
                (screen.title("出门一天\n水还是冰的", INK), screen.tag("夏日随行杯", PAPER, INK, y=7_350, width=3_600)),
            ),
            screen.scene(
                "cup",
                "这只随行杯，内胆用的是不锈钢，冰水装满，下午打开还有冰块。杯盖一按就开，单手也能喝。背包里一放，不占地方。",
                ("#123b40", "#39a39a"),
                (
                    screen.title("一按就开\n一手就喝", PAPER),
                    screen.tag("不锈钢内胆", INK, "#ffd48a", y=6_050, width=3_800, said="内胆"),
                    screen.tag("单手开盖", INK, "#ffd48a", y=6_700, width=3_800, said="杯盖"),
                    screen.tag("小巧轻便", INK, "#ffd48a", y=7_350, width=3_800, said="背包"),
                ),
            ),
            screen.scene(
                "offer",
                "上班、露营、接孩子，带上它就够了。喜欢的话，点下面的链接看看吧。",
                ("#2b1a3d", "#f2a65a"),
                (
                    screen.title("这个夏天\n随身一杯凉", PAPER),
                    screen.tag("点击下方链接", PAPER, VERMILION, y=7_350, width=4_600, said="点下面"),
                ),
                shot="close",
            ),
        ),
        tracks=(_music("bright-morning"),),
        captions=_captions(8_350, 8_800, 520),
    )


def cold_brew() -> Document:
    """Cold brew coffee, wide, in English."""
    screen = _Screen("en", "am_michael", "kofi", Canvas(width_px=1920, height_px=1080, frame_rate=25))
    return Document(
        title="Cold brew in one minute",
        language="en",
        canvas=screen.canvas,
        scenes=(
            screen.scene(
                "hook",
                "Long day ahead? Your coffee can be ready before you are.",
                ("#f3e4d0", "#c9804a"),
                (screen.title("Cold brew\nin one minute", INK), screen.tag("Home barista", PAPER, INK, y=5_300, width=2_100)),
            ),
            screen.scene(
                "steps",
                "Fill the bottle with coarse coffee, twist the filter in, add cold water, and leave it in the fridge overnight.",
                ("#20302b", "#5f8f6d"),
                (
                    screen.title("Three moves", PAPER),
                    screen.tag("1  Fill and twist", INK, "#ffd48a", y=5_300, width=2_900, said="Fill"),
                    screen.tag("2  Cold water", INK, "#ffd48a", y=6_400, width=2_900, said="cold water"),
                    screen.tag("3  Fridge overnight", INK, "#ffd48a", y=7_500, width=2_900, said="the fridge"),
                ),
            ),
            screen.scene(
                "sip",
                "In the morning, pour, add ice, and take the first sip. Cold brew, without the queue.",
                ("#33221a", VERMILION),
                (
                    screen.title("Without\nthe queue", PAPER),
                    screen.tag("Try it tonight", INK, "#ffd48a", y=6_000, width=2_500, said="Cold brew"),
                ),
            ),
        ),
        tracks=(_music("warm-afternoon"),),
        captions=_captions(9_100, 8_000, 460),
    )


class _Screen:
    """Where things stand on an upright or a wide screen, and in which language they are said and shown."""

    def __init__(self, language: str, voice: str, presenter: str, canvas: Canvas) -> None:
        self.language = language
        self.voice = voice
        self.presenter = presenter
        self.canvas = canvas
        self.upright = canvas.height_px > canvas.width_px

    def scene(self, name: str, text: str, colours: tuple[str, str], shown: tuple[list[Layer], ...], *, shot: str = "medium") -> Scene:
        """A scene called `name`: background, halo and presenter, and what is shown with the words. Ids are made of the scene's name."""
        layers = [self._halo(colours[1]), self._speaker(shot), *(layer for group in shown for layer in group)]
        places = sorted({text.index(layer.name) for layer in layers if layer.name})
        marks = tuple(Mark(id=f"{name}-at-{place}", at=place) for place in places)
        said = BlockText(text=text, marks=marks)
        return Scene(
            id=name,
            background=Background(colour=colours[0]),
            blocks=(Block(id=f"{name}-block", texts={self.language: said}, voices={self.language: self.voice}),),
            layers=tuple(_named(name, number, layer, text) for number, layer in enumerate(layers)),
            transition=Transition(kind="crossfade"),
        )

    def title(self, words: str, colour: str) -> list[Layer]:
        """The large words of a scene, coming up as it begins."""
        style = TextStyle(size=1_150 if self.upright else 950, weight=900, colour=colour, stroke_width=0, align=self._align())
        place = self._place(5_000, 1_800, 9_000, 1_500) if self.upright else self._place(2_950, 3_600, 4_600, 2_800)
        return [self._text("title", words, style, place, Span())]

    def tag(self, words: str, colour: str, fill: str, *, y: int, width: int, said: str = "") -> list[Layer]:
        """Words on a rounded bar; from the moment on that the scene says `said`, if that is given."""
        span = Span(start=Anchor(kind="mark")) if said else Span()
        x = 5_000 if self.upright else 650 + width // 2
        height = 520 if self.upright else 860
        bar = ShapeContent(fill=fill, radius=5_000)
        style = TextStyle(size=500 if self.upright else 480, weight=700, colour=colour, stroke_width=0)
        place = self._place(x, y, width, height)
        shape = Layer(id="bar", name=said, lane=20, span=span, transform=place, keyframes=_fade_in(), content=bar)
        return [shape, self._text("words", words, style, place, span).model_copy(update={"name": said})]

    def _halo(self, colour: str) -> Layer:
        """A disc behind the presenter that swells a little as the scene goes on."""
        place = self._place(5_000, 5_600, 9_600, 5_400) if self.upright else self._place(7_350, 5_400, 4_725, 8_400)
        swell = (Keyframe(property="scale", at=0, value=940, easing="ease-out"), Keyframe(property="scale", at=960_000, value=1_030))
        return Layer(id="halo", lane=5, transform=place, keyframes=swell, content=ShapeContent(shape="ellipse", fill=colour))

    def _speaker(self, shot: str) -> Layer:
        place = self._place(5_000, 6_150, 10_000, 7_700) if self.upright else self._place(7_350, 5_400, 5_300, 9_200)
        content = PresenterContent.model_validate({"presenter": self.presenter, "shot": shot})
        return Layer(id="speaker", lane=10, transform=place, content=content)

    def _text(self, name: str, words: str, style: TextStyle, place: Transform, span: Span) -> Layer:
        content = TextContent(texts={self.language: words}, style=style)
        return Layer(id=name, lane=30, span=span, transform=place, keyframes=_fade_in(), content=content)

    def _align(self) -> str:
        return "centre" if self.upright else "left"

    def _place(self, x: int, y: int, width: int, height: int) -> Transform:
        return Transform(x=x, y=y, width=width, height=height)


def _fade_in() -> tuple[Keyframe, ...]:
    return (Keyframe(property="opacity", at=0, value=0, easing="ease-out"), Keyframe(property="opacity", at=_FADE, value=1_000))


def _named(scene: str, number: int, layer: Layer, text: str) -> Layer:
    """The layer with an id of its own in the document, and beginning at its words' mark."""
    span = Span(start=Anchor(kind="mark", of=f"{scene}-at-{text.index(layer.name)}")) if layer.name else layer.span
    return layer.model_copy(update={"id": f"{scene}-{layer.id}-{number}", "span": span})


def _music(name: str) -> Track:
    sound = AudioContent(asset=f"music:{name}", volume=350, fade_in=240_000, fade_out=480_000, duck=True)
    return Track(id="music", name="Music", kind="audio", layers=(Layer(id="music-1", content=sound),))


def _captions(y: int, width: int, size: int) -> CaptionStyle:
    return CaptionStyle(y=y, width=width, style=TextStyle(size=size, weight=700, stroke_width=0, box="#10131a", box_opacity=720))
