"""What a job body stands on: the claim, its heart, and how it ends."""

import errno
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import make_url

from render.errors import Cancelled, MediaRefused
from roles import base, registry
from roles.base import WorkerStopping, claimed
from roles.registry import Kind
from tests.production.gate import Gate
from tools.stack.ports import free_port
from webapp.database import Database
from webapp.errors import NotFound
from webapp.models.columns import utc_now
from webapp.models.everything import METADATA
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.services import jobs
from webapp.services.jobs import JobCancelled, JobLost


@pytest.fixture
def job(any_database: Database) -> Job:
    return created(any_database)


def created(database: Database) -> Job:
    with database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        return jobs.create(session, tenant.id, "fake", "s1", queue="render")


def stored(database: Database, job: Job) -> Job:
    with database.reading() as session:
        found = session.get(Job, job.id)
        assert found is not None
        return found


def test_leaving_the_block_finishes_the_job(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database) as running:
        assert running is not None
        running.progress("encode", 3, 10)
        assert stored(any_database, job).progress == {"stage": "encode", "done": 3, "total": 10}

    assert stored(any_database, job).state is JobState.DONE


def test_a_job_that_another_works_on_is_not_to_be_had(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database), claimed(job.id, any_database) as second:
        assert second is None


def test_the_heart_keeps_a_long_job(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database, lease_s=0.4) as running:
        assert running is not None
        first = stored(any_database, job).lease_until
        while stored(any_database, job).lease_until == first:
            running.check()
        assert not running.cancelled()


def test_a_body_that_slept_past_its_lease_writes_nothing_over_its_successor(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database) as running:
        assert running is not None
        with any_database.transaction() as session:
            jobs.claim(session, job.id, "successor", now=utc_now() + timedelta(seconds=60))
        with pytest.raises(JobLost), any_database.transaction() as session:
            running.finish(session)

    row = stored(any_database, job)
    assert (row.state, row.worker, row.fence) == (JobState.RUNNING, "successor", 2)


def test_what_a_body_writes_with_its_finish_is_undone_when_it_lost_the_job(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database) as running:
        assert running is not None
        with any_database.transaction() as session:
            jobs.claim(session, job.id, "successor", now=utc_now() + timedelta(seconds=60))
        with any_database.transaction() as session:
            session.add(Tenant(id="made-by-the-zombie", name=""))
            session.flush()
            running.finish(session)

    with any_database.reading() as session:
        assert session.get(Tenant, "made-by-the-zombie") is None


@pytest.mark.parametrize(
    ("reason", "code", "facts"),
    [
        (MediaRefused("truncated", name="a.png"), "media", {"name": "a.png", "reason": "truncated"}),
        (NotFound(), "not-found", {}),
        (OSError(errno.ENOSPC, "full"), "disk-full", {}),
    ],
)
def test_a_refusal_is_kept_as_code_and_facts(any_database: Database, job: Job, reason: Exception, code: str, facts: object) -> None:
    with claimed(job.id, any_database):
        raise reason

    row = stored(any_database, job)
    assert (row.state, row.error_code, row.error_facts) == (JobState.FAILED, code, facts)


def test_a_surprise_is_tried_again(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database):
        raise ValueError

    row = stored(any_database, job)
    assert (row.state, row.attempt, row.error_code) == (JobState.QUEUED, 1, "unexpected")


@pytest.mark.parametrize("reason", [Cancelled(), JobCancelled()])
def test_a_body_that_was_asked_to_stop_ends_cancelled(any_database: Database, job: Job, reason: Exception) -> None:
    with claimed(job.id, any_database):
        raise reason

    assert stored(any_database, job).state is JobState.CANCELLED


def test_the_heart_hears_that_the_job_was_cancelled(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database, lease_s=0.4) as running:
        assert running is not None
        with any_database.transaction() as session:
            tenant = session.get(Tenant, job.tenant_id)
            assert tenant is not None
            jobs.cancel(session, tenant, job.id)
        while not running.cancelled():
            time.sleep(0.01)
        running.check()

    assert stored(any_database, job).state is JobState.CANCELLED


def test_a_worker_told_to_go_gives_the_job_back(any_database: Database, job: Job) -> None:
    with pytest.raises(WorkerStopping), claimed(job.id, any_database):
        raise WorkerStopping

    row = stored(any_database, job)
    assert (row.state, row.attempt) == (JobState.QUEUED, 0)


def test_a_database_that_was_away_is_waited_for_and_costs_no_attempt(postgres_url: str) -> None:
    server = make_url(postgres_url)
    port = free_port()
    with Gate(port, server.port or 5432) as gate:
        database = Database(server.set(port=port).render_as_string(hide_password=False))
        METADATA.create_all(database.engine)
        job = created(database)
        with claimed(job.id, database) as running:
            assert running is not None
            gate.shut()
            opening = threading.Timer(0.5, gate.open)
            opening.start()
            running.progress("encode", 3, 10)
        opening.join()

        row = stored(database, job)
        assert (row.state, row.attempt, row.error_code) == (JobState.QUEUED, 0, None)
        assert row.lease_until <= utc_now()
        database.dispose()


def test_a_job_whose_turn_is_over_goes_back_to_the_queue_and_loses_no_attempt(any_database: Database, job: Job) -> None:
    with claimed(job.id, any_database) as running:
        assert running is not None
        running.give_way()
        with any_database.transaction() as session:
            jobs.pause(session, session.get_one(Tenant, job.tenant_id), job.id)
        running.give_way()

    again = stored(any_database, job)
    assert (again.state, again.attempt, again.fence) == (JobState.QUEUED, 0, 1)


def test_a_kind_hears_of_a_failure_in_the_same_transaction(any_database: Database, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []
    monkeypatch.setitem(registry.KINDS, "fake", Kind("nothing", ended="somewhere.ended"))
    monkeypatch.setattr(base, "resolve", lambda path: lambda _session, job: heard.append((path, job.state)))

    with claimed(job.id, any_database):
        raise MediaRefused("format")

    assert heard == [("somewhere.ended", JobState.FAILED)]
