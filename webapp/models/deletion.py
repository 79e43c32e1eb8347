"""Keeping house: what a tenant asked to have deleted, and copies of its own data that were packed for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, moment_or_none, reference, reference_or_none


class DeletionState(StrEnum):
    """`asked → due → erasing → done`, or out by `taken-back` or `refused`. A person's own account needs nobody's word and begins as due."""

    ASKED = "asked"
    DUE = "due"
    ERASING = "erasing"
    DONE = "done"
    TAKEN_BACK = "taken-back"
    REFUSED = "refused"


class Deletion(SQLModel, table=True):
    """The wish that a tenant's data go, and what became of it. `removed` counts what went, by kind."""

    __tablename__ = "deletion"
    __table_args__ = (
        sa.Index(
            "uq_deletion_open",
            "tenant_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    user_id: str = Field(max_length=32)
    state: DeletionState = choice(DeletionState, DeletionState.DUE)
    asked_at: datetime = created()
    due_at: datetime | None = moment_or_none(index=True)
    ended_at: datetime | None = moment_or_none()
    removed: dict[str, Any] = json()


class Takeout(SQLModel, table=True):
    """A copy of a tenant's own data for one of its people: the artefact `file` once it is packed, until it expires."""

    __tablename__ = "takeout"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    user_id: str = Field(max_length=32)
    job_id: str | None = reference_or_none("job.id")
    file: str = Field(default="", max_length=80)
    bytes: int = Field(default=0, sa_type=sa.BigInteger)
    created_at: datetime = created()
    expires_at: datetime | None = moment_or_none(index=True)
