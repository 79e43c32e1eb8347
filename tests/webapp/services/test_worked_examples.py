"""The examples of the ledger's README, through the real services and the real clock."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from render.timeline.document import Canvas
from roles.clock import EXPIRIES, Clock
from roles.house import House
from tests.accounts import NOW, agency, bound, differences, given, left, opened, product
from webapp.database import Database
from webapp.ledger.kinds import Currency, Kind
from webapp.models.columns import new_id
from webapp.models.export import Export
from webapp.models.project import Project
from webapp.services import cash, orders, seats
from webapp.services.cash import CashShort
from webapp.services.order_terms import Item
from webapp.services.settlement import Film, LedgerSettlement

SCENE_MS = 7_000
SCENES = "abcdefgh"


@pytest.fixture
def database(tmp_path, blank_database):
    """Tables and no rows, without an application around them."""
    made = Database(f"sqlite:///{shutil.copy(blank_database, tmp_path / 'books.sqlite3')}")
    yield made
    made.dispose()


def ordered(database, tenant, user, project, scenes):
    """Quote a film of seven-second scenes and hold what it costs."""
    film = Film("zh", Canvas(), 720, SCENE_MS * len(scenes), tuple((name, SCENE_MS) for name in scenes))
    with database.transaction() as session:
        quote = LedgerSettlement().quote(session, project, film, NOW)
        export = Export(id=new_id(), tenant_id=tenant.id, project_id=project.id, revision=0, language="zh", preset="720p")
        export.quote = {"owed": quote.owed}
        session.add(export)
        session.flush()
        export.settlement_ref = LedgerSettlement().hold(session, tenant, export, user_id=user.id, now=NOW)
    return quote, export


def captured(database, export):
    with database.transaction() as session:
        LedgerSettlement().capture(session, session.get_one(Export, export.id), SCENE_MS * len(SCENES), NOW)


def test_three_of_eight_scenes(database):
    tenant, (mei,) = opened(database)
    given(database, tenant, Kind.VIDEO, 600_000)
    with database.transaction() as session:
        project = Project(tenant_id=tenant.id, title="lamp")
        session.add(project)
    _, first = ordered(database, tenant, mei, project, SCENES)
    captured(database, first)
    assert left(database, tenant) == (544_000, 0, 56_000, 0)

    quote, second = ordered(database, tenant, mei, project, "aBcDeFgh")
    assert (len(quote.owed), len(quote.scenes), quote.charge) == (3, 8, 21_000)
    assert left(database, tenant) == (523_000, 21_000, 56_000, 0)
    captured(database, second)
    assert left(database, tenant) == (523_000, 0, 77_000, 0)
    assert differences(database) == []


def test_a_grant_at_eight_and_a_half(database):
    agent, (customer, _) = agency(database, 850), opened(database)
    bound(database, agent, customer)
    pack = product(database)
    with database.transaction() as session:
        cash.top_up(session, agent, Currency.CNY, 20_000, evidence="receipt", created_by=None, key="1", now=NOW)

    def grant(count, cost):
        with database.transaction() as session:
            items = [Item(pack.id, count)]
            orders.grant(session, agent, customer, items, currency=Currency.CNY, cost=cost, created_by=None, key=new_id(), now=NOW)

    grant(2, 17_000)
    with pytest.raises(CashShort) as short:
        grant(1, 8_500)

    assert short.value.facts["missing"] == "55.00"
    with database.reading() as session:
        assert cash.balance(session, agent, Currency.CNY) == 3_000
    assert left(database, customer)[0] == 1_200_000
    assert differences(database) == []


def test_ten_yearly_packages_by_the_clock(any_database, queue_url, settings):
    tenant, users = opened(any_database, members=5)
    given(any_database, tenant, Kind.LIVE_ADVANCED, 10)
    for user in users:
        with any_database.transaction() as session:
            seats.assign(session, tenant, Kind.LIVE_ADVANCED, user.id, NOW)
    assert left(any_database, tenant, Kind.LIVE_ADVANCED)[0] == 5
    clock = Clock(House(replace(settings, queue_url=queue_url), any_database), "a", EXPIRIES)
    for year, stock, running in ((2027, 0, 5), (2028, 0, 0)):
        moment = datetime(year, 3, 5, tzinfo=UTC)
        for _ in range(2):
            assert clock.tick(0, moment)
        with any_database.reading() as session:
            assert len(seats.all_of(session, tenant, moment)) == running
        assert left(any_database, tenant, Kind.LIVE_ADVANCED)[0] == stock
    assert differences(any_database) == []
