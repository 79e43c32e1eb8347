"""The second wall: PostgreSQL shows a tenant's rows to that tenant's transactions, whatever the query forgot to ask."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from tests import exporting
from tests.production.roles import admit, plain, stripped
from tests.production.town import upgrade
from webapp.database import HOUSE, Audience, Database, Reach, for_everybody
from webapp.errors import NotFound
from webapp.ledger.kinds import Currency
from webapp.models.binding import Binding
from webapp.models.columns import utc_now
from webapp.models.ledger import Lot
from webapp.models.project import Project, Snapshot
from webapp.models.purchase import Purchase
from webapp.models.tenant import Agent, Tenant, TenantKind

DIRECTORY = {"agent", "approval", "audit_entry", "company", "login", "membership", "order_line"}


@dataclass
class Wall:
    """The database as web and workers see it, for whoever `reach` says."""

    database: Database
    owner_url: str
    own: Tenant
    foreign: Tenant
    reach: Reach = HOUSE

    def seen(self, model: type[SQLModel] = Project) -> int:
        with self.database.reading() as session:
            return session.exec(sa.select(sa.func.count()).select_from(model)).scalar_one()  # type: ignore[call-overload]


@pytest.fixture
def wall(postgres_url: str) -> Iterator[Wall]:
    admit(postgres_url)
    upgrade(postgres_url)
    owner = Database(postgres_url)
    tenants = Tenant(name="Mei"), Tenant(name="Stranger")
    with owner.transaction() as session:
        session.add_all(tenants)
    for tenant in tenants:
        exporting.keep(owner, tenant, exporting.small_document("词"))
    owner.dispose()
    held = Wall(None, postgres_url, *tenants)  # type: ignore[arg-type]
    held.database = Database(stripped(postgres_url).render_as_string(hide_password=False), lambda: held.reach)
    yield held
    held.database.dispose()


def test_a_query_that_names_no_tenant_sees_nothing(wall: Wall) -> None:
    with plain(stripped(wall.owner_url)) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM project").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM snapshot").scalar_one() == 0


def test_a_query_that_forgets_the_tenant_sees_its_own_alone(wall: Wall) -> None:
    wall.reach = Reach(wall.own.id, Audience.TENANT)
    assert (wall.seen(Project), wall.seen(Lot), wall.seen(Snapshot)) == (1, 1, 1)
    wall.reach = HOUSE
    assert (wall.seen(Project), wall.seen(Lot), wall.seen(Snapshot)) == (2, 2, 2)


def test_one_connection_serves_one_tenant_after_another(wall: Wall) -> None:
    for tenant in (wall.own, wall.foreign, wall.own):
        wall.reach = Reach(tenant.id, Audience.TENANT)
        with wall.database.reading() as session:
            assert session.exec(sa.select(Project.tenant_id)).scalars().all() == [tenant.id]  # type: ignore[call-overload]


def test_a_row_of_another_tenant_can_be_neither_written_nor_taken_away(wall: Wall) -> None:
    wall.reach = Reach(wall.own.id, Audience.TENANT)
    with wall.database.transaction() as session:
        changed = session.exec(sa.text("UPDATE project SET title = 'x' WHERE tenant_id = :id").bindparams(id=wall.foreign.id))  # type: ignore[call-overload]
        assert changed.rowcount == 0
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), wall.database.transaction() as session:
        session.add(Project(tenant_id=wall.foreign.id, title="x", created_at=utc_now(), updated_at=utc_now()))


def test_an_agent_reaches_its_customers_and_nobody_else(wall: Wall) -> None:
    agent = Tenant(name="Agent", kind=TenantKind.AGENT)
    with wall.database.transaction() as session:
        session.add(agent)
    wall.reach = Reach(agent.id, Audience.AGENT)
    assert wall.seen() == 0
    with wall.database.transaction() as session:
        wall.reach = HOUSE
        session.add(Agent(tenant_id=agent.id, code="code", discount=1000, created_at=utc_now()))
        session.add(Binding(agent_id=agent.id, customer_id=wall.own.id, since=utc_now(), statement=""))
        told = {"provider": "manual", "currency": Currency.CNY, "total": 1, "expires_at": utc_now()}
        session.add(Purchase(tenant_id=wall.own.id, number="P1", key="k", **told))
    wall.reach = Reach(agent.id, Audience.AGENT)
    assert (wall.seen(), wall.seen(Purchase)) == (1, 0)
    wall.reach = Reach(wall.own.id, Audience.TENANT)
    assert wall.seen(Purchase) == 1
    wall.reach = Reach(agent.id, Audience.OPERATOR)
    assert wall.seen() == 2


def test_what_is_the_houses_business_reaches_everybody_and_what_follows_does_not(wall: Wall) -> None:
    wall.reach = Reach(wall.own.id, Audience.TENANT)
    with wall.database.transaction() as session:
        with for_everybody(session):
            session.add(Project(tenant_id=wall.foreign.id, title="x", created_at=utc_now(), updated_at=utc_now()))
        assert session.exec(sa.select(Project.tenant_id)).scalars().all() == [wall.own.id]  # type: ignore[call-overload]
        with pytest.raises(NotFound), for_everybody(session):
            raise NotFound
        assert session.exec(sa.select(Project.tenant_id)).scalars().all() == [wall.own.id]  # type: ignore[call-overload]
    wall.reach = HOUSE
    assert wall.seen() == 3


def test_every_table_of_a_tenant_has_its_wall(wall: Wall) -> None:
    with plain(wall.owner_url) as connection:
        tables = connection.exec_driver_sql(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND a.attname = 'tenant_id' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
        ).fetchall()
    assert {name for (name,) in tables} == DIRECTORY
