"""Entitlements through the real services: pools, holds, caps, expiry."""

from datetime import timedelta

import pytest

from tests.accounts import DAY, NOW, differences, given, left, opened
from webapp.errors import Invalid, NotFound
from webapp.ledger.entries import Account
from webapp.ledger.kinds import MINUTE_MS, Kind
from webapp.models.order import Source
from webapp.services import entitlements, listing
from webapp.services.entitlements import CapReached, Entry, Insufficient, Wish


def wish(amount, subject="export:1", **more):
    return Wish(kind=more.pop("kind", Kind.VIDEO), amount=amount, subject=subject, **more)


def held(database, tenant, wished, now=NOW):
    with database.transaction() as session:
        return entitlements.hold(session, tenant, wished, now)


def used(database, tenant, wished, now=NOW):
    with database.transaction() as session:
        return entitlements.use(session, tenant, wished, now)


def test_twenty_users_share_one_pool(any_database):
    tenant, users = opened(any_database, members=20)
    given(any_database, tenant, Kind.PRESENTER, 20)
    given(any_database, tenant, Kind.VIDEO, 1_200 * MINUTE_MS)
    for number, user in enumerate(users):
        used(any_database, tenant, wish(1, f"presenter:{number}", kind=Kind.PRESENTER, user_id=user.id))
        hold = held(any_database, tenant, wish(10 * MINUTE_MS, f"export:{number}", user_id=user.id))
        with any_database.transaction() as session:
            entitlements.capture(session, tenant, hold.id, 10 * MINUTE_MS, NOW)

    assert left(any_database, tenant, Kind.PRESENTER) == (0, 0, 20, 0)
    assert left(any_database, tenant) == (1_000 * MINUTE_MS, 0, 200 * MINUTE_MS, 0)
    with pytest.raises(Insufficient):
        used(any_database, tenant, wish(1, "presenter:20", kind=Kind.PRESENTER, user_id=users[0].id))
    assert differences(any_database) == []


def test_what_is_held_is_captured_and_the_rest_given_back(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 100)
    hold = held(any_database, tenant, wish(60))
    assert left(any_database, tenant) == (40, 60, 0, 0)
    for amount in (50, 60):
        with any_database.transaction() as session:
            entitlements.capture(session, tenant, hold.id, amount, NOW)

    assert left(any_database, tenant) == (50, 0, 50, 0)


def test_what_has_ended_stays_as_it_ended(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 100)
    hold = held(any_database, tenant, wish(60))
    with any_database.transaction() as session:
        entitlements.release(session, tenant, hold.id, NOW)
        entitlements.release(session, tenant, hold.id, NOW)
        assert entitlements.capture(session, tenant, hold.id, 60, NOW).captured == 0

    assert left(any_database, tenant) == (100, 0, 0, 0)


def test_the_same_wish_twice_is_held_and_used_once(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 100)
    assert held(any_database, tenant, wish(60)).id == held(any_database, tenant, wish(60)).id
    assert used(any_database, tenant, wish(10, "live:1")).id == used(any_database, tenant, wish(10, "live:1")).id

    assert left(any_database, tenant) == (30, 60, 10, 0)


def test_a_shortfall_is_told_as_people_read_it_and_changes_nothing(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 10_900)
    with pytest.raises(Insufficient) as short:
        held(any_database, tenant, wish(20_100))

    assert short.value.facts == {"kind": "video", "needed": "0:21", "available": "0:10", "missing": "0:10"}
    assert left(any_database, tenant) == (10_900, 0, 0, 0)


def test_a_hold_of_nothing_needs_nothing_and_writes_nothing(any_database):
    tenant, _ = opened(any_database)
    hold = held(any_database, tenant, wish(0))
    with any_database.transaction() as session:
        assert entitlements.capture(session, tenant, hold.id, 0, NOW).closed_at == NOW

    assert left(any_database, tenant) == (0, 0, 0, 0)


def test_less_than_nothing_cannot_be_wished(any_database):
    tenant, _ = opened(any_database)
    with pytest.raises(Invalid):
        held(any_database, tenant, wish(-1))


def test_the_lot_that_expires_soonest_pays_first_through_the_services(any_database):
    tenant, _ = opened(any_database)
    for days, quantity in ((30, 10), (10, 10), (20, 10)):
        given(any_database, tenant, Kind.VIDEO, quantity, expires_at=NOW + days * DAY)
    held(any_database, tenant, wish(15))

    with any_database.reading() as session:
        lots = entitlements.balance(session, tenant, Kind.VIDEO, NOW).lots
    assert [(lot.expires_at, lot.held) for lot in lots] == [(NOW + 10 * DAY, 10), (NOW + 20 * DAY, 5), (NOW + 30 * DAY, 0)]


def test_a_test_lot_pays_before_a_paid_one_and_a_priority_before_both(any_database):
    tenant, _ = opened(any_database)
    paid = given(any_database, tenant, Kind.VIDEO, 10)
    proof = {"source": Source.TEST, "currency": None, "contract_total": None, "evidence": {"code": "T", "form": "F"}}
    test = given(any_database, tenant, Kind.VIDEO, 10, **proof)
    first = given(any_database, tenant, Kind.VIDEO, 10, priority=-1)

    with any_database.reading() as session:
        lots = entitlements.balance(session, tenant, Kind.VIDEO, NOW).lots
    assert [lot.order_id for lot in lots] == [first.id, test.id, paid.id]


def test_what_expires_is_gone_at_once_and_written_off_by_the_clock_once(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 10, expires_at=NOW + DAY)
    later = NOW + DAY
    assert left(any_database, tenant, now=later) == (0, 0, 0, 10)
    for _ in range(2):
        with any_database.transaction() as session:
            entitlements.expire(session, later)

    assert left(any_database, tenant) == (0, 0, 0, 10)
    assert differences(any_database) == []


def test_what_is_held_when_its_lot_expires_can_be_captured_and_what_comes_back_is_written_off(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 10, expires_at=NOW + DAY)
    hold = held(any_database, tenant, wish(8))
    with any_database.transaction() as session:
        entitlements.expire(session, NOW + DAY)
        entitlements.capture(session, tenant, hold.id, 5, NOW + DAY)
        entitlements.expire(session, NOW + DAY)

    assert left(any_database, tenant) == (0, 0, 5, 5)


def test_a_member_uses_no_more_than_her_share(any_database):
    tenant, (mei, anna) = opened(any_database, members=2)
    given(any_database, tenant, Kind.VIDEO, 100)
    with any_database.transaction() as session:
        entitlements.set_cap(session, tenant, mei.id, Kind.VIDEO, 30)
    held(any_database, tenant, wish(20, user_id=mei.id))
    with pytest.raises(CapReached):
        held(any_database, tenant, wish(11, "export:2", user_id=mei.id))
    held(any_database, tenant, wish(70, "export:3", user_id=anna.id))

    assert left(any_database, tenant) == (10, 90, 0, 0)


def test_what_is_given_back_is_hers_to_use_again_and_a_cap_can_be_lifted(any_database):
    tenant, (mei,) = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 100)
    for amount in (10, 30):
        with any_database.transaction() as session:
            entitlements.set_cap(session, tenant, mei.id, Kind.VIDEO, amount)
    hold = held(any_database, tenant, wish(30, user_id=mei.id))
    with any_database.transaction() as session:
        entitlements.capture(session, tenant, hold.id, 10, NOW)
        assert entitlements.used_by(session, tenant, mei.id, Kind.VIDEO) == 10
        assert entitlements.shortfall(session, tenant, wish(21, user_id=mei.id), NOW)
        assert entitlements.shortfall(session, tenant, wish(20, user_id=mei.id), NOW) is None
        entitlements.set_cap(session, tenant, mei.id, Kind.VIDEO, None)
        entitlements.set_cap(session, tenant, mei.id, Kind.VIDEO, None)
        assert entitlements.caps(session, tenant) == []
        assert entitlements.shortfall(session, tenant, wish(90, user_id=mei.id), NOW) is None


def test_a_cap_is_for_members_and_not_negative(any_database):
    tenant, (mei,) = opened(any_database)
    other, (anna,) = opened(any_database)
    with any_database.transaction() as session:
        with pytest.raises(NotFound):
            entitlements.set_cap(session, tenant, anna.id, Kind.VIDEO, 1)
        with pytest.raises(Invalid):
            entitlements.set_cap(session, tenant, mei.id, Kind.VIDEO, -1)
        entitlements.set_cap(session, other, anna.id, Kind.VIDEO, 1)
        assert [cap.amount for cap in entitlements.caps(session, other)] == [1]


def test_another_tenant_s_hold_is_not_found(any_database):
    (tenant, _), (stranger, _) = opened(any_database), opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 10)
    hold = held(any_database, tenant, wish(5))
    with any_database.transaction() as session:
        for look in (
            lambda: entitlements.capture(session, stranger, hold.id, 5, NOW),
            lambda: entitlements.release(session, stranger, hold.id, NOW),
        ):
            with pytest.raises(NotFound):
                look()


def test_every_kind_has_a_balance(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIP, 3)
    with any_database.reading() as session:
        found = entitlements.balances(session, tenant, NOW)

    assert {balance.kind: balance.available for balance in found} == {kind: 3 * (kind is Kind.VIP) for kind in Kind}


def test_every_number_opens_the_entries_behind_it(any_database):
    tenant, (mei,) = opened(any_database)
    line = given(any_database, tenant, Kind.VIDEO, 100)
    given(any_database, tenant, Kind.VIP, 1)
    hold = held(any_database, tenant, wish(60, user_id=mei.id))
    with any_database.transaction() as session:
        entitlements.capture(session, tenant, hold.id, 50, NOW)
        for account, kept in zip((Account.AVAILABLE, Account.HELD, Account.USED), (50, 0, 50), strict=True):
            rows = session.execute(entitlements.entries(tenant, kind=Kind.VIDEO, account=account)).all()
            assert sum(entry.amount for entry, _ in rows) == kept
        (lot,) = entitlements.balance(session, tenant, Kind.VIDEO, NOW).lots
        of_lot = session.execute(entitlements.entries(tenant, lot_id=lot.id)).all()
        of_order = session.execute(entitlements.entries(tenant, subject=f"order:{line.id}")).all()
    assert len(of_lot) == 8
    assert [journal.verb for _, journal in of_order] == ["grant", "grant"]


def test_consumption_is_told_by_kind_user_and_time_a_page_at_a_time(any_database):
    tenant, (mei, anna) = opened(any_database, members=2)
    given(any_database, tenant, Kind.VIDEO, 100)
    given(any_database, tenant, Kind.VOICE, 1)
    for day, user in enumerate((mei, anna, mei)):
        used(any_database, tenant, wish(day + 1, f"export:{day}", user_id=user.id), NOW + day * DAY)
    used(any_database, tenant, wish(1, "voice:1", kind=Kind.VOICE, user_id=mei.id), NOW + 3 * DAY)
    order = listing.Order(Entry.posted_at, Entry.id, descending=True)

    def amounts(**filters):
        query, places, found = entitlements.consumption([tenant.id], **filters), [""], []
        with any_database.reading() as session:
            for after in places:
                page = listing.read(session, query, order, after=after, size=2)
                found += [(row.Entry.amount, row.User.name) for row in page.rows]
                places += [page.following] if page.following else []
        return found

    assert amounts() == [(1, mei.name), (3, mei.name), (2, anna.name), (1, mei.name)]
    assert amounts(kinds=[Kind.VIDEO], user_id=mei.id) == [(3, mei.name), (1, mei.name)]
    assert amounts(since=NOW + DAY, until=NOW + 2 * DAY) == [(2, anna.name)]


def test_time_in_a_book_never_goes_back(any_database):
    tenant, _ = opened(any_database)
    given(any_database, tenant, Kind.VIDEO, 10)
    first = used(any_database, tenant, wish(1, "a"), NOW + DAY)
    second = used(any_database, tenant, wish(1, "b"), NOW + timedelta(hours=1))

    assert second.posted_at == first.posted_at == NOW + DAY
