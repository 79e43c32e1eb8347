"""The ledger: books, journals and their entries, which are only ever added; and what follows from them, kept for speed."""

from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.ledger.chain import START
from webapp.ledger.entries import Account, Verb
from webapp.ledger.kinds import Currency, Kind
from webapp.ledger.lots import Category
from webapp.models.columns import (
    ID_LENGTH,
    Choice,
    choice,
    created,
    id_key,
    json_list,
    moment,
    moment_or_none,
    reference,
    reference_or_none,
)


class HoldState(StrEnum):
    """Where a hold stands."""

    OPEN = "open"
    CAPTURED = "captured"
    RELEASED = "released"


class Book(SQLModel, table=True):
    """The end of a tenant's chain of journals. Whoever posts holds this row."""

    __tablename__ = "ledger_book"

    tenant_id: str = Field(primary_key=True, foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    number: int = 0
    digest: str = Field(default=START, max_length=64)
    posted_at: datetime | None = moment_or_none()


class Journal(SQLModel, table=True):
    """One event, in one book. `key` makes it happen once; `digest` chains it to the one before."""

    __tablename__ = "ledger_journal"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "number"),
        sa.UniqueConstraint("tenant_id", "key"),
        sa.Index("ix_ledger_journal_tenant_posted", "tenant_id", "posted_at"),
    )

    id: str = id_key()
    tenant_id: str = Field(foreign_key="ledger_book.tenant_id", max_length=ID_LENGTH, ondelete="RESTRICT")
    number: int
    verb: Verb = choice(Verb, Verb.GRANT)
    key: str = Field(max_length=120)
    subject: str = Field(default="", index=True, max_length=80)
    user_id: str | None = Field(default=None, max_length=ID_LENGTH)
    project_id: str | None = Field(default=None, max_length=ID_LENGTH)
    note: str = Field(default="", max_length=500)
    reverses: str | None = Field(default=None, foreign_key="ledger_journal.id", max_length=ID_LENGTH, unique=True)
    posted_at: datetime = moment()
    digest: str = Field(max_length=64)


class Entry(SQLModel, table=True):
    """One line of a journal. What it shares with its journal stands here too, for the lists that go through entries.

    The index by kind holds all that sums over days and people are made of, so that they need not look at the rows.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("journal_id", "line"),
        sa.Index("ix_ledger_entry_statement", "tenant_id", "account", "posted_at", "id"),
        sa.Index("ix_ledger_entry_kind", "tenant_id", "account", "unit", "posted_at", "id", "amount", "user_id"),
        sa.Index("ix_ledger_entry_member", "tenant_id", "user_id", "unit", "account", "posted_at"),
    )

    id: str = id_key()
    journal_id: str = Field(foreign_key="ledger_journal.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    tenant_id: str = Field(max_length=ID_LENGTH)
    line: int
    account: Account = choice(Account, Account.AVAILABLE)
    unit: str = Field(max_length=24)
    lot_id: str | None = Field(default=None, foreign_key="ledger_lot.id", index=True, max_length=ID_LENGTH)
    amount: int = Field(sa_type=sa.BigInteger)
    user_id: str | None = Field(default=None, max_length=ID_LENGTH)
    posted_at: datetime = moment()


class Lot(SQLModel, table=True):
    """What an order line granted, and the sums of its entries. What it cost stands in the order line."""

    __tablename__ = "ledger_lot"
    __table_args__ = (
        sa.Index("ix_ledger_lot_tenant_kind", "tenant_id", "kind"),
        sa.Index("ix_ledger_lot_expires", "expires_at"),
        sa.CheckConstraint("available >= 0 AND held >= 0 AND used >= 0 AND expired >= 0", name="not_negative"),
    )

    id: str = id_key()
    tenant_id: str = Field(foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    order_id: str = Field(foreign_key="order_line.id", index=True, max_length=ID_LENGTH, ondelete="RESTRICT")
    kind: Kind = choice(Kind, Kind.VIDEO)
    category: Category = choice(Category, Category.PAID)
    priority: int = 0
    available: int = Field(default=0, sa_type=sa.BigInteger)
    held: int = Field(default=0, sa_type=sa.BigInteger)
    used: int = Field(default=0, sa_type=sa.BigInteger)
    expired: int = Field(default=0, sa_type=sa.BigInteger)
    granted_at: datetime = created()
    expires_at: datetime | None = moment_or_none()


class Cash(SQLModel, table=True):
    """What an agent has in one currency: the sum of its entries, in minor units."""

    __tablename__ = "ledger_cash"
    __table_args__ = (sa.CheckConstraint("balance >= 0", name="not_negative"),)

    tenant_id: str = Field(primary_key=True, foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    currency: Currency = Field(primary_key=True, sa_type=cast("Any", Choice(Currency)))
    balance: int = Field(default=0, sa_type=sa.BigInteger)


class Hold(SQLModel, table=True):
    """An amount set aside for a subject (`export:<id>`). `scenes` are what it is to pay for: keys and milliseconds."""

    __tablename__ = "ledger_hold"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "subject"), sa.Index("ix_ledger_hold_state", "state", "created_at"))

    id: str = id_key()
    tenant_id: str = Field(foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    kind: Kind = choice(Kind, Kind.VIDEO)
    subject: str = Field(max_length=80)
    amount: int = Field(sa_type=sa.BigInteger)
    captured: int = Field(default=0, sa_type=sa.BigInteger)
    state: HoldState = choice(HoldState, HoldState.OPEN)
    user_id: str | None = Field(default=None, max_length=ID_LENGTH)
    project_id: str | None = Field(default=None, max_length=ID_LENGTH)
    scenes: list[list[str | int]] = json_list()
    created_at: datetime = created()
    closed_at: datetime | None = moment_or_none()


class PaidScene(SQLModel, table=True):
    """A scene that was paid for: until when the same costs nothing."""

    __tablename__ = "paid_scene"
    __table_args__ = (sa.Index("ix_paid_scene_key", "tenant_id", "project_id", "key", "paid_until"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id", index=False)
    project_id: str = Field(max_length=ID_LENGTH)
    key: str = Field(max_length=64)
    hold_id: str = Field(foreign_key="ledger_hold.id", index=True, max_length=ID_LENGTH, ondelete="RESTRICT")
    milliseconds: int
    paid_until: datetime = moment()


class Seat(SQLModel, table=True):
    """A yearly right of one member; without one, the rest of its term waits for the next."""

    __tablename__ = "seat"
    __table_args__ = (sa.Index("ix_seat_tenant_kind", "tenant_id", "kind"), sa.Index("ix_seat_due", "lapsed_at", "until"))

    id: str = id_key()
    tenant_id: str = Field(foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="RESTRICT")
    kind: Kind = choice(Kind, Kind.VIP)
    user_id: str | None = reference_or_none("user_account.id", index=True)
    terms: int = 1
    started_at: datetime = moment()
    until: datetime = moment()
    lapsed_at: datetime | None = moment_or_none()


class MemberCap(SQLModel, table=True):
    """How much of a kind one member may use in all."""

    __tablename__ = "member_cap"

    tenant_id: str = Field(primary_key=True, foreign_key="tenant.id", max_length=ID_LENGTH, ondelete="CASCADE")
    user_id: str = Field(primary_key=True, foreign_key="user_account.id", max_length=ID_LENGTH, ondelete="CASCADE")
    kind: Kind = Field(primary_key=True, sa_type=cast("Any", Choice(Kind)))
    amount: int = Field(sa_type=sa.BigInteger)
