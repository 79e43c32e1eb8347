"""Which agent serves a customer, from when until when."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import id_key, moment, moment_or_none, reference, reference_or_none


class Binding(SQLModel, table=True):
    """A customer is an agent's from `since` up to, not including, `until`. What was agreed to is kept as it was read."""

    __tablename__ = "binding"
    __table_args__ = (
        sa.Index(
            "uq_binding_open",
            "customer_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index("ix_binding_agent_id_since", "agent_id", "since"),
        sa.CheckConstraint("until IS NULL OR until >= since", "order"),
    )

    id: str = id_key()
    agent_id: str = reference("tenant.id", index=False)
    customer_id: str = reference("tenant.id")
    since: datetime = moment()
    until: datetime | None = moment_or_none()
    consented_by_id: str | None = reference_or_none("user_account.id")
    statement: str = Field(max_length=1000)
    may_visit: bool = False
    ended_by_id: str | None = reference_or_none("user_account.id")
