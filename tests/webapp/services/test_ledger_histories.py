"""Random histories through the real services: whatever people and the clock do, the audit finds nothing after any step."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.accounts import NOW, agency, bound, differences, given, left, opened, product
from webapp.database import Database
from webapp.errors import Conflict
from webapp.ledger.kinds import Currency, Kind
from webapp.models.everything import METADATA
from webapp.services import cash, entitlements, orders, reversals, seats
from webapp.services.entitlements import Wish
from webapp.services.order_terms import Item


class Months(RuleBasedStateMachine):
    """An agent, its customer with three members, and the clock."""

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'books.sqlite3'}")
        METADATA.create_all(self.database.engine)
        self.agent, (self.customer, self.users) = agency(self.database), opened(self.database, members=3)
        bound(self.database, self.agent, self.customer)
        self.pack = product(self.database, quantity=5_000, valid_days=30)
        self.now: datetime = NOW
        self.number = 0
        self.holds, self.lines, self.undoable = [], [], []

    def teardown(self):
        self.database.dispose()
        self.folder.cleanup()

    def attempt(self, act):
        self.number += 1
        try:
            with self.database.transaction() as session:
                return act(session)
        except Conflict:
            return None

    @rule(amount=st.integers(1, 40_000))
    def top_up(self, amount):
        journal = self.attempt(
            lambda session: cash.top_up(
                session, self.agent, Currency.CNY, amount, evidence="x", created_by=None, key=str(self.number), now=self.now
            )
        )
        self.undoable.append((self.agent, journal.id))

    @rule(count=st.integers(1, 3))
    def grant(self, count):
        with self.database.reading() as session:
            shown = orders.simulate_grant(
                session, self.agent, self.customer, [Item(self.pack.id, count)], currency=Currency.CNY, now=self.now
            )
        made = self.attempt(
            lambda session: orders.grant(
                session,
                self.agent,
                self.customer,
                [Item(self.pack.id, count)],
                currency=Currency.CNY,
                cost=shown.cost,
                created_by=None,
                key=str(self.number),
                now=self.now,
            )
        )
        assert bool(made) == (shown.missing == 0)
        self.lines += made or []

    @rule(kind=st.sampled_from((Kind.VIDEO, Kind.VIP)), amount=st.integers(1, 8), days=st.none() | st.integers(1, 90))
    def deal(self, kind, amount, days):
        given(self.database, self.customer, kind, amount, self.now, expires_at=days and self.now + timedelta(days=days))

    @rule(amount=st.integers(0, 6_000), user=st.integers(0, 2))
    def hold(self, amount, user):
        wish = Wish(kind=Kind.VIDEO, amount=amount, subject=f"export:{self.number}", user_id=self.users[user].id)
        if made := self.attempt(lambda session: entitlements.hold(session, self.customer, wish, self.now)):
            self.holds.append(made)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), share=st.integers(0, 120))
    def capture(self, data, share):
        held = data.draw(st.sampled_from(self.holds))
        self.attempt(lambda session: entitlements.capture(session, self.customer, held.id, held.amount * share // 100, self.now))

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data):
        held = data.draw(st.sampled_from(self.holds))
        self.attempt(lambda session: entitlements.release(session, self.customer, held.id, self.now))

    @rule(amount=st.integers(1, 3_000), user=st.integers(0, 2))
    def use(self, amount, user):
        wish = Wish(kind=Kind.VIDEO, amount=amount, subject=f"live:{self.number}", user_id=self.users[user].id)
        if journal := self.attempt(lambda session: entitlements.use(session, self.customer, wish, self.now)):
            self.undoable.append((self.customer, journal.id))

    @rule(cap=st.none() | st.integers(0, 9_000), user=st.integers(0, 2))
    def cap(self, cap, user):
        self.attempt(lambda session: entitlements.set_cap(session, self.customer, self.users[user].id, Kind.VIDEO, cap))

    @rule(user=st.integers(0, 2))
    def assign(self, user):
        self.attempt(lambda session: seats.assign(session, self.customer, Kind.VIP, self.users[user].id, self.now))

    @rule(user=st.integers(0, 2))
    def leave(self, user):
        self.attempt(lambda session: seats.release_all(session, self.customer, self.users[user].id))

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def take_order_back(self, data):
        line = data.draw(st.sampled_from(self.lines))
        self.attempt(lambda session: orders.reverse(session, self.customer, line.id, reason="x", user_id=None, now=self.now))

    @precondition(lambda self: self.undoable)
    @rule(data=st.data())
    def take_back(self, data):
        tenant, journal_id = data.draw(st.sampled_from(self.undoable))
        self.attempt(lambda session: reversals.reverse(session, tenant, journal_id, reason="x", user_id=None, now=self.now))

    @rule(days=st.sampled_from((0, 1, 20, 400)))
    def wait(self, days):
        self.now += timedelta(days=days)
        with self.database.transaction() as session:
            seats.renew(session, self.now)
            entitlements.expire(session, self.now)

    @invariant()
    def the_audit_finds_nothing(self):
        assert differences(self.database) == []

    @invariant()
    def nothing_is_negative_and_no_seat_is_unpaid(self):
        assert min(left(self.database, self.customer, now=self.now)) >= 0
        with self.database.reading() as session:
            assert cash.balance(session, self.agent, Currency.CNY) >= 0
            running = seats.all_of(session, self.customer, self.now)
            assert len(running) <= left(self.database, self.customer, Kind.VIP, self.now)[2]
            assert len({seat.user_id for seat in running if seat.user_id}) == len([seat for seat in running if seat.user_id])


def told(examples: int, steps: int) -> None:
    run_state_machine_as_test(Months, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None))


def test_whatever_happens_the_audit_finds_nothing():
    told(4, 25)


@pytest.mark.soak
def test_whatever_happens_for_long_the_audit_finds_nothing():
    told(50, 100)
