"""What the warp can act: short movements with a smooth beginning and end, and feelings that colour a whole scene.

An action is keyed: per control, values at times with rest at both ends; between them it eases. The numbers are an animator's taste, found
on contact sheets (`python -m tools.sheets`), and kept within what a portrait bears without tearing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.timeline.acting import Emotion
from render.timeline.placed import PlacedAction
from render.timeline.time import seconds_from_ticks

Keys = tuple[tuple[float, float], ...]
"""(second, value) with rest before the first and after the last."""

BODY: Final = ("lean", "bow", "nearer")
"""Controls that move the whole figure about its lower edge (`body.py`)."""


@dataclass(frozen=True, slots=True)
class Movement:
    """An action: how long it lasts and what each control does."""

    seconds: float
    keys: dict[str, Keys]


def _beat(start: float, top: float, hold: float, end: float, value: float) -> Keys:
    """Up from `start` to `top`, kept until `hold`, down by `end`."""
    return ((start, 0.0), (top, value), (hold, value), (end, 0.0))


ACTIONS: Final[dict[str, Movement]] = {
    "nod": Movement(
        1.25,
        {
            "pitch": ((0.0, 0.0), (0.26, 0.19), (0.52, -0.03), (0.80, 0.14), (1.25, 0.0)),
            "down": ((0.0, 0.0), (0.26, 0.10), (0.52, -0.01), (0.80, 0.07), (1.25, 0.0)),
        },
    ),
    "tilt": Movement(
        1.9, {"roll": _beat(0, 0.45, 1.2, 1.9, 0.11), "right": _beat(0, 0.45, 1.2, 1.9, 0.05), "smile": _beat(0, 0.5, 1.2, 1.9, 0.25)}
    ),
    "lean": Movement(
        2.1, {"nearer": _beat(0, 0.6, 1.3, 2.1, 1.0), "pitch": _beat(0, 0.6, 1.3, 2.1, 0.05), "brow": _beat(0.1, 0.6, 1.2, 1.9, 0.35)}
    ),
    "greet": Movement(
        2.1,
        {
            "bow": _beat(0, 0.65, 1.05, 2.0, 1.0),
            "pitch": _beat(0, 0.62, 1.05, 2.0, 0.20),
            "down": _beat(0, 0.62, 1.05, 2.0, 0.16),
            "smile": _beat(0, 0.5, 1.5, 2.1, 0.45),
            "blink": _beat(0.25, 0.6, 1.05, 1.4, 0.62),
        },
    ),
    "smile": Movement(
        2.2, {"smile": _beat(0, 0.45, 1.5, 2.2, 0.75), "brow": _beat(0, 0.4, 1.0, 1.9, 0.25), "roll": _beat(0, 0.6, 1.2, 2.2, 0.02)}
    ),
    "brows": Movement(1.3, {"brow": _beat(0, 0.28, 0.75, 1.3, 1.15), "pitch": _beat(0, 0.3, 0.75, 1.3, -0.035)}),
    "shake": Movement(
        1.5,
        {
            "yaw": ((0.0, 0.0), (0.26, 0.17), (0.58, -0.17), (0.90, 0.14), (1.16, -0.07), (1.5, 0.0)),
            "right": ((0.0, 0.0), (0.26, 0.04), (0.58, -0.04), (0.90, 0.03), (1.16, -0.02), (1.5, 0.0)),
        },
    ),
    "sway": Movement(
        2.4,
        {
            "lean": ((0.0, 0.0), (0.6, 0.8), (1.0, 0.8), (1.8, -0.5), (2.4, 0.0)),
            "roll": ((0.0, 0.0), (0.6, 0.03), (1.8, -0.02), (2.4, 0.0)),
        },
    ),
}
"""By the name that a document uses."""


@dataclass(frozen=True, slots=True)
class Mood:
    """A feeling: what the face rests on, how lively head and brows are, how often somebody blinks (parts of the usual)."""

    rest: dict[str, float]
    lively: float = 1.0


MOODS: Final[dict[Emotion, Mood]] = {
    "neutral": Mood({}),
    "cheerful": Mood({"smile": 0.42, "brow": 0.18}, 1.2),
    "warm": Mood({"smile": 0.26, "roll": 0.018}, 0.9),
    "serious": Mood({"smile": -0.10, "brow": -0.22}, 0.6),
    "excited": Mood({"smile": 0.34, "brow": 0.38}, 1.6),
    "concerned": Mood({"smile": -0.16, "brow": 0.30, "pitch": 0.03, "roll": 0.025}, 0.75),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """An action in its place: when it starts, in seconds from the passage's start, and how long it takes."""

    movement: Movement
    start: float
    seconds: float


def cues(actions: Iterable[PlacedAction], seconds: float) -> tuple[Cue, ...]:
    """The actions of a passage `seconds` long. One that would not end with it starts sooner; one longer than it is played faster.

    An action that the engine does not know is left out: it belongs to a presenter with clips of its own.
    """
    known = (action for action in actions if action.name in ACTIONS)
    return tuple(_cue(ACTIONS[action.name], seconds_from_ticks(action.at), seconds) for action in known)


def act(row: NDArray[np.float32], places: dict[str, int], played: tuple[Cue, ...], seconds: float) -> None:
    """Add what the cues do at a moment to a row of controls, in place."""
    for cue in played:
        inside = (seconds - cue.start) * cue.movement.seconds / cue.seconds
        if 0 < inside < cue.movement.seconds:
            for name, keys in cue.movement.keys.items():
                row[places[name]] += eased_between(keys, inside)


def eased_between(keys: Keys, seconds: float) -> float:
    """The value at a moment: cubic ease between neighbouring keys, so that speed is zero on each."""
    for (start, before), (end, after) in pairwise(keys):
        if start <= seconds < end:
            part = (seconds - start) / (end - start)
            return before + (after - before) * part * part * (3 - 2 * part)
    return keys[-1][1] if seconds >= keys[-1][0] else keys[0][1]


def _cue(movement: Movement, at: float, passage: float) -> Cue:
    length = min(movement.seconds, passage) or movement.seconds
    return Cue(movement, max(0.0, min(at, passage - length)), length)
