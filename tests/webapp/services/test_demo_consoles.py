"""The demo of the consoles: half a year of records whose books are right."""

import sqlalchemy as sa
from sqlmodel import select

from tests.accounts import differences
from webapp.models.ledger import Entry
from webapp.models.purchase import Purchase, PurchaseState
from webapp.models.tenant import Agent, Membership, Tenant, TenantKind
from webapp.services import demo_consoles


def counted(session, model, *where):
    return session.execute(sa.select(sa.func.count()).select_from(model).where(*where)).scalar_one()


def test_the_consoles_are_filled_once_and_the_books_are_right(database, clock):
    for _ in range(2):
        with database.transaction() as session:
            shown = demo_consoles.seed(session, clock(), days=12)

    assert len(shown) == 6
    assert differences(database) == []
    with database.reading() as session:
        enterprises = [tenant.id for tenant in session.exec(select(Tenant).where(Tenant.kind == TenantKind.ENTERPRISE))]
        assert len(enterprises) == 3
        assert counted(session, Membership, Membership.tenant_id.in_(enterprises)) == 10
        assert [agent.parent_id is None for agent in session.exec(select(Agent).order_by(Agent.discount))] == [True, False]
        states = sorted(session.exec(select(Purchase.state)))
        assert states == [PurchaseState.GRANTED, PurchaseState.OPEN, PurchaseState.REFUNDED]
        first, last = session.execute(sa.select(sa.func.min(Entry.posted_at), sa.func.max(Entry.posted_at))).one()
        assert (last - first).days > 7
