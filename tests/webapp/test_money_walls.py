"""No money reaches an enterprise or its people: every page they may open, and every list they may export, is looked through.

The amounts are ones that occur nowhere else, so it does not matter how a page would call or format them.
"""

import re
import zipfile
from io import BytesIO

import pytest

from tests.webapp.test_routes import address, routes
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


def read(answer):
    """What an answer says, without the looks and programs of a page."""
    if answer.mimetype == sheets.MEDIA_TYPES["xlsx"]:
        with zipfile.ZipFile(BytesIO(answer.data)) as book:
            return book.read("xl/worksheets/sheet1.xml").decode()
    return re.sub(r"<(script|style)\b.*?</\1>", "", answer.get_data(as_text=True), flags=re.DOTALL)


@pytest.mark.parametrize("who", ["admin", "li"])
def test_no_page_or_file_of_an_enterprise_holds_money(app, world, bought, things, who):
    client, looked_at = world.enter(who, bought).client, 0
    forbidden = traces(AMOUNT) | traces(round(AMOUNT * 0.655)) | traces(AMOUNT * 3)
    for rule, method in routes(app):
        if method != "GET":
            continue
        for form in FORMATS:
            answer = client.get(address(app, rule, lambda name: things.get(name, "0" * 32)) + form)
            if answer.status_code != 200 or answer.mimetype.startswith(("image/", "video/", "audio/")):
                continue
            looked_at += 1
            text = read(answer)
            assert not [trace for trace in forbidden if trace in text], rule
            assert not (found := MONEY.search(text)), (rule, found)
            assert not (found := FIELDS.search(text)), (rule, found)
    assert looked_at >= 10
