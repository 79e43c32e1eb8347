"""Seats: one a head and year, renewed from what is left in stock. A term is paid for when it begins."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """`terms` years from `started_at`; `holder` is empty while the rest of a term waits for somebody."""

    id: str
    holder: str
    started_at: datetime
    terms: int = 1
    lapsed: bool = False

    @property
    def until(self) -> datetime:
        """The first moment after the last term."""
        return anniversary(self.started_at, self.terms)


def anniversary(start: datetime, years: int) -> datetime:
    """The same moment so many years later; where that year has no 29 February, the 28th."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def held_by(seats: Iterable[Seat], holder: str, now: datetime) -> Seat | None:
    """The seat somebody has."""
    return next((seat for seat in seats if seat.holder == holder and runs(seat, now)), None)


def vacant(seats: Iterable[Seat], now: datetime) -> Seat | None:
    """The seat whose rest somebody may have: the one with most of it left."""
    free = [seat for seat in seats if not seat.holder and runs(seat, now)]
    return max(free, key=lambda seat: (seat.until, seat.id), default=None)


def runs(seat: Seat, now: datetime) -> bool:
    """Whether the seat's term has begun and not ended."""
    return not seat.lapsed and now < seat.until


def due(seats: Iterable[Seat], now: datetime) -> list[Seat]:
    """Seats whose term is over, in the order in which they are served."""
    return sorted(
        (seat for seat in seats if not seat.lapsed and seat.until <= now), key=lambda seat: (seat.until, seat.started_at, seat.id)
    )


def renewed(seat: Seat, *, in_stock: bool) -> Seat:
    """The seat with another term, if somebody has it and there is stock; else lapsed."""
    return replace(seat, terms=seat.terms + 1) if seat.holder and in_stock else replace(seat, lapsed=True)
