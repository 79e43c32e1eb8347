"""The operator's grants, money and price list, through browsers without a screen."""

from io import BytesIO

import pytest
from sqlmodel import select

from tests.accounts import differences, given, left, product
from tests.webapp.pictures import png
from webapp.ledger.kinds import Currency, Kind
from webapp.models.approval import Approval
from webapp.models.audit import AuditEntry
from webapp.models.ledger import Journal
from webapp.models.order import OrderLine, Source
from webapp.models.staff import StaffRole
from webapp.services import cash, entitlements, products
from webapp.services.entitlements import Wish

MINUTE = 60_000


@pytest.fixture
def acme(world):
    return world.enterprise()


def staff(world, name, role):
    return world.enter(name, world.employ(name, role)).client


def lines(world):
    """Every order but the welcomes."""
    with world.database.reading() as session:
        return session.exec(select(OrderLine).where(OrderLine.key != "welcome:000")).all()


def deal(pack, **told):
    return {f"count-{pack.id}": "2", "currency": "CNY", "total": "170", "discount": "8.5", "act": "grant", "key": "k"} | told


def test_a_direct_deal_computes_its_discount(world, boss, acme):
    pack = product(world.database)

    page = boss.post(f"/operator/tenants/{acme.id}/deal", data=deal(pack, act="compute", total="171.43", discount=""))

    assert "8.57 折" in page.text
    assert lines(world) == []


def test_a_direct_deal_is_granted_once(world, boss, acme):
    pack = product(world.database)

    for _ in range(2):
        assert boss.post(f"/operator/tenants/{acme.id}/deal", data=deal(pack)).status_code == 302

    (line,) = lines(world)
    assert (line.source, line.discount, line.price_paid, line.quantity) == (Source.OPERATOR, 850, 17_000, 20 * MINUTE)
    with world.database.reading() as session:
        assert len(session.exec(select(AuditEntry).where(AuditEntry.verb == "order.granted")).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"discount": "8.6"}, "The right one is 8.50"),
        ({"discount": "x"}, "in tenths"),
        ({"total": ""}, "amount above zero"),
        ({"currency": "THB"}, "not for sale"),
    ],
)
def test_a_deal_that_does_not_fit_is_refused_with_what_is_right(world, boss, acme, wrong, words):
    pack = product(world.database)

    answer = boss.post(f"/operator/tenants/{acme.id}/deal", data=deal(pack, **wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert lines(world) == []


def test_an_agent_is_granted_nothing(world, boss):
    agent = world.agent()

    assert boss.get(f"/operator/tenants/{agent.id}/deal").status_code == 403


def test_a_test_grant_of_minutes_is_there_at_once_and_ends(world, boss, acme):
    told = {"amount-video": "30", "code": "T-1", "form": "F-7", "until": "2026-03-31", "key": "k"}

    assert boss.post(f"/operator/tenants/{acme.id}/test", data=told).status_code == 302

    (line,) = lines(world)
    assert (line.source, line.quantity, line.evidence["form"]) == (Source.TEST, 30 * MINUTE, "F-7")
    assert line.expires_at.isoformat() == "2026-04-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": ""}, "test code"),
        ({"form": ""}, "request form"),
        ({"until": "2020-01-01"}, "still to come"),
        ({"amount-video": "x"}, "quantity"),
    ],
)
def test_a_test_grant_needs_its_papers(world, boss, acme, wrong, words):
    told = {"amount-video": "30", "code": "T-1", "form": "F-7", "until": "2026-03-31", "key": "k"} | wrong

    answer = boss.post(f"/operator/tenants/{acme.id}/test", data=told)

    assert answer.status_code == 422
    assert words in answer.text


def test_customisations_for_a_test_wait_for_the_product_line(world, boss, acme):
    told = {"amount-presenter": "2", "code": "T-1", "form": "F-7", "reason": "A big one", "key": "k"}
    page = boss.post(f"/operator/tenants/{acme.id}/test", data=told)
    address = page.location
    assert lines(world) == []
    assert boss.post(f"{address}/deliver").status_code == 403

    pia = staff(world, "pia", StaffRole.PRODUCT)
    assert "Presenter customisations" in pia.get(address).text
    pia.post(address, data={"role": "product", "agrees": "yes"})
    for _ in range(2):
        assert boss.post(f"{address}/deliver").status_code == 302

    (line,) = lines(world)
    assert (line.source, line.kind, line.quantity) == (Source.TEST, Kind.PRESENTER, 2)
    assert "Grant what was approved" not in boss.get(address).text


def early(pack, **told):
    return deal(pack, contract_on="2026-03-01", opened_on="2026-03-04", cost_owner="Sales") | told


def test_an_early_delivery_takes_two_people(world, boss, acme):
    pack = product(world.database)
    address = boss.post(f"/operator/tenants/{acme.id}/early", data=early(pack)).location
    staff(world, "sal", StaffRole.SALES).post(address, data={"role": "sales", "agrees": "yes"})
    assert boss.post(f"{address}/deliver").status_code == 403
    staff(world, "pia", StaffRole.PRODUCT).post(address, data={"role": "product", "agrees": "yes"})

    assert boss.post(f"{address}/deliver").status_code == 302

    (line,) = lines(world)
    assert (line.source, line.cost_owner, line.price_paid, line.discount) == (Source.EARLY, "Sales", 17_000, 850)
    assert line.evidence["contract_on"] == "2026-03-01"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"contract_on": "2026-03-05"}, "dated 2026-03-04 or earlier"),
        ({"contract_on": "x"}, "Choose a day"),
        ({"cost_owner": " "}, "who bears"),
        ({"discount": "9"}, "8.50"),
    ],
)
def test_an_early_delivery_is_not_asked_for_against_the_rules(world, boss, acme, wrong, words):
    pack = product(world.database)

    answer = boss.post(f"/operator/tenants/{acme.id}/early", data=early(pack, **wrong))

    assert answer.status_code == 422
    assert words in answer.text
    with world.database.reading() as session:
        assert session.exec(select(Approval)).all() == []


def test_an_order_is_taken_back_with_a_reason_while_unused(world, boss, acme):
    line = given(world.database, acme, Kind.VIDEO, 10 * MINUTE, world.clock())
    address = f"/operator/orders/{acme.id}/{line.id}"
    assert boss.post(f"{address}/reverse", data={"reason": ""}).status_code == 422

    assert boss.post(f"{address}/reverse", data={"reason": "Typed wrongly"}).status_code == 302

    assert "Taken back" in boss.get(address).text
    assert left(world.database, acme)[0] == 0
    assert differences(world.database) == []


def test_what_was_used_is_not_taken_back(world, boss, acme):
    line = given(world.database, acme, Kind.VIDEO, 10 * MINUTE, world.clock())
    with world.database.transaction() as session:
        entitlements.use(session, acme, Wish(kind=Kind.VIDEO, amount=1, subject="export:1"), world.clock())

    answer = boss.post(f"/operator/orders/{acme.id}/{line.id}/reverse", data={"reason": "Typed wrongly"})

    assert answer.status_code == 422
    assert "used already" in answer.text


def test_cash_comes_with_its_evidence_and_its_pictures_digest_in_the_book(world, boss):
    agent = world.agent()
    told = {"amount": "1,000.50", "currency": "USD", "evidence": "Bank 7", "key": "k"}

    for _ in range(2):
        answer = boss.post(f"/operator/tenants/{agent.id}/cash", data=told | {"pictures": [(BytesIO(png()), "a.png")]})
        assert answer.status_code == 302

    with world.database.reading() as session:
        assert cash.balance(session, agent, Currency.USD) == 100_050
        note = session.exec(select(Journal.note).where(Journal.tenant_id == agent.id)).one()
    assert note.startswith("Bank 7 sha256:")
    assert boss.post(f"/operator/tenants/{agent.id}/cash", data=told | {"evidence": " ", "key": "l"}).status_code == 422


def test_cash_is_an_agents(world, boss, acme):
    assert boss.get(f"/operator/tenants/{acme.id}/cash").status_code == 404


def test_products_are_added_priced_anew_and_taken_off(world, boss):
    told = {
        "code": "V60",
        "name": "An hour",
        "kind": "video",
        "quantity": "60",
        "price-CNY": "600",
        "price-THB": "3000",
        "valid_days": "365",
    }
    assert boss.post("/operator/products", data=told).status_code == 302
    with world.database.reading() as session:
        (pack,) = products.price_list(session)
    assert (pack.quantity, pack.prices, pack.valid_days) == (60 * MINUTE, {"CNY": 60_000, "THB": 300_000}, 365)

    assert boss.post(f"/operator/products/{pack.id}", data={"name": "One hour", "price-CNY": "550.5"}).status_code == 302
    with world.database.reading() as session:
        (pack,) = products.price_list(session)
    assert (pack.name, pack.prices) == ("One hour", {"CNY": 55_050})

    assert boss.post(f"/operator/products/{pack.id}/retire").status_code == 302
    assert "Off the list" in boss.get("/operator/products").text
    assert boss.post("/operator/products", data=told).status_code == 422


def test_the_operator_finds_every_order_with_its_price(world, boss, acme):
    pack = product(world.database)
    boss.post(f"/operator/tenants/{acme.id}/deal", data=deal(pack))

    page = boss.get("/operator/orders?kind=video&source=operator").text

    assert "CN¥170.00" in page
    assert "8.50 折" in page


def test_an_order_opens_what_became_of_it_for_whoever_sees_money(world, boss, acme):
    boss.post(f"/operator/tenants/{acme.id}/deal", data=deal(product(world.database)))
    (line,) = lines(world)
    address = f"/operator/tenants/{acme.id}/entries?order={line.id}"

    assert address in boss.get("/operator/orders").text
    assert address in boss.get(f"/operator/orders/{acme.id}/{line.id}").text
    assert "20 min" in boss.get(address).text
    assert boss.get(f"/operator/tenants/{'0' * 32}/entries").status_code == 404
    assert staff(world, "pat", StaffRole.TRAINING).get(address).status_code == 403
