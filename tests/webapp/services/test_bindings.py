from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from tests.accounts import DAY, NOW, agency, given, opened
from webapp.errors import Conflict, Invalid, NotFound
from webapp.ledger.kinds import Kind
from webapp.models.audit import AuditEntry
from webapp.models.binding import Binding
from webapp.models.ledger import Entry
from webapp.services import audit, bindings, dashboards, entitlements, listing, tenants
from webapp.services.entitlements import Wish


def part(world, customer, **by):
    with world.database.transaction() as session:
        bindings.unbind(session, audit.SYSTEM, customer.id, world.clock(), **by)


def seen(world, agent):
    """The acts on its customers that the agent may read."""
    query = sa.select(AuditEntry.verb).where(bindings.period(agent.id, col(AuditEntry.tenant_id), col(AuditEntry.created_at)))
    with world.database.reading() as session:
        return list(session.scalars(query.order_by(col(AuditEntry.created_at))))


def act(world, customer, verb):
    world.clock.forward(hours=1)
    with world.database.transaction() as session:
        audit.note(session, audit.SYSTEM, verb, audit.Subject("tenant", customer.id, "", customer.id), world.clock())


def test_an_agent_reads_only_what_happened_while_bound(world):
    customer, agent = world.enterprise(), world.agent()
    act(world, customer, "before")
    world.clock.forward(hours=1)
    world.bind(customer, agent)
    act(world, customer, "while")
    world.clock.forward(hours=1)
    part(world, customer)
    act(world, customer, "between")
    world.clock.forward(hours=1)
    world.bind(customer, agent)
    act(world, customer, "again")

    assert seen(world, agent) == ["agent.bound", "while", "agent.bound", "again"]


def test_another_agent_reads_nothing_of_it(world):
    customer, agent, rival = world.enterprise(), world.agent(), world.agent("Rival", "rival")
    world.bind(customer, agent)
    act(world, customer, "while")

    assert seen(world, rival) == []


def test_the_period_ends_the_moment_of_the_parting_and_begins_with_the_binding(world):
    customer, agent = world.enterprise(), world.agent()
    world.bind(customer, agent)
    start = world.clock()
    world.clock.forward(hours=1)
    part(world, customer)

    with world.database.reading() as session:
        for moment, inside in ((start, True), (start - timedelta(seconds=1), False), (world.clock(), False)):
            condition = bindings.period(agent.id, sa.literal(customer.id), sa.literal(moment, col(AuditEntry.created_at).type))
            assert bool(session.scalar(sa.select(condition))) is inside


def test_a_customer_has_one_agent_at_a_time(world):
    customer = world.enterprise()
    world.bind(customer, world.agent())

    with pytest.raises(Conflict) as refused:
        world.bind(customer, world.agent("Rival", "rival"))
    assert refused.value.code == "binding-there"


def test_after_parting_another_agent_can_be_bound(world):
    customer, first, second = world.enterprise(), world.agent(), world.agent("Rival", "rival")
    world.bind(customer, first)
    part(world, customer)
    world.bind(customer, second)

    with world.database.reading() as session:
        assert bindings.current(session, customer.id)[1].name == "Rival"
        assert len(bindings.history(session, first.id, customer.id)) == 1


def test_an_agent_parts_only_from_its_own_customers(world):
    customer, rival = world.enterprise(), world.agent("Rival", "rival")
    world.bind(customer, world.agent())

    with pytest.raises(NotFound):
        part(world, customer, agent_id=rival.id)


def test_a_code_is_read_as_it_is_typed_and_an_unknown_one_refused(world):
    agent = world.agent()
    with world.database.reading() as session:
        code = tenants.agent_of(session, agent).code
        assert bindings.agent_by_code(session, f" {code.lower()} ").id == agent.id
        with pytest.raises(Invalid):
            bindings.agent_by_code(session, "NOSUCH22")


def test_agents_have_no_agents(world):
    with pytest.raises(Invalid):
        world.bind(world.agent(), world.agent("Rival", "rival"))


def test_what_was_agreed_to_is_kept(world):
    customer = world.enterprise()
    world.bind(customer, world.agent())

    with world.database.reading() as session:
        assert bindings.current(session, customer.id)[0].statement == "As told."
        assert session.exec(select(AuditEntry.facts).where(AuditEntry.verb == "agent.bound")).one()["agent"] == "Reseller"


def test_there_is_no_history_with_somebody_who_was_never_a_customer(world):
    with world.database.reading() as session, pytest.raises(NotFound):
        bindings.history(session, world.agent().id, world.enterprise().id)


def used_at(database, customer, number, now):
    with database.transaction() as session:
        entitlements.use(session, customer, Wish(kind=Kind.VIDEO, amount=1 + number, subject=f"export:{number}"), now)


@pytest.mark.parametrize("descending", [True, False])
def test_an_agents_pages_hold_what_all_its_customers_used_while_they_were_its_in_one_order(any_database, descending):
    agent, other, customers = agency(any_database), agency(any_database), [opened(any_database)[0] for _ in range(3)]
    for customer in customers:
        given(any_database, customer, Kind.VIDEO, 1_000)
    for customer, holder, since, until in (
        (customers[0], agent, 0, 8),
        (customers[0], agent, 20, None),
        (customers[1], agent, 5, None),
        (customers[2], other, 0, None),
    ):
        with any_database.transaction() as session:
            end = until and NOW + until * DAY
            session.add(Binding(agent_id=holder.id, customer_id=customer.id, since=NOW + since * DAY, until=end, statement="yes"))
    for number in range(30):
        used_at(any_database, customers[number % 3], number, NOW + number * DAY)

    query = entitlements.consumption_seen(dashboards.of_agent(agent))
    groups = bindings.groups(agent.id, Entry.tenant_id, Entry.posted_at).narrowed(entitlements.CONSUMED)
    order = listing.Order(Entry.posted_at, Entry.id, descending=descending, groups=groups)
    found, after = [], ""
    while after or not found:
        with any_database.reading() as session:
            page = listing.read(session, query, order, after=after, size=4)
        found += [row.Entry.amount - 1 for row in page.rows]
        after = page.following
    expected = [number for number in range(30) if (number % 3 == 0 and (number < 8 or number >= 20)) or (number % 3 == 1 and number >= 5)]
    assert found == sorted(expected, reverse=descending)
