"""Purchases: exact prices, paid and granted once, whatever comes twice, late, in the wrong order or not at all."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.accounts import DAY, NOW, differences, left, opened, product
from webapp.database import Database
from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.ledger.kinds import Currency, Kind
from webapp.models.audit import AuditEntry
from webapp.models.order import OrderLine
from webapp.models.purchase import Outcome, PaymentEvent, Purchase, PurchaseState
from webapp.models.tenant import TenantKind
from webapp.providers.payments.port import Checkout, Notice, What
from webapp.services import entitlements, payment_events, payments, products, purchases
from webapp.services.audit import SYSTEM, Actor
from webapp.services.entitlements import Wish
from webapp.services.order_terms import Item
from webapp.services.products import Offer

MINUTE = 60_000
CLERK = Actor("c" * 32, "clerk", "")


@pytest.fixture
def database(tmp_path, blank_database):
    shutil.copy(blank_database, tmp_path / "purchases.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'purchases.sqlite3'}")
    yield database
    database.dispose()


@pytest.fixture
def mei(database):
    return opened(database, TenantKind.PERSONAL)[0]


@pytest.fixture
def pack(database):
    """Ten minutes for 100.00, good for a year."""
    return product(database, valid_days=365)


def ordered(database, tenant, items, *, total, currency=Currency.CNY, provider="stripe", key="k", now=NOW):
    with database.transaction() as session:
        told = {"currency": currency, "total": total, "provider": provider, "key": key, "now": now}
        return purchases.order(session, SYSTEM, tenant, items, **told)


def bought(database, tenant, pack, **otherwise):
    return ordered(database, tenant, [Item(pack.id, 2)], total=20_000, **otherwise)


def notice(purchase, what=What.PAID, **told):
    shared = {"event_id": f"evt-{what}", "kind": what.value, "happened_at": NOW, "purchase_id": purchase.id}
    paid = {"reference": "cs_1", "payment": "pi_1", "amount": purchase.total, "currency": purchase.currency.value}
    return Notice(what=what, **shared | paid | told)


def said(database, notice, now=NOW):
    with database.transaction() as session:
        return payment_events.take(session, "stripe", notice, now)


def settled(database, now=NOW):
    with database.transaction() as session:
        payments.settle(session, now)


def standing(database, purchase):
    with database.reading() as session:
        return session.get(Purchase, purchase.id).state


def outcomes(database):
    with database.reading() as session:
        return [event.outcome for event in session.exec(select(PaymentEvent).order_by(PaymentEvent.created_at, PaymentEvent.event_id))]


def test_an_order_keeps_the_prices_of_its_day(database, mei, pack):
    other = product(database, Kind.PRESENTER, 3, code="three", name="Three presenters", prices={Currency.CNY: 299_99})

    purchase = ordered(database, mei, [Item(pack.id, 2), Item(other.id)], total=499_99)
    with database.transaction() as session:
        products.change(session, pack.id, Offer(code=pack.code, name="New", kind=Kind.VIDEO, quantity=600_000, prices={Currency.CNY: 1}))
        products.retire(session, other.id, NOW)
    said(database, notice(purchase))
    settled(database)

    assert left(database, mei)[0] == 20 * MINUTE
    assert left(database, mei, Kind.PRESENTER)[0] == 3
    with database.reading() as session:
        lines = {line.kind: line for line in session.exec(select(OrderLine).where(OrderLine.tenant_id == mei.id))}
    assert {kind: line.price_paid for kind, line in lines.items()} == {Kind.VIDEO: 200_00, Kind.PRESENTER: 299_99}
    assert lines[Kind.VIDEO].expires_at == NOW + timedelta(days=365)
    assert lines[Kind.PRESENTER].expires_at is None
    assert differences(database) == []


@pytest.mark.parametrize(
    ("items", "told", "error", "code"),
    [
        ([], {"total": 1}, Invalid, "items-missing"),
        ([("pack", 0)], {"total": 1}, Invalid, "count-wrong"),
        ([("pack", 1)], {"total": 9_999}, Conflict, "cost-changed"),
        ([("pack", 1)], {"total": 10_000, "currency": Currency.THB}, Invalid, "product-not-sold"),
        ([("gift", 1)], {"total": 0}, Invalid, "product-not-sold"),
        ([("nothing", 1)], {"total": 1}, NotFound, "not-found"),
        ([("pack", 1)], {"total": 10_000, "key": ""}, Invalid, "invalid"),
    ],
)
def test_an_order_is_for_exactly_what_was_shown(database, mei, pack, items, told, error, code):
    gift = product(database, code="gift", prices={Currency.CNY: 0})
    known = {"pack": pack.id, "gift": gift.id, "nothing": "0" * 32}

    with pytest.raises(error) as raised:
        ordered(database, mei, [Item(known[name], count) for name, count in items], **told)

    assert raised.value.code == code


def test_only_a_personal_tenant_buys_for_itself(database, pack):
    for kind in (TenantKind.ENTERPRISE, TenantKind.AGENT):
        with pytest.raises(Forbidden, match="purchase-personal"):
            bought(database, opened(database, kind)[0], pack)


def test_an_order_sent_twice_is_one(database, mei, pack):
    assert bought(database, mei, pack).id == bought(database, mei, pack).id


def test_too_much_that_waits_for_its_money_is_refused(database, mei, pack):
    for number in range(purchases.OPEN_MAX):
        bought(database, mei, pack, key=f"k{number}")

    with pytest.raises(Conflict, match="purchases-open"):
        bought(database, mei, pack, key="one more")


def test_what_was_paid_is_granted_once_however_often_it_is_said(database, mei, pack):
    purchase = bought(database, mei, pack)

    for number in range(3):
        said(database, notice(purchase, event_id=f"evt-{number % 2}"))
        settled(database)

    assert standing(database, purchase) is PurchaseState.GRANTED
    assert left(database, mei)[0] == 20 * MINUTE
    assert outcomes(database) == [Outcome.DONE, Outcome.IGNORED]
    assert differences(database) == []


def test_whoever_is_killed_between_paid_and_granted_is_gone_on_for_by_the_clock(database, mei, pack):
    purchase = bought(database, mei, pack)
    said(database, notice(purchase))

    assert (standing(database, purchase), left(database, mei)[0]) == (PurchaseState.PAID, 0)
    settled(database, NOW + DAY)
    settled(database, NOW + DAY)
    assert (standing(database, purchase), left(database, mei, now=NOW + DAY)[0]) == (PurchaseState.GRANTED, 20 * MINUTE)


def test_one_that_cannot_be_granted_hinders_no_other(database, mei, pack):
    stuck, fine = bought(database, mei, pack), bought(database, mei, pack, key="other")
    for purchase, payment in ((stuck, "pi_1"), (fine, "pi_2")):
        said(database, notice(purchase, event_id=payment, payment=payment))
    with database.transaction() as session:
        broken = session.get(Purchase, stuck.id)
        broken.lines = [line | {"count": 0} for line in broken.lines]
        session.add(broken)

    settled(database)

    assert (standing(database, stuck), standing(database, fine)) == (PurchaseState.PAID, PurchaseState.GRANTED)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"amount": 19_999}, Outcome.AMOUNT_DIFFERS),
        ({"amount": 20_001}, Outcome.AMOUNT_DIFFERS),
        ({"currency": "USD"}, Outcome.CURRENCY_DIFFERS),
        ({"reference": "cs_2"}, Outcome.REFERENCE_DIFFERS),
        ({"happened_at": NOW + timedelta(days=3)}, Outcome.TOO_LATE),
    ],
)
def test_a_payment_that_does_not_fit_is_refused_and_written_down(database, mei, pack, told, outcome):
    purchase = bought(database, mei, pack)
    with database.transaction() as session:
        purchases.begun(session, purchase.id, Checkout("cs_1", "https://pay.example", NOW + DAY))

    said(database, notice(purchase, **told))
    settled(database)

    assert standing(database, purchase) is PurchaseState.OPEN
    assert outcomes(database) == [outcome]
    with database.reading() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.verb == "purchase.refused")).all()
        (row,) = session.execute(purchases.query().where(purchases.with_trouble())).all()
    assert (entry.facts["outcome"], row.Purchase.id) == (outcome.value, purchase.id)


def test_a_second_payment_for_the_same_is_refused(database, mei, pack):
    purchase = bought(database, mei, pack)
    said(database, notice(purchase))

    said(database, notice(purchase, event_id="evt-other", payment="pi_2"))

    assert Outcome.PAID_TWICE in outcomes(database)


def test_news_of_what_is_not_ours_changes_nothing(database, mei, pack):
    purchase = bought(database, mei, pack)

    for told in ({"purchase_id": "0" * 32}, {"purchase_id": "", "payment": "pi_x"}, {"purchase_id": "", "payment": ""}):
        assert said(database, notice(purchase, **told)) is None

    assert standing(database, purchase) is PurchaseState.OPEN


def test_a_purchase_that_nobody_pays_ends(database, mei, pack):
    online, by_hand = bought(database, mei, pack), bought(database, mei, pack, key="m", provider="manual")

    with database.transaction() as session:
        purchases.expire(session, NOW + DAY)

    assert (standing(database, online), standing(database, by_hand)) == (PurchaseState.EXPIRED, PurchaseState.OPEN)


def test_news_of_a_payment_in_time_counts_though_the_purchase_has_ended_meanwhile(database, mei, pack):
    purchase = bought(database, mei, pack)
    with database.transaction() as session:
        purchases.expire(session, NOW + 2 * DAY)

    said(database, notice(purchase, happened_at=NOW + timedelta(hours=23)), NOW + 2 * DAY)

    assert standing(database, purchase) is PurchaseState.PAID


def test_money_that_takes_days_is_waited_for(database, mei, pack):
    purchase = bought(database, mei, pack)
    said(database, notice(purchase, What.WAITING))
    with database.transaction() as session:
        purchases.expire(session, NOW + 5 * DAY)

    said(database, notice(purchase, happened_at=NOW + 5 * DAY), NOW + 5 * DAY)

    assert standing(database, purchase) is PurchaseState.PAID


@pytest.mark.parametrize(
    ("what", "state"), [(What.FAILED, PurchaseState.CANCELLED), (What.EXPIRED, PurchaseState.EXPIRED), (What.OTHER, PurchaseState.OPEN)]
)
def test_the_provider_ends_what_is_open_and_nothing_else(database, mei, pack, what, state):
    purchase, paid = bought(database, mei, pack), bought(database, mei, pack, key="paid")
    said(database, notice(paid))

    said(database, notice(purchase, what, event_id="one"))
    said(database, notice(paid, what, event_id="two"))

    assert (standing(database, purchase), standing(database, paid)) == (state, PurchaseState.PAID)


def test_somebody_calls_off_what_is_not_paid(database, mei, pack):
    purchase, paid = bought(database, mei, pack), bought(database, mei, pack, key="paid")
    said(database, notice(paid))

    for _ in range(2):
        with database.transaction() as session:
            assert purchases.cancel(session, SYSTEM, mei, purchase.id, NOW).state is PurchaseState.CANCELLED
    with pytest.raises(Conflict, match="purchase-ended"), database.transaction() as session:
        purchases.cancel(session, SYSTEM, mei, paid.id, NOW)
    with pytest.raises(NotFound), database.transaction() as session:
        purchases.cancel(session, SYSTEM, opened(database, TenantKind.PERSONAL)[0], purchase.id, NOW)
    said(database, notice(purchase, event_id="late"))
    assert (standing(database, purchase), outcomes(database)[-1]) == (PurchaseState.CANCELLED, Outcome.TOO_LATE)


def test_a_checkout_that_opens_after_the_end_changes_nothing(database, mei, pack):
    purchase = bought(database, mei, pack)
    with database.transaction() as session:
        purchases.cancel(session, SYSTEM, mei, purchase.id, NOW)
        found = purchases.begun(session, purchase.id, Checkout("cs_1", "https://pay.example", NOW + DAY))

    assert found.reference == ""
    with pytest.raises(Conflict, match="purchase-ended"):
        purchases.check_payable(found, NOW)


def by_hand(database, purchase, **told):
    with database.transaction() as session:
        typed = {"currency": Currency.CNY, "amount": 20_000, "evidence": "Bank 7", "now": NOW} | told
        return payments.confirm(session, CLERK, purchase.id, **typed)


def test_money_by_hand_is_confirmed_with_what_proves_it(database, mei, pack):
    purchase = bought(database, mei, pack, provider="manual")

    for _ in range(2):
        by_hand(database, purchase)
        settled(database)

    assert left(database, mei)[0] == 20 * MINUTE
    with database.reading() as session:
        assert session.get(Purchase, purchase.id).evidence == {"by": "clerk", "words": "Bank 7"}
        told = [(entry.verb, entry.actor) for entry in session.exec(select(AuditEntry).where(AuditEntry.tenant_id == mei.id))]
    assert sorted(told) == [("purchase.ordered", ""), ("purchase.paid", "clerk")]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount": 19_999}, "payment-differs"),
        ({"currency": Currency.USD}, "payment-differs"),
        ({"evidence": " "}, "evidence-wrong"),
    ],
)
def test_another_sum_by_hand_is_refused(database, mei, pack, told, code):
    purchase = bought(database, mei, pack, provider="manual")

    with pytest.raises(Invalid) as raised:
        by_hand(database, purchase, **told)

    assert (raised.value.code, standing(database, purchase)) == (code, PurchaseState.OPEN)


def test_money_by_hand_that_came_late_still_counts_but_not_after_it_was_called_off(database, mei, pack):
    late, off = bought(database, mei, pack, provider="manual"), bought(database, mei, pack, provider="manual", key="off")
    with database.transaction() as session:
        purchases.cancel(session, SYSTEM, mei, off.id, NOW)
        purchases.expire(session, NOW + 30 * DAY)

    by_hand(database, late)

    assert standing(database, late) is PurchaseState.PAID
    with pytest.raises(Conflict, match="purchase-ended"):
        by_hand(database, off)


def test_what_is_paid_online_is_not_confirmed_by_hand(database, mei, pack):
    with pytest.raises(Conflict, match="purchase-not-by-hand"):
        by_hand(database, bought(database, mei, pack))


def test_no_money_came(database, mei, pack):
    purchase = bought(database, mei, pack, provider="manual")
    with pytest.raises(Invalid, match="reason-wrong"), database.transaction() as session:
        payments.reject(session, CLERK, purchase.id, reason=" ", now=NOW)

    with database.transaction() as session:
        payments.reject(session, CLERK, purchase.id, reason="Nothing since Monday.", now=NOW)

    with database.reading() as session:
        found = session.get(Purchase, purchase.id)
    assert (found.state, found.note) == (PurchaseState.CANCELLED, "Nothing since Monday.")


def returned(database, purchase, refund="", now=NOW):
    with database.transaction() as session:
        return payments.take_back(session, CLERK, purchase.id, reason="She asked.", refund=refund, now=now)


def test_a_refund_takes_back_what_was_granted_by_reversal(database, mei, pack):
    purchase = bought(database, mei, pack)
    said(database, notice(purchase))
    settled(database)
    with database.reading() as session:
        (taken,) = payments.consequences(session, purchase)
    assert (taken.left, taken.whole) == (20 * MINUTE, True)

    for _ in range(2):
        returned(database, purchase)

    assert left(database, mei) == (0, 0, 0, 0)
    assert differences(database) == []
    with database.reading() as session:
        assert len(session.execute(purchases.query().where(purchases.not_sent_back())).all()) == 1
    with database.transaction() as session:
        payments.note_refund(session, purchase.id, "re_1")
    said(database, notice(purchase, What.REFUNDED))
    with database.reading() as session:
        assert session.get(Purchase, purchase.id).refund == "re_1"
    assert outcomes(database) == [Outcome.DONE, Outcome.IGNORED]


def test_what_was_used_is_not_refunded(database, mei, pack):
    purchase = bought(database, mei, pack)
    said(database, notice(purchase))
    settled(database)
    with database.transaction() as session:
        entitlements.use(session, mei, Wish(kind=Kind.VIDEO, amount=1, subject="export:1"), NOW)

    with pytest.raises(Conflict, match="reversal-used"):
        returned(database, purchase)
    said(database, notice(purchase, What.REFUNDED))

    assert standing(database, purchase) is PurchaseState.GRANTED
    assert Outcome.REFUND_USED in outcomes(database)
    assert left(database, mei)[0] == 20 * MINUTE - 1
    assert differences(database) == []


def test_what_was_paid_and_not_yet_granted_is_never_granted_after_its_refund(database, mei, pack):
    purchase = bought(database, mei, pack)
    said(database, notice(purchase))
    returned(database, purchase)

    settled(database)

    assert (standing(database, purchase), left(database, mei)[0]) == (PurchaseState.REFUNDED, 0)


def test_by_hand_a_refund_says_how_the_money_went_back(database, mei, pack):
    purchase = bought(database, mei, pack, provider="manual")
    with pytest.raises(Conflict, match="purchase-not-paid"):
        returned(database, purchase, "Bank 8")
    by_hand(database, purchase)
    with pytest.raises(Invalid, match="evidence-wrong"):
        returned(database, purchase)

    assert returned(database, purchase, "Bank 8").refund == "Bank 8"


def test_a_refund_from_the_providers_own_side_is_followed(database, mei, pack):
    purchase = bought(database, mei, pack)
    said(database, notice(purchase))
    settled(database)

    said(database, notice(purchase, What.PARTLY_REFUNDED, purchase_id="", amount=1))
    assert (standing(database, purchase), outcomes(database)[-1]) == (PurchaseState.GRANTED, Outcome.PARTLY_REFUNDED)
    said(database, notice(purchase, What.REFUNDED, purchase_id=""))

    assert (standing(database, purchase), left(database, mei)[0]) == (PurchaseState.REFUNDED, 0)
    assert differences(database) == []


def test_events_may_come_in_any_order(database, mei, pack):
    purchase = bought(database, mei, pack)
    later = NOW + timedelta(minutes=5)

    said(database, notice(purchase, What.REFUNDED, happened_at=later), later)
    said(database, notice(purchase), later)
    said(database, replace(notice(purchase, What.EXPIRED), happened_at=NOW), later)
    settled(database)

    assert (standing(database, purchase), left(database, mei)[0]) == (PurchaseState.REFUNDED, 0)
