"""Double entry: facts whose sum is zero in every unit. Each function restates one event as the entries that it means."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Account(StrEnum):
    """Where an amount stands. Entitlements move between the first five, money between the last three."""

    ISSUED = "issued"
    AVAILABLE = "available"
    HELD = "held"
    USED = "used"
    EXPIRED = "expired"
    BANK = "bank"
    CASH = "cash"
    SALES = "sales"


CONTRA = frozenset({Account.ISSUED, Account.BANK, Account.SALES})
"""Where things come from and where money goes: the mirrors of the rest, which is never negative."""


class Verb(StrEnum):
    """What happened."""

    GRANT = "grant"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    USE = "use"
    EXPIRE = "expire"
    TOP_UP = "top-up"
    SPEND = "spend"
    REVERSE = "reverse"


class Unbalanced(ValueError):
    """Entries that would make something out of nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`amount` of `unit` (a kind or a currency) comes onto an account, or leaves it when negative; `lot` is empty for money."""

    account: Account
    unit: str
    lot: str
    amount: int


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one lot."""

    lot: str
    amount: int


Entries = tuple[Entry, ...]


def granted(unit: str, lot: str, amount: int) -> Entries:
    """A new lot."""
    return _moved(unit, Account.ISSUED, Account.AVAILABLE, (Part(lot, amount),))


def held(unit: str, parts: Iterable[Part]) -> Entries:
    """Set aside."""
    return _moved(unit, Account.AVAILABLE, Account.HELD, parts)


def used(unit: str, parts: Iterable[Part]) -> Entries:
    """Consumed at once."""
    return _moved(unit, Account.AVAILABLE, Account.USED, parts)


def captured(unit: str, parts: Iterable[Part], amount: int) -> Entries:
    """Of what is held, consume `amount` in the order it was drawn, and give the rest back."""
    taken, left = [], []
    for part in parts:
        took = min(part.amount, amount)
        amount -= took
        taken.append(Part(part.lot, took))
        left.append(Part(part.lot, part.amount - took))
    if amount:
        raise Unbalanced("more is captured than was held")
    return _moved(unit, Account.HELD, Account.USED, taken) + _moved(unit, Account.HELD, Account.AVAILABLE, left)


def released(unit: str, parts: Iterable[Part]) -> Entries:
    """Given back."""
    return _moved(unit, Account.HELD, Account.AVAILABLE, parts)


def expired(unit: str, lot: str, amount: int) -> Entries:
    """What nobody used in time."""
    return _moved(unit, Account.AVAILABLE, Account.EXPIRED, (Part(lot, amount),))


def paid_in(currency: str, amount: int) -> Entries:
    """Money of an agent arrives."""
    return _moved(currency, Account.BANK, Account.CASH, (Part("", amount),))


def spent(currency: str, amount: int) -> Entries:
    """An agent buys."""
    return _moved(currency, Account.CASH, Account.SALES, (Part("", amount),))


def reversal(entries: Iterable[Entry]) -> Entries:
    """What undoes them: the same, negated, and summed where one event took several steps."""
    sums = totals(entries)
    return tuple(replace(place, amount=-amount) for place, amount in sums.items() if amount)


def held_parts(entries: Iterable[Entry]) -> tuple[Part, ...]:
    """What a hold's entries set aside, in the order it was drawn."""
    return tuple(Part(entry.lot, entry.amount) for entry in entries if entry.account is Account.HELD)


def totals(entries: Iterable[Entry]) -> dict[Entry, int]:
    """Sums by place; a place is an entry of nothing."""
    sums: Counter[Entry] = Counter()
    for entry in entries:
        sums[replace(entry, amount=0)] += entry.amount
    return dict(sums)


def check(entries: Iterable[Entry]) -> None:
    """Raise Unbalanced unless the sum is zero in every unit and lot."""
    sums: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        sums[entry.unit, entry.lot] += entry.amount
    if any(sums.values()):
        raise Unbalanced("the sum is not zero")


def _moved(unit: str, source: Account, target: Account, parts: Iterable[Part]) -> Entries:
    return tuple(
        entry
        for part in parts
        if part.amount
        for entry in (Entry(source, unit, part.lot, -part.amount), Entry(target, unit, part.lot, part.amount))
    )
