"""Real workers of one role: what is quick and the rest of films wait for nothing longer, also where one worker alone does long jobs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from roles.lifeline import tied
from tests.roles.test_worker_deaths import HERE, REPOSITORY, until
from webapp import jobs as doorbells
from webapp.database import Database
from webapp.models.everything import METADATA
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.services import jobs


@pytest.fixture
def database(queue_url: str, tmp_path: Path) -> Iterator[Database]:
    """Tables, with one ingest worker at their jobs."""
    database = Database(f"sqlite:///{tmp_path / 'piying.sqlite3'}")
    METADATA.create_all(database.engine)
    own = {"PIYING_HOME": str(tmp_path), "REDIS_URL": queue_url, "FAKE_DIARY": str(tmp_path / "diary")}
    environment = {**os.environ, **own, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{HERE}"}
    environment.pop("DATABASE_URL", None)
    worker = subprocess.Popen((sys.executable, HERE / "fake_door.py", "ingest"), cwd=REPOSITORY, env=environment, preexec_fn=tied())  # noqa: PLW1509 - one thread
    yield database
    worker.kill()
    worker.wait()
    database.dispose()


def ordered(database: Database, url: str, kind: str, queue: str) -> str:
    with database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        job = jobs.create(session, tenant.id, kind, "s1", queue=queue)
    doorbells.ring_job(job, url=url)
    return job.id


def state(database: Database, job_id: str) -> JobState:
    with database.reading() as session:
        return session.get_one(Job, job_id).state


def test_films_and_what_is_quick_are_done_while_something_long_goes_on_and_more_of_it_waits(database: Database, queue_url: str) -> None:
    long = ordered(database, queue_url, "fake", jobs.LONG)
    until(lambda: state(database, long) is JobState.RUNNING)
    longer = ordered(database, queue_url, "fake", jobs.LONG)
    film = ordered(database, queue_url, "brief", jobs.FILMS)
    quick = ordered(database, queue_url, "brief", jobs.QUICK)

    until(lambda: (state(database, film), state(database, quick)) == (JobState.DONE, JobState.DONE))
    assert (state(database, long), state(database, longer)) == (JobState.RUNNING, JobState.QUEUED)


def test_what_is_quick_is_done_while_the_rest_of_films_is_made(database: Database, queue_url: str) -> None:
    films = [ordered(database, queue_url, "fake", jobs.FILMS) for _ in range(2)]
    until(lambda: {state(database, film) for film in films} == {JobState.RUNNING})
    quick = ordered(database, queue_url, "brief", jobs.QUICK)

    until(lambda: state(database, quick) is JobState.DONE)
    assert {state(database, film) for film in films} == {JobState.RUNNING}
