"""No money reaches an enterprise or its people: every page they may open, and every list they may export, is looked through.

The amounts are ones that occur nowhere else, so it does not matter how a page would call or format them.
"""

import re
import zipfile
from io import BytesIO

import pytest

from tests import exporting
from tests.webapp.test_routes import address, routes
from tools.consoles import walk
from webapp import nudges
from webapp.ledger.kinds import Currency, Kind
from webapp.services import cash, orders, people, products, projects
from webapp.services.order_terms import Item
from webapp.services.products import Offer
from webapp.views import sheets

AMOUNT = 7_654_321
"""Of the list price; the rest follows from it."""

MONEY = re.compile(r"[¥฿€＄￥]|\b(?:CNY|USD|THB)\b|\$\s?\d")
FIELDS = re.compile(
    r"""(?:name|id|class|data-[\w-]+|")(?:=|\s*:\s*|")[^"'>]*\b(?:list_price|price_paid|unit_price|balance|currency|discount|cash)\b"""
)
FORMATS = ("", "?as=csv", "?as=xlsx")


@pytest.fixture
def bought(world):
    """An enterprise that was granted something for money by an agent with cash, and everybody in it."""
    tenant, agent = world.enterprise(staff_of=("li",)), world.agent()
    world.bind(tenant, agent)
    with world.database.transaction() as session:
        now, yuan = world.clock(), Currency.CNY
        product = products.add(session, Offer(code="pack", name="Pack", kind=Kind.VIDEO, quantity=600_000, prices={yuan: AMOUNT}), now)
        cash.top_up(session, agent, yuan, AMOUNT * 3, evidence="Bank 7", created_by=None, key="first", now=now)
        items = [Item(product.id)]
        cost = orders.simulate_grant(session, agent, tenant, items, currency=yuan, now=now).cost
        orders.grant(session, agent, tenant, items, currency=yuan, cost=cost, created_by=None, key="grant", now=now)
    return tenant


@pytest.fixture
def things(world, bought):
    """What the enterprise owns, by the name routes have for it."""
    li = world.user("li")
    wishes = projects.Wishes(language="en", presenter="mei", script="Hello.")
    with world.database.transaction() as session:
        project = projects.start(session, bought, wishes, world.clock())
        member = people.membership(session, bought.id, li.id)
    return {"project_id": project.id, "member_id": member.id}


def traces(amount):
    """An amount as anything might print it: minor or major units, grouped or not."""
    major = f"{amount / 100:.2f}"
    return {str(amount), major, f"{amount:,}", f"{amount / 100:,.2f}", f"{round(amount / 100):,}", str(amount // 100)}


FORBIDDEN = traces(AMOUNT) | traces(round(AMOUNT * 0.655)) | traces(AMOUNT * 3)


def read(answer):
    """What an answer says."""
    if answer.mimetype == sheets.MEDIA_TYPES["xlsx"]:
        with zipfile.ZipFile(BytesIO(answer.data)) as book:
            return book.read("xl/worksheets/sheet1.xml").decode()
    return seen(answer.get_data(as_text=True))


def seen(page):
    """A page without its looks and programs."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


def spotless(text, where):
    """Hold no amount of what was paid, no sign of a currency, and no field that is called like money."""
    assert not [trace for trace in FORBIDDEN if trace in text], where
    assert not (found := MONEY.search(text)), (where, found)
    assert not (found := FIELDS.search(text)), (where, found)


@pytest.mark.parametrize("who", ["admin", "li"])
def test_no_page_or_file_of_an_enterprise_holds_money(app, world, bought, things, who):
    client, looked_at = world.enter(who, bought).client, 0
    for rule, method in routes(app):
        if method != "GET":
            continue
        for form in FORMATS:
            answer = client.get(address(app, rule, lambda name: things.get(name, "0" * 32)) + form)
            if answer.status_code != 200 or answer.mimetype.startswith(("image/", "video/", "audio/")):
                continue
            looked_at += 1
            spotless(read(answer), rule)
    assert looked_at >= 10


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("who", ["admin", "li"])
def test_no_page_that_an_enterprise_is_led_to_holds_money(app, world, bought, who):
    for sight, text in walk(app, world.enter(who, bought).client, each_max=3):
        spotless(seen(text), sight)


@pytest.mark.parametrize("who", ["admin", "li"])
def test_what_an_export_costs_is_told_without_money(world, bought, who):
    project = exporting.keep(world.database, bought, exporting.small_document("一句话"))
    exporting.voice(world.database, bought, project.id)
    client = world.enter(who, bought).client

    offer = client.post(f"/projects/{project.id}/exports/offer", data={"preset": "720p", "language": "zh"})
    spotless(read(offer), "offer")
    ordered = client.post(re.search(r"/exports/[0-9a-f]{32}/order", offer.text)[0])
    spotless(read(ordered), "order")
    spotless(read(client.get("/exports")), "exports")


def test_a_message_of_a_socket_names_what_changed_and_nothing_else(monkeypatch):
    said = []
    monkeypatch.setattr(nudges, "_emit", lambda payload, _room: said.append(payload))

    nudges.nudge_project("p", "lines", 3)
    nudges.nudge_tenant("t", "export", "e")

    assert [set(payload) for payload in said] == [{"what", "revision"}, {"what", "id"}]
