"""Turns: a batch of one tenant does not make another's single film wait for more than one piece of it."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.services import jobs, turns

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def work(any_database):
    """A render queue, and one worker that is told what to do."""
    return Work(any_database)


class Work:
    def __init__(self, database):
        self.database, self.now, self.claim = database, NOON, None

    def tenant(self, name):
        with self.database.transaction() as session:
            tenant = Tenant(name=name)
            session.add(tenant)
            session.flush()
            return tenant

    def orders(self, tenant, *names):
        with self.database.transaction() as session:
            for name in names:
                self.now += timedelta(seconds=1)
                jobs.create(session, tenant.id, "export", name, queue="render", now=self.now)

    def job(self, name):
        with self.database.reading() as session:
            return session.exec(jobs.select(Job).where(Job.subject_id == name)).one()

    def take(self):
        """What a worker that hears a bell begins; "" where nothing waits."""
        self.now += timedelta(seconds=1)
        with self.database.transaction() as session:
            job_id = turns.following(session, "render", self.now)
            self.claim = jobs.claim(session, job_id, "w1", now=self.now) if job_id else None
        return self.claim.subject_id if self.claim else ""

    def piece(self):
        """One piece is finished; whether the worker went on to another job."""
        self.now += timedelta(seconds=1)
        with self.database.transaction() as session:
            over = turns.is_over(session, self.claim, self.now)
            if over:
                jobs.release(session, self.claim.job_id, self.claim.fence, now=self.now)
        return over

    def finish(self):
        self.now += timedelta(seconds=1)
        with self.database.transaction() as session:
            jobs.finish(session, self.claim.job_id, self.claim.fence, now=self.now)

    def act(self, name, deed, tenant, *rest):
        with self.database.transaction() as session:
            getattr(jobs, deed)(session, tenant, self.job(name).id, *rest)


def test_a_single_film_waits_for_one_piece_of_a_batch_of_fifty(work):
    mei, lin = work.tenant("Mei"), work.tenant("Lin")
    work.orders(mei, *(f"batch-{number:02}" for number in range(50)))
    assert work.take() == "batch-00"
    assert not work.piece()

    work.orders(lin, "single")
    assert work.piece()
    assert work.take() == "single"
    assert not work.piece()
    work.finish()
    assert work.take() == "batch-00"
    assert not work.piece()


def test_singles_that_keep_coming_do_not_stop_a_batch(work):
    mei, lin = work.tenant("Mei"), work.tenant("Lin")
    work.orders(mei, "batch-1", "batch-2", "batch-3")
    work.take()
    work.orders(lin, "single-0")
    for number in range(4):
        assert work.piece()
        assert work.take() == f"single-{number}"
        work.orders(lin, f"single-{number + 1}")
        work.finish()
        assert work.take() == "batch-1"


def test_batches_of_one_size_go_film_by_film_in_turn(work):
    mei, lin = work.tenant("Mei"), work.tenant("Lin")
    work.orders(mei, "m1", "m2", "m3")
    work.orders(lin, "l1", "l2", "l3")
    begun = []
    while name := work.take():
        begun.append(name)
        if not work.piece():
            work.finish()

    assert begun == ["m1", "l1", "m2", "l2", "m3", "l2", "l3"]


def test_a_second_worker_takes_the_other_tenant_s_film(work):
    mei, lin = work.tenant("Mei"), work.tenant("Lin")
    work.orders(mei, "m1", "m2")
    assert work.take() == "m1"
    work.orders(lin, "l1")
    assert work.take() == "l1"


def test_what_is_paused_waits_and_what_is_put_first_comes_first(work):
    mei = work.tenant("Mei")
    work.orders(mei, "one", "two", "three")
    work.act("three", "put_first", mei)
    work.act("one", "pause", mei)
    assert [work.take(), work.take(), work.take()] == ["three", "two", ""]

    work.act("one", "resume", mei, work.now)
    assert work.take() == "one"


def test_a_job_that_is_paused_while_it_is_done_gives_way_and_loses_no_attempt(work):
    mei = work.tenant("Mei")
    work.orders(mei, "one")
    work.take()
    work.act("one", "pause", mei)
    assert work.piece()

    job = work.job("one")
    assert (job.state, job.attempt, job.paused) == (JobState.QUEUED, 0, True)
    with work.database.transaction() as session:
        assert jobs.claim(session, job.id, "w2", now=work.now) is None
        assert jobs.sweep(session, work.now + timedelta(hours=1)) == []


def test_another_tenant_cannot_move_a_job(work):
    mei, lin = work.tenant("Mei"), work.tenant("Lin")
    work.orders(mei, "one")
    for deed, rest in (("pause", ()), ("resume", (NOON,)), ("put_first", ())):
        with pytest.raises(jobs.NotFound):
            work.act("one", deed, lin, *rest)


def test_one_that_failed_waits_for_its_own_bell(work):
    mei = work.tenant("Mei")
    work.orders(mei, "one", "two")
    assert work.take() == "one"
    with work.database.transaction() as session:
        jobs.fail(session, work.claim.job_id, work.claim.fence, "unexpected", {}, retry=True, now=work.now)
    assert work.take() == "two"
