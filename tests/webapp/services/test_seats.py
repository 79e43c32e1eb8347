"""Seats: assigned by hand, renewed by themselves, never more of them than there are."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.accounts import DAY, NOW, differences, given, left, opened
from webapp.errors import Invalid, NotFound
from webapp.ledger.kinds import Kind
from webapp.services import seats
from webapp.services.entitlements import Insufficient

KIND = Kind.LIVE_ADVANCED
YEAR = datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)
TWO_YEARS = datetime(2028, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def house(any_database):
    """A tenant with six members and ten yearly packages, five of them assigned."""
    tenant, users = opened(any_database, members=6)
    given(any_database, tenant, KIND, 10)
    for user in users[:5]:
        assigned(any_database, tenant, user)
    return tenant, users


def assigned(database, tenant, user, now=NOW, kind=KIND):
    with database.transaction() as session:
        return seats.assign(session, tenant, kind, user.id, now)


def renewed(database, now):
    with database.transaction() as session:
        seats.renew(session, now)


def running(database, tenant, now):
    with database.reading() as session:
        return seats.all_of(session, tenant, now)


def test_ten_packages_five_assigned_renew_once_and_then_lapse(any_database, house):
    tenant, _ = house
    assert left(any_database, tenant, KIND)[0] == 5
    renewed(any_database, YEAR - timedelta(seconds=1))
    assert left(any_database, tenant, KIND)[0] == 5
    for _ in range(2):
        renewed(any_database, YEAR)
        assert left(any_database, tenant, KIND) == (0, 0, 10, 0)
    assert len(running(any_database, tenant, YEAR)) == 5

    for _ in range(2):
        renewed(any_database, TWO_YEARS)
    assert running(any_database, tenant, TWO_YEARS) == []
    assert left(any_database, tenant, KIND) == (0, 0, 10, 0)
    with any_database.reading() as session:
        assert len(seats.lapsed(session, tenant, YEAR)) == 5
    assert differences(any_database) == []


def test_a_clock_that_was_away_for_years_renews_term_by_term(any_database, house):
    tenant, _ = house
    renewed(any_database, TWO_YEARS + 30 * DAY)

    assert left(any_database, tenant, KIND) == (0, 0, 10, 0)
    with any_database.reading() as session:
        assert {seat.lapsed_at for seat in seats.lapsed(session, tenant, NOW)} == {TWO_YEARS}


def test_with_less_stock_than_seats_the_first_to_end_are_served(any_database):
    tenant, users = opened(any_database, members=3)
    given(any_database, tenant, KIND, 4)
    for day, user in enumerate(users):
        assigned(any_database, tenant, user, NOW + day * DAY)
    renewed(any_database, YEAR + 3 * DAY)

    assert [seat.user_id for seat in running(any_database, tenant, YEAR + 3 * DAY)] == [users[0].id]


def test_assigning_again_takes_nothing_more(any_database, house):
    tenant, users = house
    assert assigned(any_database, tenant, users[0]).id == assigned(any_database, tenant, users[0], NOW + DAY).id

    assert left(any_database, tenant, KIND)[0] == 5


def test_a_removed_member_s_term_returns_and_the_next_one_takes_its_rest(any_database, house):
    tenant, users = house
    with any_database.transaction() as session:
        seats.release_all(session, tenant, users[0].id)
    seat = assigned(any_database, tenant, users[5], NOW + 100 * DAY)

    assert (seat.user_id, seat.until) == (users[5].id, YEAR)
    assert left(any_database, tenant, KIND)[0] == 5


def test_a_vacant_seat_is_not_renewed(any_database, house):
    tenant, users = house
    (seat,) = [seat for seat in running(any_database, tenant, NOW) if seat.user_id == users[0].id]
    with any_database.transaction() as session:
        seats.release(session, tenant, seat.id)
    renewed(any_database, YEAR)

    assert left(any_database, tenant, KIND)[0] == 1
    assert len(running(any_database, tenant, YEAR)) == 4


def test_without_stock_nobody_gets_a_seat(any_database):
    tenant, users = opened(any_database, members=2)
    given(any_database, tenant, Kind.VIP, 1)
    assigned(any_database, tenant, users[0], kind=Kind.VIP)
    with pytest.raises(Insufficient):
        assigned(any_database, tenant, users[1], kind=Kind.VIP)


def test_seats_are_for_members_and_of_kinds_that_have_them(any_database, house):
    tenant, users = house
    stranger, (anna,) = opened(any_database)
    seat = running(any_database, tenant, NOW)[0]
    with any_database.transaction() as session:
        with pytest.raises(NotFound):
            seats.assign(session, tenant, KIND, anna.id, NOW)
        with pytest.raises(NotFound):
            seats.release(session, stranger, seat.id)
        with pytest.raises(Invalid):
            seats.assign(session, tenant, Kind.VIDEO, users[0].id, NOW)
