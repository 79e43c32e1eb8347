"""What tests of entitlements and money stand on: tenants with members, lots, an agent with customers, and the audit of it all."""

from datetime import UTC, datetime, timedelta

from webapp.database import Database
from webapp.ledger.kinds import Currency, Kind
from webapp.models.binding import Binding
from webapp.models.columns import new_id
from webapp.models.identity import User
from webapp.models.order import Source
from webapp.models.tenant import Agent, Membership, Role, Tenant, TenantKind
from webapp.services import entitlements, orders, products, statements
from webapp.services.order_terms import Gift, Terms
from webapp.services.products import Offer

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def opened(database: Database, kind: TenantKind = TenantKind.ENTERPRISE, members: int = 1) -> tuple[Tenant, list[User]]:
    """A tenant with so many members, the first of them its admin."""
    with database.transaction() as session:
        tenant = Tenant(kind=kind, name=kind.value)
        users = [User(email=f"{new_id()}@example.com", name=f"user {number}") for number in range(members)]
        session.add_all([tenant, *users])
        session.flush()
        for number, user in enumerate(users):
            session.add(Membership(tenant_id=tenant.id, user_id=user.id, role=Role.MEMBER if number else Role.ADMIN))
    return tenant, users


def agency(database: Database, discount: int = 850) -> Tenant:
    """An agent with a contract."""
    tenant, _ = opened(database, TenantKind.AGENT)
    with database.transaction() as session:
        session.add(Agent(tenant_id=tenant.id, code=new_id()[:8], discount=discount))
    return tenant


def bound(database: Database, agent: Tenant, customer: Tenant, since: datetime = NOW) -> None:
    """The customer is the agent's from then on."""
    with database.transaction() as session:
        session.add(Binding(agent_id=agent.id, customer_id=customer.id, since=since, statement="yes"))


def given(database: Database, tenant: Tenant, kind: Kind, quantity: int, now: datetime = NOW, **terms):
    """So much of a kind, from a direct deal over nothing."""
    agreed = {"source": Source.OPERATOR, "key": new_id(), "currency": Currency.CNY, "contract_total": 0} | terms
    with database.transaction() as session:
        (line,) = orders.place(session, tenant, [Gift(kind, quantity)], Terms(**agreed), now)
    return line


def product(database: Database, kind: Kind = Kind.VIDEO, quantity: int = 600_000, **offer):
    """Something on the price list: ten minutes for 100.00 in CNY, unless said otherwise."""
    told = {"code": new_id()[:12], "name": "Ten minutes", "prices": {Currency.CNY: 10_000, Currency.USD: 1_500}} | offer
    with database.transaction() as session:
        return products.add(session, Offer(kind=kind, quantity=quantity, **told), NOW)


def left(database: Database, tenant: Tenant, kind: Kind = Kind.VIDEO, now: datetime = NOW) -> tuple[int, int, int, int]:
    """Available, held, used, expired."""
    with database.reading() as session:
        found = entitlements.balance(session, tenant, kind, now)
    return found.available, found.held, found.used, found.expired


def differences(database: Database) -> list[statements.Difference]:
    """What the audit finds wrong."""
    with database.reading() as session:
        return statements.verify(session)
