import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlmodel import select

from webapp.database import Database, driver_url, is_away
from webapp.models.everything import METADATA
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant, TenantKind


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request, tmp_path):
    """A database of each kind, with all tables."""
    url = f"sqlite:///{tmp_path}/a/b.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(url)
    METADATA.create_all(database.engine)
    yield database
    database.dispose()


def test_what_is_written_in_a_transaction_can_be_read_after_it(either):
    with either.transaction() as session:
        tenant = Tenant(kind=TenantKind.AGENT, name="灯影")
        session.add(tenant)

    with either.reading() as session:
        found = session.get(Tenant, tenant.id)
    assert (found.name, found.kind) == ("灯影", TenantKind.AGENT)


def test_a_transaction_that_raises_leaves_nothing_behind(either):
    def fail():
        with either.transaction() as session:
            session.add(Tenant(name="gone"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with either.reading() as session:
        assert session.exec(select(Tenant)).all() == []


def test_reading_writes_nothing(either):
    with either.reading() as session:
        session.add(Tenant(name="gone"))
        session.flush()

    with either.reading() as session:
        assert session.exec(select(Tenant)).all() == []


def test_moments_come_back_in_utc_whatever_zone_they_went_in_with(either):
    noon_in_bangkok = datetime(2026, 3, 4, 12, tzinfo=timezone(timedelta(hours=7)))
    with either.transaction() as session:
        tenant = Tenant(created_at=noon_in_bangkok)
        session.add(tenant)

    with either.reading() as session:
        found = session.get(Tenant, tenant.id).created_at
    assert (found, found.tzinfo) == (datetime(2026, 3, 4, 5, tzinfo=UTC), UTC)


def test_states_are_stored_as_their_values(either):
    with either.transaction() as session:
        tenant = Tenant()
        session.add(tenant)
        session.flush()
        session.add(Job(tenant_id=tenant.id, kind="render", subject_id="x", state=JobState.RUNNING, progress={"done": 1}))

    with either.reading() as session:
        assert session.execute(sa.text("SELECT state FROM job")).scalar_one() == "running"
        assert session.exec(select(Job).where(Job.state == JobState.RUNNING)).one().progress == {"done": 1}


def test_rows_go_with_their_tenant(either):
    with either.transaction() as session:
        tenant = Tenant()
        session.add(tenant)
        session.flush()
        session.add(Job(tenant_id=tenant.id, kind="render", subject_id="x"))
    with either.transaction() as session:
        session.execute(sa.delete(Tenant))

    with either.reading() as session:
        assert session.exec(select(Job)).all() == []


def test_writers_who_come_together_lose_no_update(either):
    with either.transaction() as session:
        tenant = Tenant()
        session.add(tenant)
        session.flush()
        job = Job(tenant_id=tenant.id, kind="render", subject_id="x", fence=0)
        session.add(job)

    def raise_fence():
        for _ in range(10):
            with either.transaction() as session:
                session.get(Job, job.id, with_for_update=True).fence += 1

    threads = [threading.Thread(target=raise_fence) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with either.reading() as session:
        assert session.get(Job, job.id).fence == 40


def test_a_server_that_is_gone_is_away_and_a_statement_that_it_refuses_is_not(postgres_url):
    database = Database(postgres_url)

    def asked(*statements):
        with database.reading() as session:
            for statement in statements:
                session.execute(sa.text(statement))

    with pytest.raises(sa.exc.DBAPIError) as cut:
        asked("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    with pytest.raises(sa.exc.DBAPIError) as wrong:
        asked("SELECT nothing")
    with pytest.raises(sa.exc.DBAPIError) as unreached:
        Database("postgresql://nobody@127.0.0.1:9/none").check()
    database.dispose()

    assert [is_away(found.value) for found in (cut, wrong, unreached)] == [True, False, True]
    assert not is_away(ValueError())


def test_a_file_that_another_keeps_locked_is_away_and_a_table_that_is_not_there_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("webapp.database.SQLITE_BUSY_MS", 1)
    one, other = (Database(f"sqlite:///{tmp_path}/a.sqlite3") for _ in range(2))
    asked = sa.text("SELECT * FROM nothing")

    def write(database):
        with database.transaction() as session:
            session.connection()

    with one.transaction() as holding:
        holding.connection()
        with pytest.raises(sa.exc.OperationalError) as locked:
            write(other)
    with one.reading() as session, pytest.raises(sa.exc.OperationalError) as missing:
        session.execute(asked)
    one.dispose()
    other.dispose()

    assert [is_away(found.value) for found in (locked, missing)] == [True, False]


def test_postgres_addresses_mean_the_driver_that_is_shipped():
    assert driver_url("postgres://a/b").drivername == "postgresql+psycopg"
    assert driver_url("postgresql+psycopg://a/b").drivername == "postgresql+psycopg"
    assert driver_url("sqlite://").drivername == "sqlite"


def test_a_moment_without_a_zone_is_a_mistake(database):
    with pytest.raises(sa.exc.StatementError, match="time zone"), database.transaction() as session:
        session.add(Tenant(created_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the mistake under test
