"""Buying, paying and giving back through browsers without a screen, with a provider that speaks Stripe's protocol."""

import csv
import io
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from tests import stripe
from tests.accounts import differences, left, product
from tests.webapp.pictures import png
from webapp import create_app
from webapp.extensions import detach
from webapp.ledger.kinds import Currency, Kind
from webapp.models.order import OrderLine, Source
from webapp.models.purchase import Purchase, PurchaseState
from webapp.services import entitlements, purchases
from webapp.services.entitlements import Wish
from webapp.services.order_terms import Item

MINUTE = 60_000
WELCOME = 60 * MINUTE
PAY_TO = "Bank of Lamps\n12-345"


@pytest.fixture(scope="module")
def account():
    with stripe.running(None) as account:
        yield account


@pytest.fixture
def app(settings, clock, account):
    account.clock, account.away = clock, False
    paid_online = {"stripe_key": stripe.KEY, "stripe_secrets": (stripe.SECRET,), "stripe_url": account.url}
    app = create_app(replace(settings, pay_to=(("CNY", PAY_TO),), **paid_online), clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    detach(app)


@pytest.fixture
def mei(world):
    return world.enter("mei")


@pytest.fixture
def pack(database):
    return product(database, valid_days=365)


def form(pack, **told):
    return {f"count-{pack.id}": "2", "currency": "CNY", "total": "20000", "way": "stripe", "key": "k"} | told


def ordered(mei, pack, **told):
    answer = mei.client.post("/purchases", data=form(pack, **told))
    assert answer.status_code == 302, answer.text
    return answer.location


def only(world):
    with world.database.reading() as session:
        return session.exec(select(Purchase)).one()


def at_the_till(mei, account, place):
    """She follows the link to the provider and pays there."""
    there = mei.client.get(f"{place}/pay").location
    return account.paid(account.sessions[urlsplit(there).path.removeprefix("/pay/")])


def told(app, account, kind, thing, **signed):
    body = account.event(kind, thing)
    return app.test_client().post("/payments/stripe", data=body, headers=account.signed(body, **signed))


def test_what_is_for_sale_is_shown_with_exact_prices_and_until_when(mei, pack):
    shop = mei.client.get("/purchases/new?currency=CNY").text
    look = mei.client.get(f"/purchases/new?currency=CNY&look=yes&count-{pack.id}=2").text

    assert "CN¥100.00" in shop
    assert "CN¥200.00" in look
    assert "20 min" in look
    assert "Mar 4, 2027" in look


def test_the_currency_is_first_the_readers_own(mei, pack, world):
    assert "$15.00" in mei.client.get("/purchases/new").text
    assert "Nothing is for sale" in mei.client.get("/purchases/new?currency=THB").text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"total": "1"}, "This now costs 200.00 CNY"),
        ({"total": "x"}, "Write an amount"),
        ({"way": "gold"}, "ways to pay"),
        ({"key": ""}, "not right"),
    ],
)
def test_an_order_that_is_not_what_was_shown_is_refused(mei, pack, world, changed, says):
    answer = mei.client.post("/purchases", data=form(pack, **changed))

    assert answer.status_code == 422
    assert says in answer.text
    with world.database.reading() as session:
        assert session.exec(select(Purchase)).all() == []


def test_who_pays_online_gets_what_she_paid_for(app, world, mei, pack, account):
    place = ordered(mei, pack)
    session = at_the_till(mei, account, place)
    assert "waiting for word" in mei.client.get(f"{place}?paid=yes").text

    for _ in range(2):
        assert told(app, account, "checkout.session.completed", session).status_code == 204

    assert left(world.database, mei.tenant, now=world.clock())[0] == WELCOME + 20 * MINUTE
    assert "everything is topped up" in mei.client.get(place).text
    with world.database.reading() as session:
        (line,) = session.exec(select(OrderLine).where(OrderLine.source == Source.PURCHASE)).all()
    assert (line.price_paid, line.currency, line.quantity) == (20_000, Currency.CNY, 20 * MINUTE)
    assert differences(world.database) == []
    statement = mei.client.get(f"/entitlements/entries?order={line.id}").text
    assert "20 min" in statement


def test_one_purchase_has_one_checkout_however_often_she_goes_there(mei, pack, account):
    place = ordered(mei, pack)

    assert mei.client.get(f"{place}/pay").location == mei.client.get(f"{place}/pay").location


def test_a_forged_or_old_message_is_refused_and_changes_nothing(app, world, mei, pack, account):
    session = at_the_till(mei, account, ordered(mei, pack))

    assert told(app, account, "checkout.session.completed", session, secret="guessed").status_code == 403
    assert told(app, account, "checkout.session.completed", session, late_s=301).status_code == 403
    assert app.test_client().post("/payments/stripe", data=b"{}").status_code == 403
    assert app.test_client().post("/payments/stripe", data=b"x" * 300_000).status_code == 413
    assert only(world).state is PurchaseState.OPEN


def test_another_amount_is_refused_and_the_operator_sees_it(app, world, mei, pack, boss, account):
    session = at_the_till(mei, account, ordered(mei, pack))

    assert told(app, account, "checkout.session.completed", session | {"amount_total": 1}).status_code == 204

    purchase = only(world)
    assert purchase.state is PurchaseState.OPEN
    assert purchase.number in boss.get("/operator/purchases?trouble=refused").text
    assert purchase.number not in boss.get("/operator/purchases?trouble=unsent").text
    assert "Refused: another amount" in boss.get(f"/operator/purchases/{purchase.id}").text


def test_calling_off_shuts_the_checkout_first(world, mei, pack, account):
    place = ordered(mei, pack)
    name = urlsplit(mei.client.get(f"{place}/pay").location).path.removeprefix("/pay/")

    assert mei.client.post(f"{place}/cancel").status_code == 302

    assert (only(world).state, account.sessions[name]["status"]) == (PurchaseState.CANCELLED, "expired")
    assert mei.client.get(f"{place}/pay").status_code == 409
    assert "Nothing was topped up" in mei.client.get(place).text


def test_what_was_paid_a_moment_ago_is_not_called_off(world, mei, pack, account):
    place = ordered(mei, pack)
    at_the_till(mei, account, place)

    assert mei.client.post(f"{place}/cancel").status_code == 409
    assert only(world).state is PurchaseState.OPEN


def test_a_provider_that_is_away_is_told(mei, pack, account):
    place, account.away = ordered(mei, pack), True

    assert mei.client.get(f"{place}/pay").status_code == 503


def test_who_pays_by_transfer_reads_where_to_and_the_operator_confirms(world, mei, pack, boss):
    place = ordered(mei, pack, way="manual")
    purchase = only(world)
    page = mei.client.get(place).text
    assert "12-345" in page
    assert purchase.number in page
    assert mei.client.get(f"{place}/pay").status_code == 404

    wrong = boss.post(f"/operator/purchases/{purchase.id}/confirm", data={"amount": "199.99", "currency": "CNY", "evidence": "Bank 7"})
    right = {"amount": "200", "currency": "CNY", "evidence": "Bank 7", "pictures": (io.BytesIO(png()), "receipt.png")}
    done = boss.post(f"/operator/purchases/{purchase.id}/confirm", data=right)

    assert (wrong.status_code, done.status_code) == (422, 302)
    assert "exactly 200.00 CNY" in wrong.text
    assert left(world.database, mei.tenant, now=world.clock())[0] == WELCOME + 20 * MINUTE
    assert re.search(r"Bank 7 sha256:\w{64}", boss.get(f"/operator/purchases/{purchase.id}").text)
    assert "Took the payment" in mei.client.get("/activity").text


def test_a_transfer_that_never_came_is_rejected_with_a_reason(world, mei, pack, boss):
    place = ordered(mei, pack, way="manual")
    purchase = only(world)

    assert boss.post(f"/operator/purchases/{purchase.id}/reject", data={"reason": ""}).status_code == 422
    boss.post(f"/operator/purchases/{purchase.id}/reject", data={"reason": "Nothing since Monday."})

    assert "Nothing since Monday." in mei.client.get(place).text


def paid(app, world, mei, pack, account):
    session = at_the_till(mei, account, ordered(mei, pack))
    told(app, account, "checkout.session.completed", session)
    return only(world), session


def test_a_refund_shows_what_it_takes_back_and_sends_the_money(app, world, mei, pack, boss, account):
    purchase, session = paid(app, world, mei, pack, account)
    assert "loses 20 min · Video minutes" in boss.get(f"/operator/purchases/{purchase.id}").text

    for _ in range(2):
        boss.post(f"/operator/purchases/{purchase.id}/refund", data={"reason": "She asked."})
    told(app, account, "charge.refunded", account.charge(session, 20_000))

    (refund,) = [each for each in account.refunds.values() if each["payment_intent"] == session["payment_intent"]]
    assert (refund["amount"], only(world).refund) == (20_000, refund["id"])
    assert left(world.database, mei.tenant, now=world.clock())[0] == WELCOME
    assert differences(world.database) == []
    assert "refunded on" in mei.client.get(f"/purchases/{purchase.id}/receipt").text


def test_a_refund_whose_money_did_not_go_is_sent_again(app, world, mei, pack, boss, account):
    purchase, _ = paid(app, world, mei, pack, account)
    account.away = True

    answer = boss.post(f"/operator/purchases/{purchase.id}/refund", data={"reason": "She asked."})
    assert (answer.status_code, only(world).refund) == (422, "")
    assert purchase.number in boss.get("/operator/purchases?trouble=unsent").text
    account.away = False
    boss.post(f"/operator/purchases/{purchase.id}/refund")

    assert only(world).refund.startswith("re_")


def test_what_was_used_keeps_its_money(app, world, mei, pack, boss, account):
    purchase, session = paid(app, world, mei, pack, account)
    with world.database.transaction() as rows:
        entitlements.use(rows, mei.tenant, Wish(kind=Kind.VIDEO, amount=WELCOME + 1, subject="export:1"), world.clock())

    answer = boss.post(f"/operator/purchases/{purchase.id}/refund", data={"reason": "She asked."})

    assert answer.status_code == 422
    assert "used already" in answer.text
    assert "Only 19 min 59 s of it is unused" in answer.text
    assert not [each for each in account.refunds.values() if each["payment_intent"] == session["payment_intent"]]


def test_a_receipt_is_there_once_it_is_paid(app, world, mei, pack, account):
    place = ordered(mei, pack)
    assert mei.client.get(f"{place}/receipt").status_code == 404

    told(app, account, "checkout.session.completed", at_the_till(mei, account, place))

    receipt = mei.client.get(f"{place}/receipt").text
    assert all(each in receipt for each in (only(world).number, "CN¥200.00", "mei@example.com", "Mar 4, 2026"))


def test_lists_and_files_hold_the_filtered_rows(world, mei, pack, boss):
    ordered(mei, pack)
    ordered(mei, pack, key="other", way="manual")

    rows = list(csv.DictReader(io.StringIO(boss.get("/operator/purchases?way=manual&as=csv").get_data(as_text=True).lstrip("\ufeff"))))

    assert [(row["Customer"], row["Price"], row["Paid by"]) for row in rows] == [("mei", "200", "Transfer")]
    assert boss.get("/operator/purchases?as=xlsx").status_code == 200
    assert mei.client.get("/purchases").text.count("/purchases/") >= 2
    assert "Nothing fits" in mei.client.get("/purchases?state=refunded").text


def test_what_somebody_else_bought_is_not_found(world, mei, pack):
    place, other = ordered(mei, pack), world.enter("other").client

    assert {other.get(f"{place}{way}").status_code for way in ("", "/pay", "/receipt")} == {404}
    assert other.post(f"{place}/cancel").status_code == 404


def test_an_enterprise_does_not_buy_and_sees_no_prices(world, pack):
    admin = world.enter("admin", world.enterprise()).client

    assert {admin.get(page).status_code for page in ("/purchases", "/purchases/new")} == {403}
    assert 'href="/purchases' not in admin.get("/entitlements").text


def test_without_a_provider_there_is_no_door_for_one(world, settings, clock, mei, pack):
    app = create_app(settings, clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    assert app.test_client().post("/payments/stripe", data=b"{}").status_code == 404
    detach(app)


def test_a_quote_changes_nothing(world, mei, pack):
    with world.database.reading() as session:
        assert purchases.quote(session, [Item(pack.id, 2)], Currency.USD).total == 3_000
    assert left(world.database, mei.tenant, now=world.clock())[0] == WELCOME
