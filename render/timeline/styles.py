"""How words, colours and captions look: lengths in text are parts per 1,000 of its font size."""

from typing import Annotated, Literal

from pydantic import Field

from render.timeline.values import LATER, Colour, Duration, Id, Language, Permille, Share, Turn, Value


class Gradient(Value):
    """Colours at even distances from the first to the last.

    `linear` runs through the whole box in the direction `angle` (0 to the right, 90,000 down); `radial` from (`x`, `y`), parts per
    10,000 of the box, to its farthest corner.
    """

    kind: Literal["linear", "radial"] = "linear"
    colours: tuple[Colour, ...] = Field(default=("#1b2333", "#4b5f8a"), min_length=2, max_length=8)
    angle: Turn = 90_000
    x: Share = 5_000
    y: Share = 5_000


Ems = Annotated[int, Field(ge=-2_000, le=2_000), LATER]
"""Parts per 1,000 of the font size."""


class TextStyle(Value):
    """How text is drawn. `size` is the font size in parts per 10,000 of the canvas's shorter side, and the measure of all else."""

    font: Literal["sans"] = "sans"
    size: int = Field(default=650, ge=50, le=4_000)
    weight: Literal[400, 500, 700, 900] = 700
    colour: Colour = "#ffffff"
    stroke: Colour = "#10131a"
    stroke_width: int = Field(default=60, ge=0, le=400)
    box: Colour | Literal[""] = ""
    box_opacity: Permille = 700
    align: Literal["left", "centre", "right"] = "centre"
    gradient: Annotated[Gradient | None, LATER] = None
    """Fills the letters instead of `colour`, over the box of all lines."""
    shadow: Annotated[Colour | Literal[""], LATER] = ""
    shadow_opacity: Annotated[Permille, LATER] = 600
    shadow_blur: Annotated[int, Field(ge=0, le=500), LATER] = 80
    shadow_x: Ems = 0
    shadow_y: Ems = 50
    box_radius: Annotated[int, Field(ge=0, le=2_000), LATER] = 300
    box_padding_x: Annotated[int, Field(ge=0, le=2_000), LATER] = 450
    box_padding_y: Annotated[int, Field(ge=0, le=2_000), LATER] = 160
    line_height: Annotated[int, Field(ge=600, le=3_000), LATER] = 1_000
    """Per mille of the fonts' own distance between lines."""
    letter_spacing: Annotated[int, Field(ge=-200, le=1_000), LATER] = 0


class CaptionPlace(Value):
    """Where a caption stands: its box's centre, parts per 10,000 of the canvas."""

    x: Share
    y: Share


class CaptionOverride(Value):
    """What a person changed of the caption that stands over a mark: None leaves it as it would be.

    `split` begins a caption at the mark, `join` lets the caption before go on instead of the one that would begin here. `at` and
    `duration` are its time, ticks from the start of the block's sound; `style` its own look, `place` where it stands apart from the others.
    """

    mark: Id
    cut: Literal["", "split", "join"] = ""
    text: Annotated[str, Field(max_length=2_000)] | None = None
    hidden: bool = False
    at: Duration | None = None
    duration: Duration | None = None
    style: TextStyle | None = None
    place: Annotated[CaptionPlace | None, LATER] = None


class CaptionStyle(Value):
    """Whether and how the spoken words stand in the picture; (`x`, `y`) is their box's centre, parts per 10,000 of the canvas.

    `highlight` colours the word that is spoken (`word`) or all words until now (`karaoke`). `second_language` stands under the first
    line in its own style, where the block has words in it.
    """

    visible: bool = True
    y: Share = 8_300
    width: int = Field(default=8_600, ge=1_000, le=10_000)
    style: TextStyle = TextStyle(size=520, weight=700, stroke_width=90)
    x: Annotated[Share, LATER] = 5_000
    highlight: Annotated[Literal["none", "word", "karaoke"], LATER] = "none"
    highlight_colour: Annotated[Colour, LATER] = "#ffd23f"
    second_language: Annotated[Language | Literal[""], LATER] = ""
    second_style: Annotated[TextStyle, LATER] = TextStyle(size=380, weight=500, stroke_width=80)
