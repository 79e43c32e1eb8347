"""The playhead of a preview: where it is by the tab's clock, and which frame is to be drawn next. Pure; moments are seconds."""

from dataclasses import dataclass, replace
from typing import Final

from render.timeline.time import TICKS_PER_SECOND, frame_at, frame_ticks

AHEAD_S: Final = 0.24
"""Frames are at the tab so far before their sound."""
TRUST_S: Final = 3.0
"""A tab that plays tells its clock many times in this time; one that does not has gone silent, and nothing is drawn for it."""
COST_KEPT: Final = 0.8


@dataclass(frozen=True, slots=True)
class Playhead:
    """`ticks` at the moment `at`; playing it moves on by itself."""

    ticks: int = 0
    at: float = 0.0
    playing: bool = False

    def ticks_at(self, now: float) -> int:
        """Where it is now."""
        return self.ticks + round((now - self.at) * TICKS_PER_SECOND) if self.playing else self.ticks

    def moved(self, ticks: int, now: float, *, playing: bool) -> "Playhead":
        """Somewhere else from now on."""
        return replace(self, ticks=ticks, at=now, playing=playing)

    def silent(self, now: float) -> bool:
        """Whether it plays for a tab that has not told its clock for long."""
        return self.playing and now - self.at > TRUST_S


@dataclass(frozen=True, slots=True)
class Pace:
    """What drawing a frame takes, on average, and the trip to the tab and back.

    By half a trip the tab's clock is old when it is heard, and half a trip later is a frame there.
    """

    cost_s: float = 0.02
    trip_s: float = 0.0

    def after(self, took_s: float) -> "Pace":
        """The average with one more frame."""
        return replace(self, cost_s=self.cost_s * COST_KEPT + took_s * (1 - COST_KEPT))

    def over(self, trip_s: float) -> "Pace":
        """The same on another line."""
        return replace(self, trip_s=trip_s)


def next_frame(playhead: Playhead, pace: Pace, drawn: int, frame_rate: int, now: float) -> int:
    """The frame to draw next while playing: the one after `drawn`, or a later one where that would come too late."""
    earliest = frame_at(playhead.ticks_at(now) + round((pace.cost_s + pace.trip_s) * TICKS_PER_SECOND), frame_rate)
    return max(drawn + 1, earliest)


def wait_s(playhead: Playhead, pace: Pace, index: int, frame_rate: int, now: float) -> float:
    """How long until a frame may be drawn ahead of its sound."""
    ahead_ticks = index * frame_ticks(frame_rate) - playhead.ticks_at(now)
    return max(0.0, ahead_ticks / TICKS_PER_SECOND - AHEAD_S - pace.trip_s)
