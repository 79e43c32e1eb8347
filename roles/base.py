"""What every job body stands on: a claim that is kept alive while it works, and an ending written whatever happens."""

import errno
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from render.errors import Cancelled, RenderError
from roles.registry import KINDS, resolve
from webapp import logs
from webapp.database import Database, is_away
from webapp.errors import StorageAway, WebError
from webapp.models.columns import utc_now
from webapp.models.job import Job, JobState
from webapp.services import jobs, turns
from webapp.services.jobs import Claim, JobCancelled, JobLost

RENEWALS_PER_LEASE: Final = 4
AWAY_S: Final = 15
"""Before a job is tried again that found no storage."""
ASK_AGAIN_S: Final = 1.0
"""How often a worker tries to write down how a job ended while the database is away."""
UNEXPECTED: Final = "unexpected"

log = structlog.get_logger("jobs")


class WorkerStopping(SystemExit):
    """The worker was told to go: the job goes back to the queue and loses no attempt."""


class TurnOver(Exception):
    """It is another's turn, or the job is paused: it goes back to the queue and loses no attempt."""


class Running:
    """A job being worked on. Ask `cancelled()` between pieces of work, or let `check()` raise; `finish` goes into the last transaction."""

    def __init__(self, claim: Claim, database: Database, lease_s: float) -> None:
        self.claim = claim
        self.database = database
        self.finished = False
        self._lease_s = lease_s
        self._verdict: WebError | None = None
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name=f"heart-{claim.job_id[:8]}", daemon=True)

    def cancelled(self) -> bool:
        """Whether to stop: somebody asked for it, or another worker has the job."""
        return self._verdict is not None

    def check(self) -> None:
        """Raise JobCancelled or JobLost if there is no more reason to work."""
        if self._verdict is not None:
            raise self._verdict

    def progress(self, stage: str, done: int, total: int) -> None:
        """Write how far it is; raises JobCancelled or JobLost."""
        self.check()
        with self.database.transaction() as session:
            jobs.progress(session, self.claim.job_id, self.claim.fence, stage=stage, done=done, total=total)

    def give_way(self) -> None:
        """Between two pieces of work that are kept: raise TurnOver if it is another's turn."""
        with self.database.reading() as session:
            over = turns.is_over(session, self.claim, utc_now())
        if over:
            raise TurnOver

    def finish(self, session: Session) -> None:
        """Done, in the caller's transaction, together with what the work is for; raises JobLost, and then nothing of it is written."""
        jobs.finish(session, self.claim.job_id, self.claim.fence)
        self.finished = True

    def start(self) -> None:
        """Begin to renew the lease."""
        self._heart.start()

    def end(self) -> None:
        """Renew the lease no more."""
        self._ended.set()
        self._heart.join()

    def _beat(self) -> None:
        while not self._ended.wait(self._lease_s / RENEWALS_PER_LEASE) and self._verdict is None:
            try:
                with self.database.transaction() as session:
                    jobs.renew(session, self.claim.job_id, self.claim.fence, self._lease_s)
            except (JobLost, JobCancelled) as verdict:
                self._verdict = verdict
            except SQLAlchemyError as error:
                log.warning("lease not renewed", job=self.claim.job_id, reason=str(error))


@contextmanager
def claimed(job_id: str, database: Database, lease_s: float = jobs.LEASE_S) -> Iterator[Running | None]:
    """Work on the job inside the block, or find None if it is not to be had.

    Leaving the block finishes the job unless its body did. What the body raises is written down as the job's end: a RenderError or WebError
    with its code and facts for good; WorkerStopping, TurnOver, StorageAway and a database that was away as a return to the queue; anything
    else as a failed attempt. It is written as soon as there is a database to write it into.
    """
    with database.transaction() as session:
        claim = jobs.claim(session, job_id, worker_name(), lease_s)
    if claim is None:
        yield None
        return
    with logs.of_job(claim.job_id, claim.tenant_id), _written_down(Running(claim, database, lease_s)) as running:
        yield running


@contextmanager
def _written_down(running: Running) -> Iterator[Running]:
    running.start()
    try:
        yield running
        _finish(running)
    except BaseException as reason:  # every way out is written down; those that stop the process go on
        running.end()
        _write_end(running, reason)
        if not isinstance(reason, Exception):
            raise
    finally:
        running.end()


def worker_name() -> str:
    """Who works here: RQ's name for the worker, else machine and process."""
    return os.environ.get("RQ_WORKER_ID") or f"{socket.gethostname()}:{os.getpid()}"


def tell_ended(session: Session, job: Job) -> None:
    """Let the job's kind hear that it failed or was cancelled."""
    kind = KINDS.get(job.kind)
    if kind is not None and kind.ended is not None and job.state in {JobState.FAILED, JobState.CANCELLED}:
        resolve(kind.ended)(session, job)


def _finish(running: Running) -> None:
    if not running.finished:
        with running.database.transaction() as session:
            running.finish(session)


def _write_end(running: Running, reason: BaseException) -> None:
    claim = running.claim
    try:
        while not _is_written(running, reason):
            time.sleep(ASK_AGAIN_S)
    except JobLost:
        log.warning("job lost to another worker", job=claim.job_id, fence=claim.fence)


def _is_written(running: Running, reason: BaseException) -> bool:
    """Write down how it ended; False while the database is away. Raises JobLost."""
    try:
        with running.database.transaction() as session:
            tell_ended(session, _end(session, running.claim, reason))
    except DBAPIError as error:
        if not is_away(error):
            raise
        log.warning("end not written", job=running.claim.job_id, reason=str(error.orig))
        return False
    return True


def _end(session: Session, claim: Claim, reason: BaseException) -> Job:
    if isinstance(reason, JobLost):
        raise reason
    if isinstance(reason, (WorkerStopping, TurnOver)) or is_away(reason):
        return jobs.release(session, claim.job_id, claim.fence)
    if isinstance(reason, StorageAway):
        return jobs.release(session, claim.job_id, claim.fence, pause_s=AWAY_S)
    if isinstance(reason, (JobCancelled, Cancelled)):
        return jobs.stop(session, claim.job_id, claim.fence)
    if isinstance(reason, (RenderError, WebError)):
        return jobs.fail(session, claim.job_id, claim.fence, reason.code, _facts(reason), retry=False)
    if isinstance(reason, OSError) and reason.errno == errno.ENOSPC:
        return jobs.fail(session, claim.job_id, claim.fence, "disk-full", {}, retry=False)
    log.error("job attempt failed", job=claim.job_id, attempt=claim.attempt, exc_info=reason)
    return jobs.fail(session, claim.job_id, claim.fence, UNEXPECTED, {"kind": type(reason).__name__}, retry=True)


def _facts(reason: RenderError | WebError) -> dict[str, str | int]:
    facts = dict(reason.facts)
    if isinstance(reason, RenderError) and reason.reason != reason.code:
        facts["reason"] = reason.reason
    return facts
