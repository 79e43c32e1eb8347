"""Jobs: who works on what, for how long, and what becomes of it when the worker dies.

The row is the truth and the queue is only its doorbell. A claim raises the row's `fence` and opens a lease; the worker renews the lease
while it works, and every word it says about the job carries its fence. A worker that slept past its lease finds a higher fence and is
refused, so a job is finished once, whoever finished it. Where nobody else has begun meanwhile, it has the job again: on a machine that is
asked too much of, who is slow is not dead.

`lease_until` says until when nobody else need care: of a running job, the worker's lease; of a queued one, the time that its doorbell has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, NotFound
from webapp.models.columns import utc_now
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant

QUICK: Final = "ingest"
"""The queue of what takes seconds, and somebody waits for."""
FILMS: Final = "films"
"""The queue of the rest of films, of which the first seconds can be used: it waits for other films alone."""
LONG: Final = "long"
"""The queue of what takes minutes. No worker is only for it, and some of the same role are never at it."""
LEASE_S: Final = 10
DOORBELL_S: Final = 20
ENDED: Final = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class JobLost(Conflict):
    """Another worker has the job now: stop, and say nothing more about it."""

    default_code = "job-lost"


class JobCancelled(Conflict):
    """Somebody asked for the job to stop."""

    default_code = "job-cancelled"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job: valid while no higher fence was given out."""

    job_id: str
    tenant_id: str
    kind: str
    subject_id: str
    attempt: int
    fence: int


def create(
    session: Session,
    tenant_id: str,
    kind: str,
    subject_id: str,
    *,
    queue: str,
    attempts_max: int = 3,
    now: datetime | None = None,
) -> Job:
    """A new queued job. Ring for it after the commit; should the bell be lost, the sweeper rings again."""
    moment = now or utc_now()
    job = Job(
        tenant_id=tenant_id,
        kind=kind,
        subject_id=subject_id,
        queue=queue,
        attempts_max=attempts_max,
        created_at=moment,
        lease_until=moment + timedelta(seconds=DOORBELL_S),
    )
    session.add(job)
    session.flush()
    return job


def find(session: Session, tenant: Tenant, job_id: str) -> Job:
    """The tenant's job; raises NotFound, also for another tenant's."""
    job = session.exec(select(Job).where(Job.id == job_id, Job.tenant_id == tenant.id)).first()
    if job is None:
        raise NotFound
    return job


def claim(session: Session, job_id: str, worker: str, lease_s: float = LEASE_S, *, now: datetime | None = None) -> Claim | None:
    """Take the job, or None if it is not to be had: ended, gone, worked on by another, or out of attempts."""
    moment = now or utc_now()
    job = _locked(session, job_id)
    if job is None or not _claimable(job, moment):
        return None
    job.state = JobState.RUNNING
    job.attempt += 1
    job.fence += 1
    job.worker = worker
    job.lease_until = moment + timedelta(seconds=lease_s)
    job.started_at, job.served_at = job.started_at or moment, moment
    session.add(job)
    session.flush()
    return Claim(job.id, job.tenant_id, job.kind, job.subject_id, job.attempt, job.fence)


def renew(session: Session, job_id: str, fence: int, lease_s: float = LEASE_S, *, now: datetime | None = None) -> None:
    """Keep the job for another `lease_s`; raises JobLost, or JobCancelled when somebody asked for that."""
    job = _held(session, job_id, fence)
    job.lease_until = (now or utc_now()) + timedelta(seconds=lease_s)
    session.add(job)
    session.flush()
    if job.cancel_asked:
        raise JobCancelled


def progress(session: Session, job_id: str, fence: int, *, stage: str, done: int, total: int) -> None:
    """Say how far the job is; raises JobLost."""
    job = _held(session, job_id, fence)
    job.progress = {"stage": stage, "done": done, "total": total}
    session.add(job)
    session.flush()


def finish(session: Session, job_id: str, fence: int, *, now: datetime | None = None) -> Job:
    """The job is done. Saying so twice with one fence changes nothing; with an older one it raises JobLost."""
    job = _locked(session, job_id)
    if job is not None and job.state is JobState.DONE and job.fence == fence:
        return job
    return _end(session, _held(session, job_id, fence), JobState.DONE, now)


def fail(
    session: Session,
    job_id: str,
    fence: int,
    code: str,
    facts: Mapping[str, Any],
    *,
    retry: bool,
    now: datetime | None = None,
) -> Job:
    """The attempt failed: queued again after a pause when `retry` and attempts are left, else failed for good. Raises JobLost."""
    job = _held(session, job_id, fence)
    job.error_code = code
    job.error_facts = dict(facts)
    if not retry or job.cancel_asked or job.attempt >= job.attempts_max:
        return _end(session, job, JobState.CANCELLED if job.cancel_asked else JobState.FAILED, now)
    return _queue_again(session, job, (now or utc_now()) + timedelta(seconds=2**job.attempt))


def release(session: Session, job_id: str, fence: int, *, pause_s: int = 0, now: datetime | None = None) -> Job:
    """The worker is going away unharmed: the job waits, for at least `pause_s`, and has lost no attempt. Raises JobLost."""
    job = _held(session, job_id, fence)
    job.attempt -= 1
    return _queue_again(session, job, (now or utc_now()) + timedelta(seconds=pause_s))


def stop(session: Session, job_id: str, fence: int, *, now: datetime | None = None) -> Job:
    """The worker has stopped because it was asked to. Raises JobLost."""
    return _end(session, _held(session, job_id, fence), JobState.CANCELLED, now)


def bereave(session: Session, job_id: str, worker: str, *, now: datetime | None = None) -> None:
    """`worker` saw its child die: end the lease now instead of waiting for it to lapse."""
    statement = sa.update(Job).where(col(Job.id) == job_id, col(Job.worker) == worker, col(Job.state) == JobState.RUNNING)
    session.execute(statement.values(lease_until=now or utc_now()))


def cancel(session: Session, tenant: Tenant, job_id: str, *, now: datetime | None = None) -> Job:
    """Stop the job: at once when nobody has it, else at its worker's next look. An ended job stays as it ended."""
    job = _locked(session, job_id)
    if job is None or job.tenant_id != tenant.id:
        raise NotFound
    if job.state is JobState.QUEUED:
        return _end(session, job, JobState.CANCELLED, now)
    job.cancel_asked = job.cancel_asked or job.state is JobState.RUNNING
    session.add(job)
    session.flush()
    return job


def pause(session: Session, tenant: Tenant, job_id: str) -> Job:
    """Let the job wait, from its worker's next finished piece on, until it is resumed. An ended one stays as it ended. Raises NotFound."""
    return _set_paused(session, tenant, job_id, paused=True)


def resume(session: Session, tenant: Tenant, job_id: str, now: datetime) -> Job:
    """Let it go on. Ring for it after the commit. Raises NotFound."""
    job = _set_paused(session, tenant, job_id, paused=False)
    if job.state is JobState.QUEUED:
        job.lease_until = now + timedelta(seconds=DOORBELL_S)
    return job


def put_first(session: Session, tenant: Tenant, job_id: str) -> Job:
    """Of the tenant's waiting jobs in its queue, this one comes first from now on. Raises NotFound."""
    job = find(session, tenant, job_id)
    waiting = select(sa.func.min(Job.place)).where(Job.tenant_id == tenant.id, Job.queue == job.queue, Job.state == JobState.QUEUED)
    job.place = (session.exec(waiting).one() or 0) - 1
    session.add(job)
    session.flush()
    return job


def sweep(session: Session, now: datetime) -> list[Job]:
    """Every job that changed because its time was up: lapsed leases are queued again or ended, unanswered doorbells are due again.

    Whoever called rings for those that are queued, after the commit.
    """
    waiting = sa.and_(col(Job.state) == JobState.QUEUED, col(Job.paused).is_(False))
    overdue = select(Job).where(sa.or_(col(Job.state) == JobState.RUNNING, waiting), col(Job.lease_until) <= now)
    rows = session.exec(overdue.order_by(col(Job.created_at)).with_for_update(skip_locked=True)).all()
    return [_sweep_one(session, job, now) for job in rows]


def _set_paused(session: Session, tenant: Tenant, job_id: str, *, paused: bool) -> Job:
    job = _locked(session, job_id)
    if job is None or job.tenant_id != tenant.id:
        raise NotFound
    if job.state not in ENDED:
        job.paused = paused
        session.add(job)
        session.flush()
    return job


def _sweep_one(session: Session, job: Job, now: datetime) -> Job:
    if job.state is JobState.RUNNING and job.cancel_asked:
        return _end(session, job, JobState.CANCELLED, now)
    if job.state is JobState.RUNNING and job.attempt >= job.attempts_max:
        job.error_code, job.error_facts = "worker-lost", {"attempts": job.attempt}
        return _end(session, job, JobState.FAILED, now)
    return _queue_again(session, job, now + timedelta(seconds=DOORBELL_S), job.worker)


def _claimable(job: Job, now: datetime) -> bool:
    if job.cancel_asked or job.paused or job.attempt >= job.attempts_max:
        return False
    lapsed = job.lease_until is None or job.lease_until <= now
    return job.state is JobState.QUEUED or (job.state is JobState.RUNNING and lapsed)


def _locked(session: Session, job_id: str) -> Job | None:
    statement = select(Job).where(Job.id == job_id).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).first()


def _held(session: Session, job_id: str, fence: int) -> Job:
    job = _locked(session, job_id)
    if job is None or job.fence != fence:
        raise JobLost
    if job.state is JobState.QUEUED and job.worker:
        job.state = JobState.RUNNING
    if job.state is not JobState.RUNNING:
        raise JobLost
    return job


def _queue_again(session: Session, job: Job, ring_at: datetime, late: str = "") -> Job:
    """Let the job wait. `late` is whose lease has lapsed, if anybody's: back before another begins, it goes on."""
    job.state = JobState.QUEUED
    job.lease_until = ring_at
    job.worker = late
    session.add(job)
    session.flush()
    return job


def _end(session: Session, job: Job, state: JobState, now: datetime | None) -> Job:
    job.state = state
    job.lease_until = None
    job.finished_at = now or utc_now()
    session.add(job)
    session.flush()
    return job
