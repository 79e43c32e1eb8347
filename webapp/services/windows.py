"""Windows: the part of a layout that a page holds. Whole scenes, few enough that a browser carries them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.services.lanes import Clip, Column, Layout, Row

THINGS_MAX: Final = 420
"""More clips, passages and captions than these are shown as bars without names."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody looks at: a stretch of time, or the scenes she has on her page; and the things she has chosen."""

    from_ticks: int = 0
    until_ticks: int = 0
    first: str = ""
    last: str = ""
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Scenes side by side, from the project tick `start` on, and the clips that cross them."""

    columns: tuple[Column, ...]
    start: int
    strip: tuple[Clip, ...]
    coarse: bool
    """True where there is too much of it to show every thing by itself."""

    @property
    def first(self) -> str:
        """The id of its first scene; empty where there is none."""
        return self.columns[0].scene_id if self.columns else ""

    @property
    def last(self) -> str:
        """The id of its last scene."""
        return self.columns[-1].scene_id if self.columns else ""

    @property
    def duration(self) -> int:
        """Its length in ticks."""
        return sum(column.duration for column in self.columns)


def window(layout: Layout, sight: Sight) -> Window:
    """What a page shows of a layout: the scenes it has, or those that meet a stretch of time where it asks for one."""
    first, last = _range(layout, sight)
    columns = layout.columns[first : last + 1]
    start = layout.starts[first] if columns else 0
    end = start + sum(column.duration for column in columns)
    at_the_end = last + 1 >= len(layout.columns)
    strip = tuple(clip for clip in layout.strip if clip.start < max(end, start + 1) and clip.start + clip.duration >= start)
    beyond = tuple(clip for clip in layout.strip if at_the_end and clip.start >= end)
    things = sum(column.weight for column in columns) + len(strip)
    return Window(columns, start, tuple(dict.fromkeys((*strip, *beyond))), coarse=things > THINGS_MAX)


def bars(clips: Iterable[Clip], rows: Sequence[Row], start: int = 0) -> str:
    """Clips as one outline (an SVG path): across in ticks from `start`, down in rows. For what is too small to be a thing by itself."""
    heights = {row.key: height for height, row in enumerate(rows)}
    return "".join(f"M{clip.start - start} {heights[clip.row]}.2h{clip.duration}v.6h-{clip.duration}z" for clip in clips)


def _range(layout: Layout, sight: Sight) -> tuple[int, int]:
    """Indices of the first and the last scene."""
    places = {column.scene_id: index for index, column in enumerate(layout.columns)}
    if sight.until_ticks <= sight.from_ticks and sight.first in places and sight.last in places:
        one, other = places[sight.first], places[sight.last]
        return min(one, other), max(one, other)
    ends = (start + column.duration for start, column in zip(layout.starts, layout.columns, strict=True))
    inside = [
        index
        for index, (start, end) in enumerate(zip(layout.starts, ends, strict=True))
        if start < sight.until_ticks and end > sight.from_ticks
    ]
    return (inside[0], inside[-1]) if inside else (0, min(0, len(layout.columns) - 1))
