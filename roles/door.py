"""The door: every doorbell for a job row is answered here."""

import structlog

from roles.base import claimed
from roles.house import house
from roles.registry import KINDS, resolve

log = structlog.get_logger("door")


def answer(job_id: str) -> None:
    """Claim the job and do it; a bell for a job that another has, or that has ended, is heard and forgotten."""
    with claimed(job_id, house().database) as running:
        if running is None:
            log.info("nothing to do", job=job_id)
            return
        log.info("job begun", job=job_id, kind=running.claim.kind, attempt=running.claim.attempt)
        resolve(KINDS[running.claim.kind].work)(running)
