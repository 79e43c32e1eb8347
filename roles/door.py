"""The door: every doorbell for a job row is answered here."""

import structlog

from roles.base import claimed
from roles.house import house
from roles.registry import KINDS, resolve
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.job import Job
from webapp.services import turns

log = structlog.get_logger("door")


def answer(job_id: str) -> None:
    """Do the job whose turn it is; a bell for a job that another has, or that has ended, is heard and forgotten."""
    database = house().database
    chosen = _in_turn(database, job_id)
    with claimed(chosen, database) as running:
        if running is None:
            log.info("nothing to do", job=chosen)
            return
        log.info("job begun", job=chosen, kind=running.claim.kind, attempt=running.claim.attempt)
        resolve(KINDS[running.claim.kind].work)(running)


def _in_turn(database: Database, job_id: str) -> str:
    """The job that a bell for this one stands for. Each waiting job has a bell, so the one that steps back is called by another's."""
    with database.reading() as session:
        job = session.get(Job, job_id)
        if job is None or job.kind not in KINDS or not KINDS[job.kind].in_turn:
            return job_id
        return turns.following(session, job.queue, utc_now()) or job_id
