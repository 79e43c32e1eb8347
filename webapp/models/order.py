"""Orders: what was granted to whom, from where, and at what price it stood on that day."""

from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.ledger.kinds import Currency, Kind
from webapp.models.columns import ID_LENGTH, Choice, choice, created, id_key, json, moment_or_none, reference_or_none


class Source(StrEnum):
    """How a grant came about."""

    PURCHASE = "purchase"
    OPERATOR = "operator"
    TEST = "test"
    EARLY = "early"
    AGENT = "agent"


class OrderLine(SQLModel, table=True):
    """One grant. Prices are minor units; the discount is in hundredths of a 折 (1000 is the full price)."""

    __tablename__ = "order_line"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "key"),
        sa.Index("ix_order_line_tenant_created", "tenant_id", "created_at", "id"),
        sa.Index("ix_order_line_agent_created", "agent_id", "created_at", "id"),
    )

    id: str = id_key()
    number: str = Field(unique=True, max_length=24)
    key: str = Field(max_length=120)
    tenant_id: str = Field(foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    source: Source = choice(Source, Source.OPERATOR)
    product_id: str | None = Field(default=None, foreign_key="product.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    kind: Kind = choice(Kind, Kind.VIDEO)
    count: int = 1
    quantity: int = Field(sa_type=sa.BigInteger)
    list_price: int = Field(default=0, sa_type=sa.BigInteger)
    discount: int = 1000
    price_paid: int = Field(default=0, sa_type=sa.BigInteger)
    currency: Currency | None = Field(default=None, sa_type=cast("Any", Choice(Currency)))
    agent_id: str | None = Field(default=None, foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    cost_owner: str = Field(default="", max_length=100)
    expires_at: datetime | None = moment_or_none()
    evidence: dict[str, Any] = json()
    created_by: str | None = reference_or_none("user_account.id")
    created_at: datetime = created()
    reversed_at: datetime | None = moment_or_none()
