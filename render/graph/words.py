"""Words over everything: captions and the mark that says the picture is made by a machine."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from render.graph.painters import Painter, StillPainter, stacked, text_painter
from render.graph.stamp import Drawn, Stamp
from render.graph.workshop import Workshop
from render.pixels.planes import Planes
from render.pixels.text import Lit
from render.presets.labels import LABEL_MARGIN, LABEL_SIZE
from render.timeline.placed import Cue
from render.timeline.styles import CaptionStyle, TextStyle
from render.timeline.time import TICKS_PER_SECOND, TimeRange

LABELS: Final = {"zh": "AI 生成", "en": "AI-generated", "th": "สร้างโดย AI"}
"""The visible mark by the first part of a language; Chinese writes it alike in both scripts."""
LABEL_TICKS: Final = 3 * TICKS_PER_SECOND
"""The mark stands from the first frame for this long: at least the two seconds that the rule asks for."""
LABEL_STYLE: Final = TextStyle(size=LABEL_SIZE, weight=500, stroke_width=0, box="#10131a", box_opacity=700, align="left")
"""Letters higher than 5 % of the shorter side, on a dark plate: legible on any ground."""
LABEL_WIDTH: Final = 0.8
"""The widest the mark may get, as a share of the picture's width."""


def label_for(language: str) -> str:
    """The visible mark in a language, in English where we have none."""
    return LABELS.get(language.partition("-")[0], LABELS["en"])


@dataclass(frozen=True, slots=True)
class WordsNode:
    """A text at a fixed place, seen for a while; `visible` counts from the project's start."""

    visible: TimeRange
    painter: Painter
    centre_y: float | None
    """Pixels from the top; None for the top left corner."""
    size_px: tuple[int, int]
    centre_x: float = 0.0
    """Pixels from the left; does not count in the corner."""

    def stamp(self, ticks: int) -> Stamp | None:
        """The words, or None where it is not their time."""
        if not self.visible.contains(ticks):
            return None
        return Stamp(("words", self.painter.key(0), self.centre_x, self.centre_y, self.size_px), self._draw)

    def _draw(self) -> Drawn:
        planes = self.painter.paint(0)
        x, y = self._corner(planes)
        return Drawn(planes, x, y)

    def _corner(self, planes: Planes) -> tuple[int, int]:
        width, height = self.size_px
        margin = min(width, height) * LABEL_MARGIN // 10_000
        if self.centre_y is None:
            return margin, margin
        lowest = max(margin, height - margin - planes.height_px)
        left = min(max(round(self.centre_x - planes.width_px / 2), 0), width - planes.width_px)
        return left, min(max(round(self.centre_y - planes.height_px / 2), margin), lowest)


class CaptionTrack:
    """All captions of a program: at any time the one that began last, while it lasts."""

    def __init__(self, cues: Sequence[Cue], style: CaptionStyle, size_px: tuple[int, int], language: str, workshop: Workshop) -> None:
        self._cues = sorted(cues, key=lambda cue: cue.range.start)
        self._starts = [cue.range.start for cue in self._cues]
        self._style, self._size_px, self._language, self._workshop = style, size_px, language, workshop

    def stamp(self, ticks: int) -> Stamp | None:
        """The caption of this time, centred at its place and kept inside the picture."""
        place = bisect_right(self._starts, ticks) - 1
        if place < 0 or not self._cues[place].range.contains(ticks) or not self._cues[place].text:
            return None
        return self._node(self._cues[place], ticks).stamp(ticks)

    def _node(self, cue: Cue, ticks: int) -> WordsNode:
        style = self._style
        painter = self._painter(cue.text, cue.style or style.style, self._language, lit_at(cue, style, ticks))
        if cue.second:
            painter = stacked((painter, self._painter(cue.second, style.second_style, style.second_language)), self._workshop)
        place, (width, height) = cue.place or style, self._size_px
        return WordsNode(cue.range, painter, place.y * height / 10_000, self._size_px, place.x * width / 10_000)

    def _painter(self, text: str, style: TextStyle, language: str, lit: Lit | None = None) -> StillPainter:
        return text_painter(
            text,
            style,
            width_px=self._style.width * self._size_px[0] / 10_000,
            short_side_px=min(self._size_px),
            language=language,
            workshop=self._workshop,
            lit=lit,
        )


def lit_at(cue: Cue, style: CaptionStyle, ticks: int) -> Lit | None:
    """The words of a caption that are lit at a time: the one that is said, until the next one, or all so far."""
    said = [word for word in cue.words if word.at <= ticks] if style.highlight != "none" else []
    if not said:
        return None
    return Lit(said[-1].start if style.highlight == "word" else 0, said[-1].end, style.highlight_colour)


def label_node(label: str, size_px: tuple[int, int], language: str, workshop: Workshop) -> WordsNode:
    """The visible mark of machine-made pictures: on a dark plate in the top left corner, from the first frame on."""
    width_px = size_px[0] * LABEL_WIDTH
    painter = text_painter(label, LABEL_STYLE, width_px=width_px, short_side_px=min(size_px), language=language, workshop=workshop)
    return WordsNode(TimeRange(0, LABEL_TICKS), painter, None, size_px)
