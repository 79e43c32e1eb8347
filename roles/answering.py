"""RQ's workers, tuned so that nothing dead is waited for long: RQ brings the bell, SQL says what is true."""

import os
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final, NoReturn

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.executions import Execution
from rq.job import Job as Bell
from rq.worker import SimpleWorker, Worker
from sqlalchemy.exc import SQLAlchemyError

from roles import lifeline
from roles.base import WorkerStopping
from roles.house import house
from roles.registry import Role, resolve
from webapp.jobs import ANSWER, SERIALIZER
from webapp.services import jobs

WORKER_TTL_S: Final = 20
MONITORING_S: Final = 5
MAINTENANCE_S: Final = 5
SILENCE_S: Final = 15

log = structlog.get_logger("worker")


class ForkingWorker(Worker):
    """Each job in a child of its own, which dies with this process and goes back to the queue when this process is told to stop."""

    max_connection_wait_time = 2.0

    def get_heartbeat_ttl(self, job: Bell, working_time: float = 0.0) -> int:  # noqa: ARG002 - the base class's signature
        """How long RQ believes in a silent worker."""
        return SILENCE_S

    def maintain_heartbeats(self, job: Bell, execution: Execution) -> None:
        """Tell the queue that both live. One that is away is no reason to stop, and the child with it: what is true stands in SQL."""
        try:
            super().maintain_heartbeats(job, execution)
        except RedisError as error:
            log.warning("queue not told", reason=str(error))

    def main_work_horse(self, job: Bell, queue: Queue) -> None:
        """In the child: hang on the parent's life, then do the job."""
        lifeline.die_with(self.pid or os.getppid())
        super().main_work_horse(job, queue)

    def setup_work_horse_signals(self) -> None:
        """In the child: the terminal's Ctrl-C is the parent's business; a TERM gives the job back."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _give_back)

    def handle_warm_shutdown_request(self) -> None:
        """Told to stop: the child gives its job back instead of working it to the end."""
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            os.kill(self.horse_pid, signal.SIGTERM)

    def handle_work_horse_killed(self, job: Bell, retpid: int, ret_val: int, rusage: Any) -> None:
        """The child died without a word: let the sweeper have its job at once."""
        super().handle_work_horse_killed(job, retpid, ret_val, rusage)  # type: ignore[no-untyped-call]
        if job.func_name == ANSWER:
            _bereave(str(job.args[0]), self.name)


class WarmWorker(SimpleWorker):
    """Jobs in this very process, so that a loaded model stays loaded. Its jobs are short."""

    max_connection_wait_time = 2.0

    def get_heartbeat_ttl(self, job: Bell, working_time: float = 0.0) -> int:  # noqa: ARG002 - the base class's signature
        """How long RQ believes in a silent worker; the job's lease in SQL is shorter."""
        return 4 * SILENCE_S


def work(role: Role, queues: Sequence[str], url: str) -> None:
    """Answer these of the role's queues, the first one first, until told to stop."""
    if role.warm_up:
        resolve(role.warm_up)()
    kind = WarmWorker if role.warm else ForkingWorker
    worker = kind(
        list(queues),
        connection=Redis.from_url(url),
        serializer=SERIALIZER,
        worker_ttl=WORKER_TTL_S,
        job_monitoring_interval=MONITORING_S,
        maintenance_interval=MAINTENANCE_S,
    )
    os.environ["RQ_WORKER_ID"] = worker.name
    worker.work(logging_level="WARNING")


def _bereave(job_id: str, worker: str) -> None:
    try:
        with house().database.transaction() as session:
            jobs.bereave(session, job_id, worker)
    except SQLAlchemyError as error:
        log.warning("lease not ended", job=job_id, reason=str(error))


def _give_back(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise WorkerStopping
