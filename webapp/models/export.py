"""Exports: what was ordered, what it costs, what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, moment_or_none, reference, reference_or_none


class ExportState(StrEnum):
    """`quoted → held → queued → running → publishing → done | failed | cancelled`."""

    QUOTED = "quoted"
    HELD = "held"
    QUEUED = "queued"
    RUNNING = "running"
    PUBLISHING = "publishing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Export(SQLModel, table=True):
    """A film made, or being made, of one revision of a project in one language and shape.

    `variant` is the id of the document's variant, empty for the document itself; `extras` names the further files, with spaces between.
    `own_mouths`: the studio's own engine moves all mouths, also where a server was chosen for it.
    """

    __tablename__ = "export"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    project_id: str = reference("project.id")
    revision: int
    language: str = Field(max_length=12)
    preset: str = Field(max_length=40)
    variant: str = Field(default="", max_length=40)
    extras: str = Field(default="", max_length=120)
    own_mouths: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    state: ExportState = choice(ExportState, ExportState.QUOTED)
    job_id: str | None = reference_or_none("job.id")
    manifest: dict[str, Any] = json()
    quote: dict[str, Any] = json()
    files: dict[str, Any] = json()
    settlement_ref: str = Field(default="", max_length=64)
    created_at: datetime = created()
    finished_at: datetime | None = moment_or_none()
