"""What is counted: entitlements by kind, money by currency. Units are never mixed."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """An entitlement, and with it the unit it is counted in."""

    VIDEO = "video"
    PRESENTER = "presenter"
    VOICE = "voice"
    LIVE_BASIC = "live-basic"
    LIVE_ADVANCED = "live-advanced"
    VIP = "vip"


class Currency(StrEnum):
    """Money, counted in the hundredth part: fen, cent, satang."""

    CNY = "CNY"
    USD = "USD"
    THB = "THB"


TIMED: Final = frozenset({Kind.VIDEO, Kind.LIVE_BASIC})
"""Counted in milliseconds; the others are counted in pieces."""

SEATS: Final = frozenset({Kind.LIVE_ADVANCED, Kind.VIP})
"""One a head and year."""

CUSTOMISATIONS: Final = frozenset({Kind.PRESENTER, Kind.VOICE})
"""What a test grant needs an approval for."""

MINUTE_MS: Final = 60_000


def told(kind: Kind, amount: int, *, down: bool = False) -> str:
    """An amount as people read it: 0:21 (a started second counts, or with `down` only whole ones), or a plain count."""
    if kind not in TIMED:
        return str(amount)
    seconds = amount // 1000 if down else -(-amount // 1000)
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
