"""The laws of a book: whatever happens, in whatever order, they hold after every step."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from webapp.ledger import entries as events
from webapp.ledger.balances import Balances, Overdrawn
from webapp.ledger.entries import Account, Part
from webapp.ledger.lots import Category, Lot, Shortfall, draw, lapsed

KEPT = (Account.AVAILABLE, Account.HELD, Account.USED, Account.EXPIRED)
UNIT = "video"
SEEDS = int(os.environ.get("SEEDS", "10000"))
"""So many histories the long suite goes through."""


class BookOfLots(RuleBasedStateMachine):
    """One tenant's pool, and beside it what should have come of it, counted plainly."""

    def __init__(self):
        super().__init__()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.sums, self.journal = Balances(), []
        self.lots, self.holds, self.uses = {}, [], []
        self.granted = self.used = 0

    def post(self, entries):
        self.sums = self.sums.posted(entries)
        self.journal.append(entries)

    def left(self):
        return [
            Lot(lot.id, self.sums.of(Account.AVAILABLE, UNIT, lot.id), lot.category, lot.granted_at, lot.expires_at, lot.priority)
            for lot in self.lots.values()
        ]

    def drawn(self, amount):
        available = sum(lot.available for lot in self.left() if not lapsed(lot.expires_at, self.now))
        if amount <= available:
            return draw(self.left(), amount, self.now)
        with pytest.raises(Shortfall):
            draw(self.left(), amount, self.now)
        return ()

    @rule(
        amount=st.integers(1, 1000),
        category=st.sampled_from(Category),
        days=st.none() | st.integers(1, 60),
        priority=st.integers(0, 2),
    )
    def grant(self, amount, category, days, priority):
        name = f"lot{len(self.lots)}"
        self.lots[name] = Lot(name, 0, category, self.now, days and self.now + timedelta(days=days), priority)
        self.granted += amount
        self.post(events.granted(UNIT, name, amount))

    @rule(amount=st.integers(0, 1500))
    def hold(self, amount):
        if parts := self.drawn(amount):
            self.holds.append(parts)
            self.post(events.held(UNIT, parts))

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def capture(self, data):
        parts = self.holds.pop(data.draw(st.integers(0, len(self.holds) - 1)))
        amount = data.draw(st.integers(0, sum(part.amount for part in parts)))
        self.used += amount
        self.uses.append((amount, events.held(UNIT, parts) + events.captured(UNIT, parts, amount)))
        self.post(events.captured(UNIT, parts, amount))

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data):
        self.post(events.released(UNIT, self.holds.pop(data.draw(st.integers(0, len(self.holds) - 1)))))

    @rule(amount=st.integers(1, 500))
    def use(self, amount):
        if parts := self.drawn(amount):
            self.used += amount
            self.uses.append((amount, events.used(UNIT, parts)))
            self.post(events.used(UNIT, parts))

    @precondition(lambda self: self.uses)
    @rule(data=st.data())
    def reverse(self, data):
        amount, entries = self.uses.pop(data.draw(st.integers(0, len(self.uses) - 1)))
        self.used -= amount
        self.post(events.reversal(entries))

    @rule(days=st.integers(0, 40))
    def wait(self, days):
        self.now += timedelta(days=days)
        for lot in self.left():
            if lot.available and lapsed(lot.expires_at, self.now):
                self.post(events.expired(UNIT, lot.id, lot.available))

    @rule(amount=st.integers(1, 10))
    def overdraw(self, amount):
        before = self.sums
        for lot in self.left()[:1]:
            with pytest.raises(Overdrawn):
                self.sums.posted(events.held(UNIT, (Part(lot.id, lot.available + amount),)))
        assert self.sums is before

    @invariant()
    def everything_sums_to_zero(self):
        assert sum(self.sums.amounts.values()) == 0

    @invariant()
    def nothing_is_negative(self):
        assert all(amount >= 0 for place, amount in self.sums.amounts.items() if place.account in KEPT)

    @invariant()
    def what_was_granted_is_somewhere(self):
        assert -self.total(Account.ISSUED) == self.granted == sum(self.total(account) for account in KEPT)

    @invariant()
    def what_is_held_and_used_is_what_was_asked_for(self):
        assert self.total(Account.HELD) == sum(part.amount for parts in self.holds for part in parts)
        assert self.total(Account.USED) == self.used

    @invariant()
    def the_journal_gives_the_balances(self):
        sums = Balances()
        for entries in self.journal[-1:]:
            events.check(entries)
        if len(self.journal) % 20 == 0:
            for entries in self.journal:
                sums = sums.posted(entries)
            assert sums == self.sums

    def total(self, account):
        return sum(amount for place, amount in self.sums.amounts.items() if place.account is account)


def test_the_laws_of_a_book_hold_after_every_step():
    run_state_machine_as_test(BookOfLots, settings=settings(max_examples=30, stateful_step_count=40, deadline=None))


@pytest.mark.soak
def test_the_laws_of_a_book_hold_for_long():
    run_state_machine_as_test(BookOfLots, settings=settings(max_examples=SEEDS, stateful_step_count=200, deadline=None))
