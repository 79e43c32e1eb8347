"""Jobs: the truth about work done elsewhere. The queue is only their doorbell."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, moment_or_none, reference


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(SQLModel, table=True):
    """One piece of work. `fence` rises with every claim: a worker with an older one has lost the job.

    Of a tenant's waiting jobs the one with the lowest `place` comes first, then the oldest. A paused one waits until it is resumed.
    `started_at` is when a worker had it first, `served_at` when one had it last.
    """

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_state_lease", "state", "lease_until"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    kind: str = Field(max_length=40)
    subject_id: str = Field(index=True, max_length=64)
    state: JobState = choice(JobState, JobState.QUEUED)
    queue: str = Field(default="", max_length=40)
    attempt: int = 0
    attempts_max: int = 3
    fence: int = 0
    lease_until: datetime | None = moment_or_none()
    worker: str = Field(default="", max_length=100)
    progress: dict[str, Any] = json()
    error_code: str | None = Field(default=None, max_length=60)
    error_facts: dict[str, Any] = json()
    cancel_asked: bool = False
    place: int = 0
    paused: bool = False
    created_at: datetime = created()
    started_at: datetime | None = moment_or_none()
    served_at: datetime | None = moment_or_none()
    finished_at: datetime | None = moment_or_none()
