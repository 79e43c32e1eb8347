"""Offices: one holder at a time."""

from datetime import UTC, datetime, timedelta

from webapp.database import Database
from webapp.services import leases

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def hold(database: Database, holder: str, at: float) -> bool:
    with database.transaction() as session:
        return leases.hold(session, "clock", holder, seconds=10, now=NOON + timedelta(seconds=at))


def test_an_office_has_one_holder_who_may_keep_it(any_database: Database) -> None:
    assert hold(any_database, "a", 0)
    assert not hold(any_database, "b", 5)
    assert hold(any_database, "a", 9)
    assert not hold(any_database, "b", 15)


def test_an_office_whose_holder_is_silent_goes_to_the_next(any_database: Database) -> None:
    hold(any_database, "a", 0)

    assert hold(any_database, "b", 10)
    assert not hold(any_database, "a", 11)


def test_an_office_given_up_is_free_at_once(any_database: Database) -> None:
    hold(any_database, "a", 0)
    with any_database.transaction() as session:
        leases.give_up(session, "clock", "a", now=NOON + timedelta(seconds=1))

    assert hold(any_database, "b", 1)


def test_nobody_gives_up_anothers_office(any_database: Database) -> None:
    hold(any_database, "a", 0)
    with any_database.transaction() as session:
        leases.give_up(session, "clock", "b", now=NOON)

    assert not hold(any_database, "b", 1)
