"""Jobs as rows: claims, leases, fences, and who is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.database import Database
from webapp.errors import NotFound
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.services import jobs
from webapp.services.jobs import Claim, JobCancelled, JobLost

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def tenant(any_database: Database) -> Tenant:
    with any_database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
    return tenant


@pytest.fixture
def job(any_database: Database, tenant: Tenant) -> Job:
    with any_database.transaction() as session:
        return jobs.create(session, tenant.id, "export", "e1", queue="render", now=NOON)


def claim(database: Database, job: Job, at: float = 0, worker: str = "w1") -> Claim | None:
    with database.transaction() as session:
        return jobs.claim(session, job.id, worker, now=later(at))


def sweep(database: Database, at: float) -> list[Job]:
    with database.transaction() as session:
        return jobs.sweep(session, later(at))


def stored(database: Database, job: Job) -> Job:
    with database.reading() as session:
        found = session.get(Job, job.id)
        assert found is not None
        return found


def test_a_claimed_job_is_not_given_to_a_second_worker(any_database: Database, job: Job) -> None:
    first = claim(any_database, job)

    assert first is not None
    assert (first.attempt, first.fence, first.subject_id) == (1, 1, "e1")
    assert claim(any_database, job, at=9, worker="w2") is None


def test_a_lapsed_lease_lets_the_next_worker_in_with_a_higher_fence(any_database: Database, job: Job) -> None:
    claim(any_database, job)

    second = claim(any_database, job, at=10, worker="w2")

    assert second is not None
    assert (second.attempt, second.fence) == (2, 2)


def test_a_renewed_lease_keeps_the_job(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.renew(session, job.id, 1, now=later(9))

    assert sweep(any_database, 18) == []
    assert claim(any_database, job, at=18, worker="w2") is None


def test_a_worker_that_slept_past_its_lease_can_say_nothing_more(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    claim(any_database, job, at=11, worker="w2")

    for word in (
        lambda session: jobs.renew(session, job.id, 1),
        lambda session: jobs.progress(session, job.id, 1, stage="encode", done=1, total=2),
        lambda session: jobs.finish(session, job.id, 1),
        lambda session: jobs.fail(session, job.id, 1, "media", {}, retry=True),
        lambda session: jobs.release(session, job.id, 1),
        lambda session: jobs.stop(session, job.id, 1),
    ):
        with pytest.raises(JobLost), any_database.transaction() as session:
            word(session)

    assert stored(any_database, job).state is JobState.RUNNING
    assert stored(any_database, job).worker == "w2"


def test_finishing_twice_changes_nothing(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.finish(session, job.id, 1, now=later(3))
    with any_database.transaction() as session:
        jobs.finish(session, job.id, 1, now=later(5))

    done = stored(any_database, job)
    assert (done.state, done.finished_at, done.lease_until) == (JobState.DONE, later(3), None)
    assert claim(any_database, job, at=60) is None


def test_the_sweeper_queues_what_a_dead_worker_left(any_database: Database, job: Job) -> None:
    claim(any_database, job)

    (swept,) = sweep(any_database, 10)

    assert (swept.id, swept.state, swept.attempt) == (job.id, JobState.QUEUED, 1)
    assert sweep(any_database, 11) == []


def test_a_worker_that_was_only_slow_has_the_job_again_if_nobody_has_begun(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    sweep(any_database, 10)
    sweep(any_database, 10 + jobs.DOORBELL_S)

    with any_database.transaction() as session:
        jobs.progress(session, job.id, 1, stage="encode", done=1, total=2)
        jobs.renew(session, job.id, 1, now=later(40))

    row = stored(any_database, job)
    assert (row.state, row.worker, row.attempt, row.lease_until) == (JobState.RUNNING, "w1", 1, later(40 + jobs.LEASE_S))
    assert claim(any_database, job, at=45, worker="w2") is None


def test_a_worker_that_gave_the_job_back_has_it_no_more(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.release(session, job.id, 1, now=later(1))

    with pytest.raises(JobLost), any_database.transaction() as session:
        jobs.renew(session, job.id, 1, now=later(2))


def test_a_job_whose_doorbell_was_lost_is_rung_again_and_again(any_database: Database, job: Job) -> None:
    assert sweep(any_database, jobs.DOORBELL_S - 1) == []
    assert [swept.id for swept in sweep(any_database, jobs.DOORBELL_S)] == [job.id]
    assert [swept.id for swept in sweep(any_database, 2 * jobs.DOORBELL_S)] == [job.id]


def test_a_job_that_kills_its_workers_fails_after_its_attempts(any_database: Database, job: Job) -> None:
    for attempt in range(3):
        claim(any_database, job, at=100 * attempt)
        sweep(any_database, 100 * attempt + 50)

    failed = stored(any_database, job)
    assert (failed.state, failed.error_code, failed.error_facts) == (JobState.FAILED, "worker-lost", {"attempts": 3})
    assert claim(any_database, job, at=1000) is None


def test_a_failed_attempt_is_tried_again_after_a_pause(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.fail(session, job.id, 1, "unexpected", {"kind": "OSError"}, retry=True, now=NOON)

    assert stored(any_database, job).state is JobState.QUEUED
    assert sweep(any_database, 1) == []
    assert [swept.id for swept in sweep(any_database, 2)] == [job.id]


def test_a_refusal_fails_at_once_with_its_code_and_facts(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.fail(session, job.id, 1, "presenter", {"reason": "no-face"}, retry=False)

    failed = stored(any_database, job)
    assert (failed.state, failed.error_code, failed.error_facts) == (JobState.FAILED, "presenter", {"reason": "no-face"})


def test_a_released_job_has_lost_no_attempt(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.release(session, job.id, 1, now=later(2))

    assert (stored(any_database, job).state, stored(any_database, job).attempt) == (JobState.QUEUED, 0)
    assert [swept.id for swept in sweep(any_database, 2)] == [job.id]


def test_a_bereaved_worker_ends_the_lease_of_its_own_job_only(any_database: Database, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.bereave(session, job.id, "another", now=later(1))
    assert sweep(any_database, 1) == []
    with any_database.transaction() as session:
        jobs.bereave(session, job.id, "w1", now=later(1))
    assert [swept.state for swept in sweep(any_database, 1)] == [JobState.QUEUED]


def test_cancelling_a_queued_job_ends_it(any_database: Database, tenant: Tenant, job: Job) -> None:
    with any_database.transaction() as session:
        jobs.cancel(session, tenant, job.id)

    assert stored(any_database, job).state is JobState.CANCELLED
    assert claim(any_database, job) is None


def test_cancelling_a_running_job_reaches_its_worker_at_the_next_renewal(any_database: Database, tenant: Tenant, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.cancel(session, tenant, job.id)

    with pytest.raises(JobCancelled), any_database.transaction() as session:
        jobs.renew(session, job.id, 1)
    with any_database.transaction() as session:
        jobs.stop(session, job.id, 1)
    assert stored(any_database, job).state is JobState.CANCELLED


def test_a_cancelled_job_whose_worker_died_is_not_begun_again(any_database: Database, tenant: Tenant, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.cancel(session, tenant, job.id)

    assert claim(any_database, job, at=20) is None
    assert [swept.state for swept in sweep(any_database, 20)] == [JobState.CANCELLED]


def test_a_finished_job_stays_finished_when_cancelled(any_database: Database, tenant: Tenant, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.finish(session, job.id, 1)
    with any_database.transaction() as session:
        jobs.cancel(session, tenant, job.id)

    assert stored(any_database, job).state is JobState.DONE


def test_another_tenants_job_is_not_there(any_database: Database, job: Job) -> None:
    with any_database.transaction() as session:
        stranger = Tenant(name="stranger")
        session.add(stranger)

    with any_database.transaction() as session, pytest.raises(NotFound):
        jobs.cancel(session, stranger, job.id)
    with any_database.reading() as session, pytest.raises(NotFound):
        jobs.find(session, stranger, job.id)
    assert stored(any_database, job).state is JobState.QUEUED


def test_the_tenant_sees_how_far_the_job_is(any_database: Database, tenant: Tenant, job: Job) -> None:
    claim(any_database, job)
    with any_database.transaction() as session:
        jobs.progress(session, job.id, 1, stage="encode", done=3, total=10)

    with any_database.reading() as session:
        assert jobs.find(session, tenant, job.id).progress == {"stage": "encode", "done": 3, "total": 10}


def test_a_job_that_never_was_cannot_be_claimed(any_database: Database) -> None:
    with any_database.transaction() as session:
        assert jobs.claim(session, "nothing", "w1") is None
