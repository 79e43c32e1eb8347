"""Stripe's protocol, against a server that speaks it: what goes out, and which messages count."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests import stripe
from tests.conftest import FakeClock
from webapp.errors import Conflict, Forbidden, Invalid, Unavailable
from webapp.ledger.kinds import Currency
from webapp.providers.payments.port import Bill, BillLine, What
from webapp.providers.payments.stripe import Stripe

LINES = (BillLine("Ten minutes", 10_000, 2), BillLine("One presenter", 50_000, 1))
BILL = Bill("p1", "P260304-ABCDEF", Currency.THB, LINES, "mei@example.com", "th", "http://localhost/purchases/p1")


@pytest.fixture(scope="module")
def clock():
    return FakeClock(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))


@pytest.fixture(scope="module")
def account(clock):
    with stripe.running(clock) as account:
        yield account


@pytest.fixture
def ours(account):
    account.away = False
    return Stripe(account.url, stripe.KEY, (stripe.SECRET,))


def test_a_checkout_asks_for_exactly_the_bill(account, ours):
    checkout = ours.begin(BILL)

    session = account.sessions[checkout.reference]
    assert (session["amount_total"], session["currency"], session["client_reference_id"]) == (70_000, "thb", "p1")
    assert checkout.address == session["url"]
    assert checkout.expires_at.timestamp() == session["expires_at"]


def test_the_same_bill_has_one_checkout(ours):
    assert ours.begin(replace(BILL, purchase_id="p2")) == ours.begin(replace(BILL, purchase_id="p2"))


def test_a_checkout_is_shut_once_and_never_after_it_was_paid(account, ours):
    open_one, paid_one = ours.begin(replace(BILL, purchase_id="p3")), ours.begin(replace(BILL, purchase_id="p4"))
    account.paid(account.sessions[paid_one.reference])

    ours.stop(open_one.reference)
    ours.stop(open_one.reference)

    assert account.sessions[open_one.reference]["status"] == "expired"
    with pytest.raises(Conflict, match="purchase-being-paid"):
        ours.stop(paid_one.reference)


def test_money_is_sent_back_once(account, ours):
    name = ours.refund("p1", "pi_1", 70_000)

    assert ours.refund("p1", "pi_1", 70_000) == name
    assert [refund["amount"] for refund in account.refunds.values() if refund["payment_intent"] == "pi_1"] == [70_000]


def test_a_refund_that_failed_is_not_taken_for_one(account, ours):
    ours.refund("p9", "pi_9", 1)
    form, answer = account.answered["refund:p9"]
    account.answered["refund:p9"] = (form, answer | {"status": "failed"})

    with pytest.raises(Conflict, match="refund-refused"):
        ours.refund("p9", "pi_9", 1)


def test_a_provider_that_is_away_or_refuses_is_told_apart(account, ours):
    with pytest.raises(Conflict, match="payment-refused"):
        Stripe(account.url, "another key", ()).begin(BILL)
    account.away = True
    with pytest.raises(Unavailable, match="payment-away"):
        ours.begin(BILL)
    with pytest.raises(Unavailable, match="payment-away"):
        Stripe("http://127.0.0.1:9", stripe.KEY, ()).begin(BILL)


def test_a_signed_event_is_read(account, ours, clock):
    session = account.paid(dict(account.sessions[ours.begin(BILL).reference]))
    body = account.event("checkout.session.completed", session, "evt_1")

    notice = ours.read(body, account.signed(body)["Stripe-Signature"], clock())

    assert (notice.event_id, notice.what, notice.happened_at) == ("evt_1", What.PAID, clock())
    assert (notice.purchase_id, notice.reference, notice.payment) == ("p1", session["id"], session["payment_intent"])
    assert (notice.amount, notice.currency) == (70_000, "THB")


@pytest.mark.parametrize(
    ("kind", "told", "what"),
    [
        ("checkout.session.completed", {"payment_status": "unpaid"}, What.WAITING),
        ("checkout.session.async_payment_succeeded", {}, What.PAID),
        ("checkout.session.async_payment_failed", {}, What.FAILED),
        ("checkout.session.expired", {}, What.EXPIRED),
        ("checkout.session.something_new", {}, What.OTHER),
        ("charge.refunded", {"amount": 5, "amount_refunded": 5}, What.REFUNDED),
        ("charge.refunded", {"amount": 5, "amount_refunded": 4}, What.PARTLY_REFUNDED),
        ("invoice.paid", {}, What.OTHER),
    ],
)
def test_every_kind_of_event_has_one_meaning(account, ours, clock, kind, told, what):
    body = account.event(kind, {"id": "x", "payment_status": "paid"} | told)

    assert ours.read(body, account.signed(body)["Stripe-Signature"], clock()).what is what


def test_while_the_secret_changes_both_are_good(account, clock):
    ours, body = Stripe("", "", ("whsec_new", stripe.SECRET)), account.event("invoice.paid", {})

    for secret in ("whsec_new", stripe.SECRET):
        ours.read(body, account.signed(body, secret=secret)["Stripe-Signature"], clock())


def test_a_forged_or_altered_event_is_refused(account, ours, clock):
    body = account.event("invoice.paid", {})
    good = account.signed(body)["Stripe-Signature"]
    altered = (body.replace(b"invoice", b"charges"), good), (body, account.signed(body, secret="guessed")["Stripe-Signature"])
    unsigned = (
        (body, header) for header in ("", "t=1", "v1=", "t=,v1=", "nonsense", good.replace("v1", "v0"), f"t=9,{good.partition(',')[2]}")
    )

    for told, header in (*altered, *unsigned):
        with pytest.raises(Forbidden, match=r"^payment-signature$"):
            ours.read(told, header, clock())


@pytest.mark.parametrize("late_s", [301, -301])
def test_an_event_that_was_signed_long_ago_is_refused(account, ours, clock, late_s):
    body = account.event("invoice.paid", {})

    with pytest.raises(Forbidden, match="payment-signature-old"):
        ours.read(body, account.signed(body, late_s=late_s)["Stripe-Signature"], clock())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1, "type": "charge.refunded", "created": "x", "data": {}}', b"\xff"])
def test_a_signed_message_without_sense_is_refused(account, ours, clock, body):
    with pytest.raises(Invalid, match="payment-event"):
        ours.read(body, account.signed(body)["Stripe-Signature"], clock())
