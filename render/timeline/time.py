"""Time as whole ticks of 1/240,000 s, and ranges that leave out their end."""

from dataclasses import dataclass
from typing import Final

TICKS_PER_SECOND: Final = 240_000
"""Divisible by 24, 25, 30, 50, 60, by 24,000/1,001 to 60,000/1,001 frame durations, and by 16, 24 and 48 kHz."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Ticks from `start` up to, not including, `start + duration`."""

    start: int
    duration: int

    @property
    def end(self) -> int:
        """The first tick after the range."""
        return self.start + self.duration

    def contains(self, ticks: int) -> bool:
        """Whether `ticks` lies in the half-open range."""
        return self.start <= ticks < self.end

    def shifted(self, by_ticks: int) -> "TimeRange":
        """The same length, `by_ticks` later."""
        return TimeRange(self.start + by_ticks, self.duration)

    def intersection(self, other: "TimeRange") -> "TimeRange | None":
        """The ticks in both, or None where they do not meet."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return TimeRange(start, end - start) if start < end else None


def ticks_from_seconds(seconds: float) -> int:
    """The tick nearest to `seconds`."""
    return round(seconds * TICKS_PER_SECOND)


def seconds_from_ticks(ticks: int) -> float:
    """`ticks` in seconds."""
    return ticks / TICKS_PER_SECOND


def frame_ticks(frame_rate: int) -> int:
    """Ticks that one frame lasts; exact for every canvas rate (24, 25, 30, 50, 60)."""
    return TICKS_PER_SECOND // frame_rate


def frames_up(ticks: int, frame_rate: int) -> int:
    """Frames that cover `ticks`: a part of a frame counts as a whole one."""
    return -(-ticks // frame_ticks(frame_rate))


def frame_at(ticks: int, frame_rate: int) -> int:
    """Index of the frame that shows at `ticks`."""
    return ticks // frame_ticks(frame_rate)
