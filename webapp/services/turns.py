"""Turns: whose job a worker does next, and when it should let another go first.

A tenant that orders fifty films must not make the next one wait for all of them. Whoever has the fewest jobs being done is next, then
whoever was served longest ago. Between two pieces of its work a job gives way to a tenant that waits, has nothing being done, and wants
at most half as much: so a single film waits for one piece of a batch, while batches that are much of a size go film by film in turn.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from webapp.models.job import Job, JobState
from webapp.services.jobs import Claim


def following(session: Session, queue: str, now: datetime) -> str | None:
    """The id of the job whose turn it is, or None where none waits. One that failed lately waits for its own bell."""
    served = _of_tenant("served_at", sa.func.max, *JobState)
    since = _of_tenant("created_at", sa.func.min, JobState.QUEUED)
    ordered = select(Job.id).where(*_waits(Job, queue, now)).order_by(_many(JobState.RUNNING), served.is_not(None), served, since)
    return session.exec(ordered.order_by(col(Job.place), col(Job.created_at), col(Job.id)).limit(1)).first()


def is_over(session: Session, claim: Claim, now: datetime) -> bool:
    """Whether a job that has finished a piece of its work should wait: it is paused, or keeps somebody waiting who wants much less."""
    job = session.get_one(Job, claim.job_id, populate_existing=True)
    if job.paused:
        return True
    own = select(sa.func.count()).where(Job.tenant_id == job.tenant_id, Job.queue == job.queue, _unended(Job))
    others = select(Job.id).where(*_waits(Job, job.queue, now), Job.tenant_id != job.tenant_id)
    fewer = others.where(_many(JobState.RUNNING) == 0, _many(JobState.RUNNING, JobState.QUEUED) * 2 <= session.exec(own).one())
    return session.exec(fewer.limit(1)).first() is not None


def _waits(job: Any, queue: str, now: datetime) -> tuple[Any, ...]:
    due = sa.or_(job.attempt == 0, job.lease_until <= now)
    return job.queue == queue, job.state == JobState.QUEUED, job.paused.is_(False), job.cancel_asked.is_(False), due


def _unended(job: Any) -> Any:
    return sa.and_(job.state.in_([JobState.QUEUED, JobState.RUNNING]), job.paused.is_(False))


def _many(*states: JobState) -> Any:
    """How many jobs in these states the tenant of a row has in its queue; paused ones are not counted."""
    other = aliased(Job)
    same = select(sa.func.count(other.id)).where(other.tenant_id == Job.tenant_id, other.queue == Job.queue)  # type: ignore[arg-type]
    return same.where(col(other.state).in_(states), col(other.paused).is_(False)).scalar_subquery()


def _of_tenant(name: str, function: Any, *states: JobState) -> Any:
    """The first or last moment of its kind among the jobs that the tenant of a row has in its queue."""
    other = aliased(Job)
    same = select(function(getattr(other, name))).where(other.tenant_id == Job.tenant_id, other.queue == Job.queue)
    return same.where(col(other.state).in_(states)).scalar_subquery()
