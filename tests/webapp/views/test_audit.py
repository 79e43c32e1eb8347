"""What the audit log says: every privileged act stands in it, with its details in words."""

import ast
import csv
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from tests.accounts import given, product
from tests.webapp.views.test_agent_console import hidden, pay_in
from webapp.ledger.kinds import Kind
from webapp.models.audit import AuditEntry
from webapp.services import audit, people, seats
from webapp.views.audit_words import NAMES, details
from webapp.views.tenant_words import ACTS

SOURCE = Path("webapp")
VERB = re.compile(r"(?:tenant|member|seat|agent|staff|approval|order|purchase|cash|product|factor|deletion|presenter|consent)\.[a-z-]+")


def told(world, tenant):
    """What was done to a tenant since it was opened: verbs and facts."""
    with world.database.reading() as session:
        rows = session.execute(audit.query_of(tenant.id).order_by(AuditEntry.created_at, AuditEntry.id)).all()
    return [(row.AuditEntry.verb, row.AuditEntry.facts) for row in rows if row.AuditEntry.verb not in {"tenant.opened", "member.added"}]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"amount": 123_450, "currency": "CNY"}, "Amount: CN¥1,234.50"),
        ({"former": 655, "discount": 850}, "Discount before: 65.5% of the list price · Discount: 85% of the list price"),
        ({"agent": "Lantern", "may_visit": False}, "Agent: Lantern · May come in: no"),
        ({"roles": "finance, sales"}, "Work: Finance, Sales"),
        ({"CNY": 10_000, "USD": 1_500}, "CNY: CN¥100.00 · USD: $15.00"),
        ({"kind": "video", "cap": 3_600_000}, "Kind: Video minutes · Limit: 60 min"),
        ({"kind": "clip", "attested": True}, "Kind: Film · Consent of the person: yes"),
        ({"source": "agent", "number": "26030400001"}, "Source: Agent · Number: 26030400001"),
        ({"matting": "screen", "note": ""}, "Cutting out: Screen (keeps props)"),
        ({"currency": "THB", "outcome": "paid-twice"}, "Currency: THB · What came of it: Refused: paid a second time"),
        ({"language": "th", "reason": "<b>"}, "Language: Thai · Reason: <b>"),
        ({}, ""),
    ],
)
def test_details_are_said_in_words(app, facts, words):
    with app.test_request_context():
        assert details(AuditEntry(verb="x", facts=facts, created_at=datetime(2026, 3, 4, tzinfo=UTC))) == words


def noted(tree):
    """Of a module: the verbs it has for the audit log, and the names of the facts that it writes down."""
    verbs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and VERB.fullmatch(str(node.value))}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "note"]
    return verbs, {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


def test_every_act_and_every_detail_that_is_written_down_has_words(app):
    found = [
        noted(ast.parse(path.read_text("utf-8"))) for folder in ("services", "views", "cli") for path in (SOURCE / folder).glob("*.py")
    ]
    verbs, facts = (set().union(*each) for each in zip(*found, strict=True))

    assert verbs - {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACTS)
    assert len(facts) > 15
    assert facts - set(NAMES) == set()


def test_the_operator_reads_details_in_the_list_and_in_its_files(boss, world):
    agent = world.agent()
    boss.post(f"/operator/tenants/{agent.id}/discount", data={"discount": "70"})

    page = boss.get("/operator/audit?act=agent.discount").text
    assert "Discount before: 65.5% of the list price · Discount: 70% of the list price" in page
    sheet = boss.get("/operator/audit?act=agent.discount&as=csv", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Discount: 70% of the list price" in list(csv.reader(StringIO(sheet)))[1][-1]


def test_what_an_administrator_allows_her_people_is_written_down_once(world, acme, admin):
    given(world.database, acme, Kind.VIP, 1, world.clock())
    with world.database.reading() as session:
        address = f"/members/{people.membership(session, acme.id, world.user('li').id).id}"
    for _ in range(2):
        admin.post(address, data={"label": "Desk", "cap-video": "60"})
    admin.post(address, data={"label": "Desk"})
    for _ in range(2):
        admin.post(f"{address}/seats", data={"kind": "vip"})
    with world.database.reading() as session:
        (seat,) = seats.all_of(session, acme, world.clock())
    admin.post(f"{address}/seats/{seat.id}/release")

    assert sorted(told(world, acme), key=str) == sorted(
        [
            ("member.renamed", {"label": "Desk"}),
            ("member.limited", {"kind": "video", "cap": 3_600_000}),
            ("member.unlimited", {"kind": "video"}),
            ("seat.given", {"kind": "vip"}),
            ("seat.taken", {"kind": "vip"}),
        ],
        key=str,
    )


def test_an_agent_s_grant_is_written_down_once(world, acme):
    agent = world.agent()
    world.bind(acme, agent)
    rep = world.enter("rep", agent).client
    pay_in(world, agent, 20_000)
    pack = product(world.database)
    shown = hidden(rep.get(f"/agent/customers/{acme.id}/grant?currency=CNY&count-{pack.id}=1&simulate=yes").text)
    for _ in range(2):
        rep.post(f"/agent/customers/{acme.id}/grant", data=shown)

    ((verb, facts),) = [each for each in told(world, acme) if each[0] == "order.granted"]
    assert (verb, facts["source"]) == ("order.granted", "agent")
    assert "Topped up" in world.enter("admin", acme).client.get("/activity").text


def test_who_comes_back_is_not_limited_by_what_was_said_before(world, acme, admin):
    with world.database.reading() as session:
        member = people.membership(session, acme.id, world.user("li").id)
    admin.post(f"/members/{member.id}", data={"cap-video": "60"})
    admin.post(f"/members/{member.id}/remove")
    admin.post("/members", data={"address": "li@example.com"})

    with world.database.reading() as session:
        again = people.membership(session, acme.id, world.user("li").id)
    assert 'value="60"' not in admin.get(f"/members/{again.id}").text
