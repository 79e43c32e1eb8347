"""Which lot pays."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.ledger.entries import Part
from webapp.ledger.lots import Category, Lot, Shortfall, draw, in_order, spendable

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def lot(name, available=10, *, category=Category.PAID, days_old=1, expires_in=None, priority=0):
    expires = None if expires_in is None else NOW + timedelta(days=expires_in)
    return Lot(name, available, category, NOW - timedelta(days=days_old), expires, priority)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lot("b", priority=0), lot("a", priority=1, expires_in=1)),
        (lot("b", expires_in=1), lot("a", expires_in=2, category=Category.TEST)),
        (lot("b", expires_in=900), lot("a")),
        (lot("b", category=Category.TEST, days_old=1), lot("a", days_old=9)),
        (lot("b", days_old=9), lot("a", days_old=1)),
        (lot("a"), lot("b")),
    ],
    ids=["priority", "earliest expiry", "any expiry before none", "test before paid", "oldest", "the same always"],
)
def test_lots_are_spent_by_priority_then_expiry_then_test_before_paid_then_oldest(first, second):
    assert in_order([first, second]) == in_order([second, first]) == [first, second]


def test_what_one_lot_cannot_pay_the_next_one_does():
    assert draw([lot("a", 4, expires_in=1), lot("b", 10)], 7, NOW) == (Part("a", 4), Part("b", 3))


def test_a_lot_pays_up_to_the_moment_at_which_it_ends():
    ending = lot("a", expires_in=1)

    assert spendable(ending, NOW + timedelta(days=1) - timedelta(microseconds=1))
    assert not spendable(ending, NOW + timedelta(days=1))


def test_a_shortfall_says_what_was_needed_and_what_is_there():
    with pytest.raises(Shortfall) as short:
        draw([lot("a", 4), lot("b", 3, expires_in=0)], 7, NOW)

    assert (short.value.needed, short.value.available) == (7, 4)


@pytest.mark.parametrize("lots", [[], [lot("a")]])
def test_nothing_is_paid_by_nobody(lots):
    assert draw(lots, 0, NOW) == ()
