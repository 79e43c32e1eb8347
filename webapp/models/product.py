"""Products: what can be bought, and what it costs."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.ledger.kinds import Kind
from webapp.models.columns import choice, created, id_key, json, moment_or_none


class Product(SQLModel, table=True):
    """A pack of one kind. `prices` are minor units by currency; a currency that is missing cannot be paid with."""

    __tablename__ = "product"

    id: str = id_key()
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=100)
    kind: Kind = choice(Kind, Kind.VIDEO)
    quantity: int = Field(sa_type=sa.BigInteger)
    valid_days: int | None = None
    prices: dict[str, Any] = json()
    position: int = 0
    created_at: datetime = created()
    retired_at: datetime | None = moment_or_none()
