"""Seats and their terms."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.ledger.seats import Seat, anniversary, due, held_by, renewed, runs, vacant

START = datetime(2026, 3, 4, tzinfo=UTC)
YEAR = datetime(2027, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(("years", "end"), [(1, (2025, 2, 28)), (3, (2027, 2, 28)), (4, (2028, 2, 29))])
def test_a_term_that_begins_on_a_leap_day_ends_on_the_last_of_february(years, end):
    assert anniversary(datetime(2024, 2, 29, 8, tzinfo=UTC), years) == datetime(*end, 8, tzinfo=UTC)


def test_a_seat_runs_up_to_and_not_into_its_end():
    seat = Seat("a", "mei", START)

    assert runs(seat, YEAR - timedelta(microseconds=1))
    assert not runs(seat, YEAR)
    assert not runs(Seat("a", "mei", START, lapsed=True), START)


def test_somebody_s_seat_is_found_while_it_runs():
    seats = [Seat("a", "", START), Seat("b", "mei", START)]

    assert held_by(seats, "mei", START) == seats[1]
    assert held_by(seats, "mei", YEAR) is None


def test_of_vacant_seats_the_one_with_most_left_is_taken():
    seats = [Seat("a", "", START), Seat("b", "", START + timedelta(days=3)), Seat("c", "mei", START + timedelta(days=9))]

    assert vacant(seats, START + timedelta(days=10)) == seats[1]
    assert vacant(seats[2:], START + timedelta(days=10)) is None


def test_the_seats_that_ended_first_are_served_first():
    late, early, running = Seat("a", "x", START + timedelta(days=1)), Seat("b", "y", START), Seat("c", "z", START + timedelta(days=9))

    assert due([late, early, running, Seat("d", "w", START, lapsed=True)], YEAR + timedelta(days=1)) == [early, late]


@pytest.mark.parametrize(("holder", "in_stock", "goes_on"), [("mei", True, True), ("mei", False, False), ("", True, False)])
def test_a_seat_is_renewed_where_somebody_has_it_and_there_is_stock(holder, in_stock, goes_on):
    after = renewed(Seat("a", holder, START), in_stock=in_stock)

    assert (after.terms, after.lapsed) == ((2, False) if goes_on else (1, True))
