"""Which frame of a clip shows when: there and back again from its rest, so that it loops without a jump, and actions in between."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FRAME_RATE: Final = 25
_TURN_SECONDS: Final = 0.3
"""Around each turning point the clip slows down and comes back, that nobody sees it turn."""
_DISSOLVE_SECONDS: Final = 0.16


@dataclass(frozen=True, slots=True)
class ClipAction:
    """A named part of a clip, frames `first` up to `end`, from rest to rest."""

    first: int
    end: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return (self.end - self.first) / FRAME_RATE


@dataclass(frozen=True, slots=True)
class Placed:
    """An action that starts `start` seconds into the passage."""

    action: ClipAction
    start: float

    @property
    def end(self) -> float:
        """When it is over."""
        return self.start + self.action.seconds


@dataclass(frozen=True, slots=True)
class Shown:
    """The frame of a moment, and how far (0 to 1) it is blended into the one before or after a border."""

    frame: float
    other: float = 0.0
    blend: float = 0.0


def placed(actions: Sequence[tuple[ClipAction, float]], seconds: float) -> tuple[Placed, ...]:
    """Actions in order, none over another; one that would not end with the passage starts sooner, one that finds no room is left out."""
    chosen: list[Placed] = []
    free = 0.0
    for action, at in sorted(actions, key=lambda pair: pair[1]):
        start = max(free, min(at, seconds - action.seconds))
        if start + action.seconds <= seconds:
            chosen.append(Placed(action, start))
            free = start + action.seconds
    return tuple(chosen)


def shown_at(at: float, seconds: float, frames: int, actions: Sequence[Placed]) -> Shown:
    """What a clip of so many frames shows `at` seconds into a passage; before and after it, it goes on from rest as if there were no end.

    Between actions the clip leaves its first frame and is back in time, so that neighbours join on it exactly.
    """
    for action in actions:
        if action.start <= at < action.end:
            return _acted(action, at)
    edges = [0.0, *(edge for action in actions for edge in (action.start, action.end)), seconds]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if start <= at < end:
            return Shown(_excursion(at - start, end - start, frames))
    return Shown(_wandering(-at if at < 0 else at - seconds, frames))


def _acted(action: Placed, at: float) -> Shown:
    inside = at - action.start
    frame = action.action.first + min(inside * FRAME_RATE, action.action.end - action.action.first - 1)
    near = min(inside, action.end - at) / _DISSOLVE_SECONDS
    return Shown(frame, 0.0, 1 - near) if near < 1 else Shown(frame)


def _excursion(at: float, length: float, frames: int) -> float:
    """There and back, as often as it takes, within `length` seconds."""
    turns = max(1, math.ceil(length / 2 / ((frames - 1) / FRAME_RATE + _TURN_SECONDS / 2)))
    half = length / (2 * turns)
    inside = at % (2 * half)
    return min(frames - 1.0, _eased(min(inside, 2 * half - inside), half) * FRAME_RATE)


def _wandering(at: float, frames: int) -> float:
    """There and back for ever, from the first frame."""
    half = max(_TURN_SECONDS, (frames - 1) / FRAME_RATE + _TURN_SECONDS / 2)
    inside = at % (2 * half)
    return min(frames - 1.0, _eased(min(inside, 2 * half - inside), half) * FRAME_RATE)


def _eased(at: float, half: float) -> float:
    """Time within a way of `half` seconds that begins and ends at a stand."""
    ramp = min(_TURN_SECONDS, half / 2)
    if at < ramp:
        return at * at / (2 * ramp)
    if at > half - ramp:
        left = half - at
        return half - ramp - left * left / (2 * ramp)
    return at - ramp / 2
