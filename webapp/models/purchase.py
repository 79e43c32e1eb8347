"""Purchases: what a customer orders for herself and pays for, and what providers of payment have said."""

from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.ledger.kinds import Currency
from webapp.models.columns import (
    ID_LENGTH,
    Choice,
    choice,
    created,
    id_key,
    json,
    json_list,
    moment,
    moment_or_none,
    reference_or_none,
)


class PurchaseState(StrEnum):
    """Where a purchase stands: open → paid → granted, or ended before or after that."""

    OPEN = "open"
    PAID = "paid"
    GRANTED = "granted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class Outcome(StrEnum):
    """What came of something that a provider said. All but the first two are for the operator to look at."""

    DONE = "done"
    IGNORED = "ignored"
    AMOUNT_DIFFERS = "amount-differs"
    CURRENCY_DIFFERS = "currency-differs"
    REFERENCE_DIFFERS = "reference-differs"
    TOO_LATE = "too-late"
    PAID_TWICE = "paid-twice"
    PARTLY_REFUNDED = "partly-refunded"
    REFUND_USED = "refund-used"


class Purchase(SQLModel, table=True):
    """An order of a customer's own. `lines` are the products as they were sold: their names, what they hold and what they cost.

    `total` is in minor units. `reference` is the provider's name for the checkout, `payment` for the money, `refund` for its way back.
    """

    __tablename__ = "purchase"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "key"),
        sa.Index("ix_purchase_tenant_created", "tenant_id", "created_at", "id"),
        sa.Index("ix_purchase_created", "created_at", "id"),
        sa.Index("ix_purchase_state", "state", "expires_at"),
        sa.CheckConstraint("total > 0", name="positive"),
    )

    id: str = id_key()
    number: str = Field(unique=True, max_length=24)
    key: str = Field(max_length=60)
    tenant_id: str = Field(foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    user_id: str | None = reference_or_none("user_account.id")
    provider: str = Field(max_length=24)
    state: PurchaseState = choice(PurchaseState, PurchaseState.OPEN)
    currency: Currency = Field(sa_type=cast("Any", Choice(Currency)))
    total: int = Field(sa_type=sa.BigInteger)
    lines: list[dict[str, Any]] = json_list()
    reference: str = Field(default="", index=True, max_length=120)
    payment: str = Field(default="", index=True, max_length=120)
    refund: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=500)
    evidence: dict[str, Any] = json()
    created_at: datetime = created()
    expires_at: datetime = moment()
    paid_at: datetime | None = moment_or_none()
    ended_at: datetime | None = moment_or_none()


class PaymentEvent(SQLModel, table=True):
    """Something that a provider said, once, and what came of it. It is only written after its signature was found right."""

    __tablename__ = "payment_event"
    __table_args__ = (sa.UniqueConstraint("provider", "event_id"), sa.Index("ix_payment_event_purchase", "purchase_id", "created_at"))

    id: str = id_key()
    provider: str = Field(max_length=24)
    event_id: str = Field(max_length=120)
    kind: str = Field(max_length=80)
    tenant_id: str = Field(foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    purchase_id: str = Field(foreign_key="purchase.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    amount: int = Field(default=0, sa_type=sa.BigInteger)
    currency: str = Field(default="", max_length=8)
    outcome: Outcome = choice(Outcome, Outcome.IGNORED)
    happened_at: datetime = moment()
    created_at: datetime = created()
