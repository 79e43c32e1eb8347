"""The port of payments: a bill goes out, notices come back. Amounts are in minor units; all of our currencies have hundredths."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from webapp.ledger.kinds import Currency

MANUAL: Final = "manual"
STRIPE: Final = "stripe"


@dataclass(frozen=True, slots=True)
class BillLine:
    """So many of a product, for so much each."""

    name: str
    unit_price: int
    count: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid. `language` is the reader's, `back` the address of ours that she comes back to."""

    purchase_id: str
    number: str
    currency: Currency
    lines: tuple[BillLine, ...]
    email: str
    language: str
    back: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A place to pay: the provider's name for it, its address, and when it shuts."""

    reference: str
    address: str
    expires_at: datetime


class What(StrEnum):
    """What a notice tells us; `other` is nothing of ours."""

    PAID = "paid"
    WAITING = "waiting"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly-refunded"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a provider says, its signature found right. `amount` is what was paid, or given back in all; the names may be empty."""

    event_id: str
    kind: str
    what: What
    happened_at: datetime
    purchase_id: str = ""
    reference: str = ""
    payment: str = ""
    amount: int = 0
    currency: str = ""


class Provider(Protocol):
    """Who takes the money over the network. Every call may be made again with the same values and has the same effect."""

    def begin(self, bill: Bill) -> Checkout:
        """Open a place to pay. Raises Unavailable."""
        ...

    def stop(self, reference: str) -> None:
        """Shut a place to pay. Raises Conflict where it was paid already, and Unavailable."""
        ...

    def refund(self, purchase_id: str, payment: str, amount: int) -> str:
        """Send the money back; the provider's name for that. Raises Conflict where it will not, and Unavailable."""
        ...

    def read(self, body: bytes, signature: str, now: datetime) -> Notice:
        """What a message says. Raises Forbidden for one that is not the provider's or is too old, Invalid for one without sense."""
        ...
