"""Real workers, killed: the job runs again, and is finished once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session

from roles.lifeline import tied
from webapp import jobs as doorbells
from webapp.database import Database
from webapp.models.everything import METADATA
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.services import jobs

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
RECOVERY_S = 60
"""A lease, a tick of the clock and a new worker take 14 seconds on a machine that does nothing else."""


@dataclass
class House:
    """A queue, tables, a render worker and a clock: all real but the body of the job."""

    database: Database
    url: str
    diary: Path
    worker: subprocess.Popen[bytes]

    def order(self) -> Job:
        with self.database.transaction() as session:
            tenant = Tenant(name="Mei")
            session.add(tenant)
            session.flush()
            job = jobs.create(session, tenant.id, "fake", "s1", queue="render")
        doorbells.ring_job(job, url=self.url)
        return job

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.diary.read_text().splitlines()] if self.diary.exists() else []

    def begun(self) -> tuple[int, int]:
        """The pids of the working child and of its worker, once the first attempt has begun."""
        until(lambda: bool(self.lines()))
        _, _, child, worker = self.lines()[0]
        return int(child), int(worker)

    def row(self, job: Job) -> Job:
        with self.database.reading() as session:
            return fetched(session, job)


def fetched(session: Session, job: Job) -> Job:
    found = session.get(Job, job.id)
    assert found is not None
    return found


def until(holds: Callable[[], bool], seconds: float = RECOVERY_S) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def house(queue_url: str, tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'piying.sqlite3'}")
    METADATA.create_all(database.engine)
    environment = {
        **os.environ,
        "PIYING_HOME": str(tmp_path),
        "REDIS_URL": queue_url,
        "FAKE_DIARY": str(tmp_path / "diary"),
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{HERE}",
    }
    environment.pop("DATABASE_URL", None)
    processes = [
        subprocess.Popen((sys.executable, HERE / "fake_door.py", role), cwd=REPOSITORY, env=environment, preexec_fn=tied())  # noqa: PLW1509 - one thread
        for role in ("render", "clock")
    ]
    yield House(database, queue_url, tmp_path / "diary", processes[0])
    for process in processes:
        process.kill()
        process.wait()
    database.dispose()


def test_a_job_whose_worker_and_child_are_killed_runs_again_and_finishes_once(house: House) -> None:
    job = house.order()
    child, worker = house.begun()

    os.kill(worker, signal.SIGKILL)
    until(lambda: gone(child), 2)
    until(lambda: house.row(job).state is JobState.DONE)

    assert [line[:2] for line in house.lines()] == [["begin", "1"], ["begin", "2"], ["finish", "2"]]
    assert house.row(job).fence == 2


@pytest.mark.soak
def test_a_job_whose_child_alone_is_killed_runs_again_before_its_lease_would_lapse(house: House) -> None:
    job = house.order()
    child, _ = house.begun()

    os.kill(child, signal.SIGKILL)
    until(lambda: house.row(job).state is JobState.DONE)

    assert [line[:2] for line in house.lines()] == [["begin", "1"], ["begin", "2"], ["finish", "2"]]


def test_a_stopped_worker_gives_its_job_back_and_leaves_no_child(house: House) -> None:
    job = house.order()
    child, worker = house.begun()

    house.worker.terminate()
    house.worker.wait(10)

    assert gone(child)
    assert gone(worker)
    row = house.row(job)
    assert (row.state, row.attempt) == (JobState.QUEUED, 0)


@pytest.mark.soak
def test_a_cancelled_job_stops_within_its_lease(house: House) -> None:
    job = house.order()
    house.begun()
    with house.database.transaction() as session:
        tenant = session.get(Tenant, job.tenant_id)
        assert tenant is not None
        jobs.cancel(session, tenant, job.id)

    until(lambda: house.row(job).state is JobState.CANCELLED, jobs.LEASE_S)
    assert [line[0] for line in house.lines()] == ["begin"]
