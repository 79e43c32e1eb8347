"""Lengths as people read them, written one way everywhere: 0:21, 1:02:03, and 0:21.3 where tenths matter."""

from typing import Final, Literal

from flask import Blueprint

from render.timeline.time import TICKS_PER_SECOND

blueprint = Blueprint("lengths", __name__)

Unit = Literal["ms", "s", "ticks"]

PER_SECOND: Final[dict[Unit, int]] = {"ms": 1_000, "s": 1, "ticks": TICKS_PER_SECOND}


@blueprint.app_template_filter("lasting")
def lasting(amount: int, unit: Unit = "ms", *, digits: int = 0, down: bool = False) -> str:
    """An amount of time. Whole seconds: a started one counts, or with `down` only those that are over. With `digits`: the nearest."""
    per_second = PER_SECOND[unit]
    if digits:
        parts, fraction = divmod(round(amount * 10**digits / per_second), 10**digits)
        return f"{_clock(parts)}.{fraction:0{digits}}"
    return _clock(amount // per_second if down else -(-amount // per_second))


def _clock(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
