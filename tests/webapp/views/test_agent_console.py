"""An agent's console: granting to customers, and reading what happened while they were its customers."""

import csv
import re
from io import StringIO

import pytest

from tests.accounts import given, left, product
from webapp.ledger.kinds import Currency, Kind
from webapp.services import bindings, cash, entitlements
from webapp.services.entitlements import Wish

MINUTE = 60_000


@pytest.fixture
def acme(world):
    return world.enterprise()


@pytest.fixture
def agent(world):
    return world.agent()


@pytest.fixture
def rep(world, agent):
    return world.enter("rep", agent).client


@pytest.fixture
def bound(world, acme, agent):
    world.bind(acme, agent)


def pay_in(world, agent, amount, key="first"):
    with world.database.transaction() as session:
        cash.top_up(session, agent, Currency.CNY, amount, evidence="Bank 7", created_by=None, key=key, now=world.clock())


def use(world, tenant, amount, subject):
    with world.database.transaction() as session:
        entitlements.use(session, tenant, Wish(kind=Kind.VIDEO, amount=amount, subject=subject), world.clock())


def lines(answer):
    return list(csv.reader(StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def hidden(page):
    return dict(
        re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page[page.index('id="simulation"') :].split("</form>")[0])
    )


@pytest.mark.usefixtures("bound")
def test_a_grant_is_shown_on_both_accounts_then_confirmed(world, acme, agent, rep):
    pay_in(world, agent, 20_000)
    pack = product(world.database)

    page = rep.get(f"/agent/customers/{acme.id}/grant?currency=CNY&count-{pack.id}=2&simulate=yes").text
    assert "CN¥200.00" in page
    assert "CN¥69.00" in page
    assert "20 min" in page
    assert left(world.database, acme) == (0, 0, 0, 0)

    answer = rep.post(f"/agent/customers/{acme.id}/grant", data=hidden(page))
    assert answer.status_code == 302
    assert left(world.database, acme)[0] == 20 * MINUTE
    rep.post(f"/agent/customers/{acme.id}/grant", data=hidden(page))
    assert left(world.database, acme)[0] == 20 * MINUTE
    with world.database.reading() as session:
        assert cash.balance(session, agent, Currency.CNY) == 6_900


@pytest.mark.usefixtures("bound")
def test_too_little_cash_is_refused_with_what_is_missing(world, acme, agent, rep):
    pay_in(world, agent, 5_000)
    pack = product(world.database)

    page = rep.get(f"/agent/customers/{acme.id}/grant?currency=CNY&count-{pack.id}=1&simulate=yes").text
    assert "CN¥15.50 is missing" in page
    assert 'name="cost"' not in page

    forced = {f"count-{pack.id}": "1", "currency": "CNY", "cost": "6550", "key": "k"}
    answer = rep.post(f"/agent/customers/{acme.id}/grant", data=forced)
    assert answer.status_code == 422
    assert "15.50 is missing" in answer.text
    assert left(world.database, acme) == (0, 0, 0, 0)


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(
    ("typed", "words"),
    [({}, "at least one product"), ({"count": "x"}, "one or more"), ({"cost": "x"}, "above zero"), ({"cost": "1"}, "65.50")],
)
def test_what_does_not_fit_is_said_and_nothing_is_granted(world, acme, agent, rep, typed, words):
    pay_in(world, agent, 20_000)
    pack = product(world.database)
    data = {"currency": "CNY", "cost": typed.get("cost", "6550"), "key": "k"}
    data |= {f"count-{pack.id}": typed.get("count", "1")} if typed else {}

    answer = rep.post(f"/agent/customers/{acme.id}/grant", data=data)

    assert answer.status_code == 422
    assert words in answer.text
    assert left(world.database, acme) == (0, 0, 0, 0)


def test_nobody_grants_to_who_is_no_customer(world, acme, agent, rep):
    pay_in(world, agent, 20_000)
    pack = product(world.database)
    data = {f"count-{pack.id}": "1", "currency": "CNY", "cost": "6550", "key": "k"}

    assert rep.get(f"/agent/customers/{acme.id}").status_code == 404
    assert rep.post(f"/agent/customers/{acme.id}/grant", data=data).status_code == 404
    assert rep.get(f"/agent/customers/{acme.id}/entries").status_code == 404


def test_an_agent_reads_only_what_happened_while_bound(world, acme, agent, rep):
    given(world.database, acme, Kind.VIDEO, 100 * MINUTE, world.clock())
    use(world, acme, 11_000, "export:before")
    world.clock.forward(days=1)
    world.bind(acme, agent)
    world.clock.forward(hours=1)
    given(world.database, acme, Kind.VIDEO, 7 * MINUTE, world.clock())
    use(world, acme, 22_000, "export:while")
    world.clock.forward(days=1)
    boss = world.actor("admin")
    with world.database.transaction() as session:
        bindings.unbind(session, boss, acme.id, world.clock())
    world.clock.forward(days=1)
    use(world, acme, 33_000, "export:after")

    assert [line[-1] for line in lines(rep.get("/agent/consumption?as=csv"))[1:]] == ["22"]
    assert [line[5] for line in lines(rep.get("/agent/orders?as=csv"))[1:]] == ["420"]
    assert {line[-1] for line in lines(rep.get(f"/agent/customers/{acme.id}/entries?as=csv"))[1:]} == {"420", "-22", "22"}
    assert "22 s" in rep.get("/agent/consumption/totals").text
    assert "100 min" not in rep.get(f"/agent/customers/{acme.id}").text
    assert rep.get(f"/agent/customers/{acme.id}/grant").status_code == 404


@pytest.mark.usefixtures("bound")
def test_an_agent_sees_its_own_prices_and_nobody_elses(world, acme, rep):
    given(world.database, acme, Kind.VIDEO, MINUTE, world.clock(), contract_total=0)

    (found,) = lines(rep.get("/agent/orders?as=csv"))[1:]

    assert found[6:8] == ["", ""]


def test_the_cash_opens_what_moved_it(world, agent, rep):
    pay_in(world, agent, 12_345)

    assert "/agent/cash?currency=CNY" in rep.get("/agent").text
    (found,) = lines(rep.get("/agent/cash?currency=CNY&what=top-up&as=csv"))[1:]
    assert found[1:] == ["Paid in", "Bank 7", "CNY", "123.45"]
