"""Double entry: what each event means, and that nothing comes of nothing."""

import pytest

from webapp.ledger import entries as events
from webapp.ledger.balances import Balances, Overdrawn
from webapp.ledger.entries import Account, Entry, Part, Unbalanced

PARTS = (Part("a", 4), Part("b", 6))


def after(*happened):
    sums = Balances().posted(events.granted("video", "a", 10)).posted(events.granted("video", "b", 10))
    for entries in happened:
        sums = sums.posted(entries)
    return {
        lot: tuple(sums.of(account, "video", lot) for account in (Account.AVAILABLE, Account.HELD, Account.USED, Account.EXPIRED))
        for lot in "ab"
    }


def test_what_is_held_is_no_longer_available():
    assert after(events.held("video", PARTS)) == {"a": (6, 4, 0, 0), "b": (4, 6, 0, 0)}


def test_a_capture_takes_in_the_order_of_the_draw_and_gives_the_rest_back():
    assert after(events.held("video", PARTS), events.captured("video", PARTS, 7)) == {"a": (6, 0, 4, 0), "b": (7, 0, 3, 0)}


def test_a_release_leaves_all_as_it_was():
    assert after(events.held("video", PARTS), events.released("video", PARTS)) == {"a": (10, 0, 0, 0), "b": (10, 0, 0, 0)}


def test_use_and_expiry_take_from_what_is_available():
    assert after(events.used("video", PARTS), events.expired("video", "a", 6)) == {"a": (0, 0, 4, 6), "b": (4, 0, 6, 0)}


def test_a_reversal_undoes_several_steps_as_one():
    taken = events.held("video", PARTS) + events.captured("video", PARTS, 7)

    assert after(taken, events.reversal(taken)) == after()
    assert Account.HELD not in {entry.account for entry in events.reversal(taken)}


def test_no_more_is_captured_than_was_held():
    with pytest.raises(Unbalanced):
        events.captured("video", PARTS, 11)


def test_money_goes_from_the_bank_through_cash_to_sales():
    sums = Balances().posted(events.paid_in("CNY", 500)).posted(events.spent("CNY", 200))

    assert [sums.of(account, "CNY") for account in (Account.BANK, Account.CASH, Account.SALES)] == [-500, 300, 200]


def test_units_never_mix():
    mixed = (Entry(Account.CASH, "CNY", "", -1), Entry(Account.CASH, "USD", "", 1))
    with pytest.raises(Unbalanced):
        Balances().posted(mixed)


@pytest.mark.parametrize("entries", [events.held("video", (Part("a", 11),)), events.spent("CNY", 1)])
def test_nothing_is_taken_that_is_not_there(entries):
    sums = Balances().posted(events.granted("video", "a", 10))
    with pytest.raises(Overdrawn):
        sums.posted(entries)


def test_a_hold_s_parts_are_read_from_its_entries():
    assert events.held_parts(events.held("video", PARTS)) == PARTS
    assert events.held("video", (Part("a", 0),)) == ()
