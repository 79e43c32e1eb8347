"""Lots: what was granted together, and which of them pays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from webapp.ledger.entries import Part

NEVER = datetime.max.replace(tzinfo=UTC)


class Category(StrEnum):
    """Whether somebody paid for a lot."""

    TEST = "test"
    PAID = "paid"


class Shortfall(Exception):
    """There is less than is needed."""

    def __init__(self, needed: int, available: int) -> None:
        self.needed, self.available = needed, available
        super().__init__(f"{needed} needed, {available} available")


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of a grant. A smaller `priority` is spent first; `expires_at` is the first moment at which it is gone."""

    id: str
    available: int
    category: Category
    granted_at: datetime
    expires_at: datetime | None = None
    priority: int = 0


def spendable(lot: Lot, now: datetime) -> bool:
    """Whether anything of the lot can be spent now."""
    return lot.available > 0 and not lapsed(lot.expires_at, now)


def lapsed(expires_at: datetime | None, now: datetime) -> bool:
    """Whether the time is up."""
    return expires_at is not None and expires_at <= now


def in_order(lots: Iterable[Lot]) -> list[Lot]:
    """By priority, then earliest expiry, then test before paid, then oldest."""
    return sorted(lots, key=lambda lot: (lot.priority, lot.expires_at or NEVER, lot.category is not Category.TEST, lot.granted_at, lot.id))


def draw(lots: Iterable[Lot], amount: int, now: datetime) -> tuple[Part, ...]:
    """Choose the lots that pay `amount`, or raise Shortfall."""
    usable = in_order(lot for lot in lots if spendable(lot, now))
    available = sum(lot.available for lot in usable)
    if amount > available:
        raise Shortfall(amount, available)
    parts = []
    for lot in usable:
        took = min(lot.available, amount)
        amount -= took
        parts.append(Part(lot.id, took))
        if not amount:
            break
    return tuple(part for part in parts if part.amount)
