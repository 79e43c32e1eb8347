"""Orders: who may be topped up by whom, at what price, on what proof, and what an agent pays."""

import shutil
from datetime import date, timedelta

import pytest
from sqlmodel import select

from tests.accounts import DAY, NOW, agency, bound, differences, given, left, opened, product
from webapp.database import Database
from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.ledger.kinds import Currency, Kind
from webapp.models.approval import Approval, ApprovalState
from webapp.models.binding import Binding
from webapp.models.columns import new_id
from webapp.models.order import OrderLine, Source
from webapp.models.product import Product
from webapp.models.tenant import TenantKind
from webapp.services import cash, entitlements, orders, products, reversals
from webapp.services.cash import CashShort
from webapp.services.entitlements import Wish
from webapp.services.order_terms import Gift, Item, Terms

PROOF = {"code": "T-1", "form": "form.pdf"}


def placed(database, tenant, items, now=NOW, **terms):
    with database.transaction() as session:
        return orders.place(session, tenant, items, Terms(**({"key": new_id()} | terms)), now)


def refused(database, tenant, items, error, **terms):
    with pytest.raises(error) as raised:
        placed(database, tenant, items, **terms)
    return raised.value.code, raised.value.facts.get("right")


def approved(database, tenant, kind, roles, state=ApprovalState.APPROVED):
    with database.transaction() as session:
        approval = Approval(kind=kind, subject_id=tenant.id, tenant_id=tenant.id, roles=roles, state=state, asked_by_id=new_id())
        session.add(approval)
    return {"approval_id": approval.id, "key": f"approval:{approval.id}"}


def topped_up(database, agent, amount, currency=Currency.CNY, key="1"):
    with database.transaction() as session:
        return cash.top_up(session, agent, currency, amount, evidence="receipt 7", created_by=None, key=key, now=NOW)


def simulated(database, agent, customer, items, currency=Currency.CNY):
    with database.reading() as session:
        return orders.simulate_grant(session, agent, customer, items, currency=currency, now=NOW)


def granted(database, agent, customer, items, *, cost, key="k", currency=Currency.CNY):
    with database.transaction() as session:
        return orders.grant(session, agent, customer, items, currency=currency, cost=cost, created_by=None, key=key, now=NOW)


def balance(database, agent, currency=Currency.CNY):
    with database.reading() as session:
        return cash.balances(session, agent)[currency]


@pytest.fixture
def database(tmp_path, blank_database):
    """Tables and no rows, without an application around them."""
    made = Database(f"sqlite:///{shutil.copy(blank_database, tmp_path / 'books.sqlite3')}")
    yield made
    made.dispose()


@pytest.fixture
def deal(database):
    """An agent at 8.55 折 with 100.00 in cash, its customer, and a pack of ten minutes for 33.33."""
    agent, (customer, _) = agency(database, 855), opened(database)
    bound(database, agent, customer)
    topped_up(database, agent, 10_000)
    return agent, customer, product(database, prices={Currency.CNY: 3_333, Currency.USD: 500})


def test_a_purchase_grants_what_was_paid_for_and_keeps_the_price_of_its_day(database):
    tenant, _ = opened(database, TenantKind.PERSONAL)
    pack = product(database, valid_days=365)
    for _ in range(2):
        (line,) = placed(database, tenant, [Item(pack.id, 3)], source=Source.PURCHASE, currency=Currency.CNY, key="payment:1")
    with database.transaction() as session:
        offer = products.Offer(code=pack.code, name="Dearer", kind=pack.kind, quantity=pack.quantity, prices={Currency.CNY: 99_999})
        products.change(session, pack.id, offer)

    assert (line.list_price, line.count, line.price_paid, line.discount) == (10_000, 3, 30_000, 1000)
    assert line.expires_at == NOW + 365 * DAY
    assert left(database, tenant) == (1_800_000, 0, 0, 0)
    with database.reading() as session:
        assert orders.find(session, tenant, line.id).list_price == 10_000


@pytest.mark.parametrize(("kind", "error"), [(TenantKind.ENTERPRISE, Forbidden), (TenantKind.AGENT, Invalid)])
def test_only_a_personal_tenant_buys_for_itself(database, kind, error):
    tenant, _ = opened(database, kind)
    refused(database, tenant, [Item(product(database).id)], error, source=Source.PURCHASE, currency=Currency.CNY)


@pytest.mark.parametrize("wrong", [{"currency": None}, {"discount": 900}, {"contract_total": 1}])
def test_a_purchase_is_at_the_list_price(database, wrong):
    tenant, _ = opened(database, TenantKind.PERSONAL)
    pack = product(database)
    refused(database, tenant, [Item(pack.id)], Invalid, **({"source": Source.PURCHASE, "currency": Currency.CNY} | wrong))


def test_a_direct_deal_s_discount_is_computed_and_its_total_spread_over_the_lines(database):
    tenant, _ = opened(database)
    items = [Item(product(database, prices={Currency.CNY: price}).id, count) for price, count in ((10_000, 2), (3_333, 3))]
    lines = placed(database, tenant, items, source=Source.OPERATOR, currency=Currency.CNY, contract_total=25_000, discount=833)

    assert {line.discount for line in lines} == {833}
    assert sum(line.price_paid for line in lines) == 25_000
    assert [line.price_paid for line in lines] == [16_667, 8_333]


def test_a_discount_that_does_not_fit_is_refused_with_the_right_one(database):
    tenant, _ = opened(database)
    items = [Item(product(database).id, 2)]
    deal = {"source": Source.OPERATOR, "currency": Currency.CNY, "contract_total": 17_001}

    assert refused(database, tenant, items, Invalid, discount=851, **deal) == ("discount-differs", "8.50")
    assert left(database, tenant)[0] == 0
    placed(database, tenant, items, discount=850, **deal)


@pytest.mark.parametrize("missing", ["currency", "contract_total"])
def test_a_direct_deal_names_its_total_and_currency(database, missing):
    tenant, _ = opened(database)
    deal = {"source": Source.OPERATOR, "currency": Currency.CNY, "contract_total": 1} | {missing: None}
    assert refused(database, tenant, [Item(product(database).id)], Invalid, **deal)[0] == "contract-missing"


def test_a_test_grant_is_free_marked_and_may_expire(database):
    tenant, _ = opened(database)
    (line,) = placed(database, tenant, [Item(product(database).id)], source=Source.TEST, evidence=PROOF, expires_at=NOW + DAY)

    assert (line.price_paid, line.currency, line.list_price) == (0, None, 0)
    assert left(database, tenant, now=NOW + DAY) == (0, 0, 0, 600_000)


@pytest.mark.parametrize("missing", ["code", "form"])
def test_a_test_grant_needs_a_code_and_a_form(database, missing):
    tenant, _ = opened(database)
    proof = {name: value for name, value in PROOF.items() if name != missing}
    assert refused(database, tenant, [Gift(Kind.VIDEO, 1)], Invalid, source=Source.TEST, evidence=proof)[0] == f"test-{missing}-missing"


def test_customisations_to_test_need_an_approval_that_is_used_once(database):
    tenant, _ = opened(database)
    gift, terms = [Gift(Kind.PRESENTER, 1)], {"source": Source.TEST, "evidence": PROOF}
    assert refused(database, tenant, gift, Forbidden, **terms) == ("approval-missing", None)
    approval = approved(database, tenant, "test-grant", ["training"])
    assert refused(database, tenant, gift, Invalid, **terms, **(approval | {"key": "other"}))[0] == "approval-used"
    for _ in range(2):
        placed(database, tenant, gift, **terms, **approval)

    assert left(database, tenant, Kind.PRESENTER)[0] == 1


@pytest.mark.parametrize(
    ("kind", "roles", "state"),
    [
        ("test-grant", [], ApprovalState.OPEN),
        ("test-grant", [], ApprovalState.REFUSED),
        ("early-delivery", ["sales", "product"], ApprovalState.APPROVED),
    ],
)
def test_an_approval_that_was_not_given_or_is_for_something_else_does_not_count(database, kind, roles, state):
    tenant, _ = opened(database)
    terms = {"source": Source.TEST, "evidence": PROOF} | approved(database, tenant, kind, roles, state)
    assert refused(database, tenant, [Gift(Kind.VOICE, 1)], Forbidden, **terms)[0] == "approval-missing"


def test_another_tenant_s_approval_does_not_count(database):
    (tenant, _), (other, _) = opened(database), opened(database)
    terms = {"source": Source.TEST, "evidence": PROOF} | approved(database, other, "test-grant", [])
    refused(database, tenant, [Gift(Kind.VOICE, 1)], Forbidden, **terms)


def test_early_delivery_takes_two_approvals_a_contract_in_time_and_says_who_bears_the_cost(database):
    tenant, _ = opened(database)
    items = [Item(product(database).id)]
    one = approved(database, tenant, "early-delivery", ["sales"])
    both = approved(database, tenant, "early-delivery", ["product", "sales"])
    right = {"source": Source.EARLY, "currency": Currency.CNY, "cost_owner": "Sales East", "contract_on": date(2026, 3, 4)}

    assert refused(database, tenant, items, Forbidden, **right, **one)[0] == "approval-missing"
    assert refused(database, tenant, items, Invalid, **(right | both | {"cost_owner": " "}))[0] == "cost-owner-missing"
    assert refused(database, tenant, items, Invalid, **(right | both | {"contract_on": date(2026, 3, 5)}))[0] == "contract-date"
    assert refused(database, tenant, items, Invalid, **(right | both | {"contract_on": None}))[0] == "contract-date"
    (line,) = placed(database, tenant, items, **right, **both)
    assert (line.cost_owner, line.evidence["contract_on"]) == ("Sales East", "2026-03-04")
    there = approved(database, tenant, "early-delivery", ["product", "sales"])
    placed(database, tenant, items, **(right | there | {"contract_on": date(2026, 3, 5), "opened_on": date(2026, 3, 5)}))


def test_an_order_needs_items_that_are_for_sale(database):
    tenant, _ = opened(database, TenantKind.PERSONAL)
    pack = product(database)
    buy = {"source": Source.PURCHASE, "currency": Currency.CNY}
    refused(database, tenant, [], Invalid, **buy)
    refused(database, tenant, [Item(pack.id, 0)], Invalid, **buy)
    refused(database, tenant, [Item("x")], NotFound, **buy)
    refused(database, tenant, [Item(pack.id)], Invalid, **(buy | {"currency": Currency.THB}))
    refused(database, tenant, [Item(pack.id)], Invalid, expires_at=NOW, **buy)
    refused(database, tenant, [Item(pack.id)], Forbidden, **(buy | {"source": Source.AGENT}))
    refused(database, tenant, [Gift(Kind.VIDEO, 0)], Invalid, source=Source.TEST, evidence=PROOF)
    with database.transaction() as session:
        products.retire(session, pack.id, NOW)
    refused(database, tenant, [Item(pack.id)], Invalid, **buy)


def test_an_agent_s_grant_is_simulated_on_both_ledgers_and_then_made_so(database, deal):
    agent, customer, pack = deal
    shown = simulated(database, agent, customer, [Item(pack.id, 3)])
    assert (shown.cost, shown.missing) == (8_549, 0)
    assert (shown.cash.before, shown.cash.after) == (10_000, 1_451)
    assert {kind: (change.before, change.after) for kind, change in shown.customer.items()} == {Kind.VIDEO: (0, 1_800_000)}
    assert balance(database, agent) == 10_000
    for _ in range(2):
        (line,) = granted(database, agent, customer, [Item(pack.id, 3)], cost=shown.cost)

    assert (line.agent_id, line.discount, line.list_price, line.price_paid) == (agent.id, 855, 3_333, 8_549)
    assert balance(database, agent) == 1_451
    assert left(database, customer)[0] == 1_800_000
    assert differences(database) == []


def test_too_little_cash_is_refused_with_the_shortfall(database, deal):
    agent, customer, pack = deal
    shown = simulated(database, agent, customer, [Item(pack.id, 4)])
    assert (shown.cost, shown.missing) == (11_399, 1_399)
    with pytest.raises(CashShort) as short:
        granted(database, agent, customer, [Item(pack.id, 4)], cost=shown.cost)

    assert short.value.facts == {"currency": "CNY", "needed": "113.99", "available": "100.00", "missing": "13.99"}
    assert (balance(database, agent), left(database, customer)[0]) == (10_000, 0)


def test_cash_of_one_currency_pays_nothing_in_another(database, deal):
    agent, customer, pack = deal
    with pytest.raises(CashShort):
        granted(database, agent, customer, [Item(pack.id)], cost=428, currency=Currency.USD)


def test_a_grant_that_would_cost_something_else_than_was_shown_is_refused(database, deal):
    agent, customer, pack = deal
    with pytest.raises(Conflict) as changed:
        granted(database, agent, customer, [Item(pack.id, 3)], cost=8_548)

    assert changed.value.facts == {"currency": "CNY", "cost": "85.49"}


def test_lines_are_rounded_each_by_itself(database, deal):
    agent, customer, pack = deal
    other = product(database, prices={Currency.CNY: 1})
    assert simulated(database, agent, customer, [Item(pack.id), Item(other.id), Item(pack.id)]).cost == 2_850 + 1 + 2_850


def test_an_agent_knows_only_customers_who_are_bound_to_it_now(database, deal):
    agent, customer, pack = deal
    stranger, _ = opened(database)
    with database.transaction() as session:
        session.exec(select(Binding).where(Binding.customer_id == customer.id)).one().until = NOW
    for one in (stranger, customer):
        with pytest.raises(NotFound):
            simulated(database, agent, one, [Item(pack.id)])
    with pytest.raises(NotFound):
        simulated(database, stranger, customer, [Item(pack.id)])


def test_a_tenant_that_is_no_agent_grants_nothing(database, deal):
    _, _, pack = deal
    fake, _ = opened(database)
    other, _ = opened(database)
    bound(database, fake, other)
    with pytest.raises(NotFound):
        simulated(database, fake, other, [Item(pack.id)])


def test_unbinding_leaves_what_was_granted(database, deal):
    agent, customer, pack = deal
    granted(database, agent, customer, [Item(pack.id)], cost=2_850)
    with database.transaction() as session:
        session.exec(select(Binding).where(Binding.customer_id == customer.id)).one().until = NOW

    assert left(database, customer)[0] == 600_000


def test_an_order_that_nobody_used_is_taken_back_on_both_sides_once(database, deal):
    agent, customer, pack = deal
    (line,) = granted(database, agent, customer, [Item(pack.id)], cost=2_850)
    for _ in range(2):
        with database.transaction() as session:
            orders.reverse(session, customer, line.id, reason="wrong customer", user_id=None, now=NOW)

    assert (balance(database, agent), left(database, customer)) == (10_000, (0, 0, 0, 0))
    assert differences(database) == []


def test_an_order_of_which_something_was_used_stays(database, deal):
    agent, customer, pack = deal
    (line,) = granted(database, agent, customer, [Item(pack.id)], cost=2_850)
    with database.transaction() as session:
        entitlements.use(session, customer, Wish(kind=Kind.VIDEO, amount=1, subject="live:1"), NOW)
    with pytest.raises(Conflict), database.transaction() as session:
        orders.reverse(session, customer, line.id, reason="wrong customer", user_id=None, now=NOW)

    assert balance(database, agent) == 7_150
    with database.reading() as session:
        assert session.get_one(OrderLine, line.id).reversed_at is None


def test_an_order_without_an_agent_is_taken_back_too(database):
    tenant, _ = opened(database)
    line = given(database, tenant, Kind.VIDEO, 10)
    stranger, _ = opened(database)
    with database.transaction() as session:
        with pytest.raises(NotFound):
            orders.reverse(session, stranger, line.id, reason="x", user_id=None, now=NOW)
        orders.reverse(session, tenant, line.id, reason="x", user_id=None, now=NOW)

    assert left(database, tenant)[0] == 0


def test_use_that_is_taken_back_is_available_again(database):
    tenant, (mei,) = opened(database)
    given(database, tenant, Kind.VIDEO, 10)
    with database.transaction() as session:
        journal = entitlements.use(session, tenant, Wish(kind=Kind.VIDEO, amount=4, subject="live:1", user_id=mei.id), NOW)
        undone = reversals.reverse(session, tenant, journal.id, reason="broken", user_id=None, now=NOW)
        assert reversals.reverse(session, tenant, journal.id, reason="broken", user_id=None, now=NOW).id == undone.id
        assert entitlements.used_by(session, tenant, mei.id, Kind.VIDEO) == 0
        with pytest.raises(Conflict):
            reversals.reverse(session, tenant, undone.id, reason="again", user_id=None, now=NOW)
        with pytest.raises(Invalid):
            reversals.reverse(session, tenant, journal.id, reason=" ", user_id=None, now=NOW)
        with pytest.raises(NotFound):
            reversals.reverse(session, tenant, "x", reason="x", user_id=None, now=NOW)

    assert left(database, tenant) == (10, 0, 0, 0)


def test_a_capture_that_is_taken_back_gives_its_hold_back_whole(database):
    tenant, _ = opened(database)
    given(database, tenant, Kind.VIDEO, 10)
    with database.transaction() as session:
        hold = entitlements.hold(session, tenant, Wish(kind=Kind.VIDEO, amount=8, subject="export:1"), NOW)
        entitlements.capture(session, tenant, hold.id, 5, NOW)
        rows = session.execute(entitlements.entries(tenant, subject="export:1")).all()
        capture = next(journal for _, journal in rows if journal.verb == "capture")
        reversals.reverse(session, tenant, capture.id, reason="the film was broken", user_id=None, now=NOW)

    assert left(database, tenant) == (10, 0, 0, 0)
    assert differences(database) == []


def test_cash_comes_with_evidence_to_agents_and_once(database):
    agent = agency(database)
    for _ in range(2):
        topped_up(database, agent, 500)
    topped_up(database, agent, 300, Currency.THB, "2")
    with database.transaction() as session:
        for amount, evidence in ((0, "x"), (1, " "), (1, "x" * 501)):
            with pytest.raises(Invalid):
                cash.top_up(session, agent, Currency.CNY, amount, evidence=evidence, created_by=None, key="3", now=NOW)
        assert cash.balances(session, agent) == {Currency.CNY: 500, Currency.USD: 0, Currency.THB: 300}
        ((entry, journal),) = session.execute(cash.entries(agent, Currency.CNY)).all()
        assert len(session.execute(cash.entries(agent)).all()) == 2
    assert (entry.amount, journal.note) == (500, "receipt 7")
    customer, _ = opened(database)
    with pytest.raises(Invalid):
        topped_up(database, customer, 1)


def test_a_free_grant_of_an_agent_moves_no_cash(database, deal):
    agent, customer, _ = deal
    free = product(database, prices={Currency.CNY: 0})
    granted(database, agent, customer, [Item(free.id)], cost=0)

    assert (balance(database, agent), left(database, customer)[0]) == (10_000, 600_000)


def test_orders_are_told_with_money_to_agents_and_without_it_to_their_tenant(database, deal):
    agent, customer, pack = deal
    granted(database, agent, customer, [Item(pack.id)], cost=2_850)
    given(database, customer, Kind.VIP, 2, NOW + DAY)
    with database.reading() as session:
        everything = session.execute(orders.query([customer.id])).all()
        its_own = session.execute(orders.query([customer.id], agent_id=agent.id, since=NOW, until=NOW + timedelta(seconds=1))).all()
        vip = session.execute(orders.query([customer.id], kinds=[Kind.VIP], sources=[Source.OPERATOR])).all()
        seen = session.execute(orders.quantities(customer, kinds=[Kind.VIDEO], sources=[Source.AGENT], since=NOW, until=NOW + DAY)).all()
    assert (len(everything), [row.OrderLine.price_paid for row in its_own], len(vip)) == (2, [2_850], 1)
    assert (seen[0].quantity, seen[0].product) == (600_000, pack.name)
    assert not {"list_price", "price_paid", "discount", "currency", "evidence"} & set(seen[0]._fields)


def test_products_are_listed_by_currency_and_place(database):
    second, first = product(database, position=2), product(database, position=1, prices={Currency.USD: 1})
    with database.transaction() as session:
        assert [one.id for one in products.price_list(session)] == [first.id, second.id]
        assert [one.id for one in products.price_list(session, Currency.CNY)] == [second.id]
        products.retire(session, first.id, NOW)
        products.retire(session, first.id, NOW + DAY)
        assert [one.id for one in products.price_list(session)] == [second.id]
        assert len(products.price_list(session, retired=True)) == 2
        assert session.get_one(Product, first.id).retired_at == NOW


@pytest.mark.parametrize(
    "wrong",
    [{"code": ""}, {"code": "x" * 41}, {"name": " "}, {"quantity": 0}, {"prices": {Currency.CNY: -1}}, {"valid_days": 0}],
)
def test_a_product_that_makes_no_sense_is_refused(database, wrong):
    with pytest.raises(Invalid):
        product(database, **wrong)


def test_what_a_product_is_a_pack_of_stays_and_its_code_is_its_own(database):
    pack = product(database)
    offer = {"code": pack.code, "name": "x", "kind": pack.kind}
    with database.transaction() as session:
        with pytest.raises(Invalid):
            products.change(session, pack.id, products.Offer(quantity=1, **offer))
        with pytest.raises(Invalid):
            products.add(session, products.Offer(quantity=1, **offer), NOW)
        with pytest.raises(NotFound):
            products.find(session, "x")
