"""Small charts as SVG: a bar for each day, a bar for each name. The template draws; here are the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from webapp.ledger.kinds import Kind
from webapp.services.dashboards import Day, Share
from webapp.views.entitlement_words import quantity

HEIGHT: Final = 96
STEP: Final = 10
WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands and how high it is in the chart's own units, and what it says."""

    x: int
    height: int
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One line of a ranking; `part` is its share of the longest, in hundredths."""

    name: str
    part: int
    words: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What "consoles/_days.html" draws."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    total: str


def by_day(days: Sequence[Day], kind: Kind) -> Chart:
    """A chart of days. A day on which something was used is never quite flat."""
    most = max((day.amount for day in days), default=0)
    bars = tuple(Bar(index * STEP, _height(day.amount, most), day.on, quantity(day.amount, kind)) for index, day in enumerate(days))
    return Chart(bars, len(days) * STEP, HEIGHT, quantity(sum(day.amount for day in days), kind))


def ranking(shares: Sequence[Share], kind: Kind) -> tuple[Slice, ...]:
    """A ranking, the most first."""
    most = max((share.amount for share in shares), default=0)
    return tuple(Slice(share.name, max(share.amount * WHOLE // most, 1), quantity(share.amount, kind), share.user_id) for share in shares)


def _height(amount: int, most: int) -> int:
    return max(amount * HEIGHT // most, 2) if amount > 0 else 0
