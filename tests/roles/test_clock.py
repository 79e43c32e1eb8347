"""The clock: one of several acts, and what it does reaches the queue."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from roles.clock import EXPIRIES, OFFICE_S, Clock
from roles.house import House
from webapp import jobs as doorbells
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.tenant import Tenant
from webapp.services import jobs
from webapp.settings import Environment, Settings


@pytest.fixture
def house(any_database: Database, queue_url: str, tmp_path: Path) -> House:
    settings = Settings(
        home=tmp_path,
        models=tmp_path,
        database_url=str(any_database.url),
        secret_key="0" * 64,
        queue_url=queue_url,
        environment=Environment.TEST,
    )
    return House(settings, any_database)


def later(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=seconds)


def test_one_of_two_clocks_acts_until_it_is_silent(house: House) -> None:
    first, second, now = Clock(house, "a"), Clock(house, "b"), utc_now()

    assert first.tick(0, now)
    assert not second.tick(0, later(now, 1))
    assert second.tick(1, later(now, OFFICE_S))
    assert not first.tick(1, later(now, OFFICE_S + 1))


def test_a_clock_that_leaves_makes_room(house: House) -> None:
    first, second, now = Clock(house, "a"), Clock(house, "b"), utc_now()
    first.tick(0, now)

    first.give_up(now)

    assert second.tick(0, now)


def test_a_job_whose_worker_went_silent_is_rung_for(house: House) -> None:
    with house.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        job = jobs.create(session, tenant.id, "export", "e1", queue="render")
        jobs.claim(session, job.id, "w1")

    Clock(house, "a").tick(1, later(utc_now(), jobs.LEASE_S + 1))

    (bell,) = doorbells.queue("render", house.settings.queue_url).jobs
    assert list(bell.args) == [job.id]


def test_leases_that_nobody_could_renew_get_their_time_before_they_count_as_lapsed(house: House) -> None:
    with house.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        job = jobs.create(session, tenant.id, "export", "e1", queue="render")
        claim = jobs.claim(session, job.id, "w1")
    back, clock = later(utc_now(), jobs.LEASE_S + 20), Clock(house, "a")
    assert claim is not None

    clock.missed()
    clock.tick(1, back)
    with house.database.transaction() as session:
        jobs.renew(session, job.id, claim.fence, 0.0, now=back)
    assert doorbells.queue("render", house.settings.queue_url).jobs == []

    clock.tick(2, later(back, jobs.LEASE_S))
    (bell,) = doorbells.queue("render", house.settings.queue_url).jobs
    assert list(bell.args) == [job.id]


def test_what_expires_is_forgotten_on_the_first_tick(house: House) -> None:
    assert Clock(house, "a", EXPIRIES).tick(0, utc_now())
