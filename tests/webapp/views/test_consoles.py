"""The pages of identities, users, agents and the operator, through browsers without a screen."""

import re
from io import BytesIO

import pyotp
import pytest
from sqlmodel import select

from tests.webapp.pictures import png
from webapp.models.audit import AuditEntry
from webapp.models.outbox import Message
from webapp.models.staff import StaffRole
from webapp.models.tenant import Agent, Company, Tenant, TenantKind
from webapp.services import approvals, bindings, cash, people, tenants
from webapp.services.approvals import Request

LICENCE = {
    "kind": "enterprise",
    "company": "Lamp House",
    "client_code": "LH-1",
    "sales_owner": "Sam",
    "contact": "Carol",
    "address": "lin@example.com",
}


def member_id(world, tenant, name):
    user = world.user(name)
    with world.database.reading() as session:
        return people.membership(session, tenant.id, user.id).id


def test_the_operator_opens_an_enterprise_with_its_licence(boss, world):
    answer = boss.post("/operator/tenants", data=LICENCE | {"licences": [(BytesIO(png()), "a.png")]})

    page = boss.get(answer.location)
    assert "Lamp House" in page.text
    assert "LH-1" in page.text
    with world.database.reading() as session:
        assert len(session.exec(select(Company)).one().licences) == 1
        assert session.exec(select(AuditEntry).where(AuditEntry.verb == "tenant.opened")).one().actor == "boss@example.com"


def test_the_operator_opens_an_agent_and_takes_its_first_money(boss, world):
    terms = {"kind": "agent", "discount": "65.5", "top_up": "1,000.50", "currency": "CNY", "evidence": "Bank 7"}
    answer = boss.post("/operator/tenants", data=LICENCE | terms)

    assert boss.get(answer.location).status_code == 200
    with world.database.reading() as session:
        agent = session.exec(select(Tenant).where(Tenant.kind == TenantKind.AGENT)).one()
        assert session.exec(select(Agent.discount)).one() == 655
        assert cash.balance(session, agent, "CNY") == 100_050


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"company": " "}, "Write a name"),
        ({"client_code": ""}, "Write a client code"),
        ({"address": "nobody"}, "not a phone number"),
        ({"kind": "agent", "discount": "0"}, "part of the list price"),
        ({"kind": "agent", "discount": "65.55"}, "part of the list price"),
        ({"kind": "agent", "discount": "x"}, "part of the list price"),
        ({"kind": "agent", "discount": "80", "parent_code": "NOSUCH"}, "No agent of first level"),
        ({"kind": "agent", "discount": "80", "top_up": "-1", "currency": "CNY"}, "amount above zero"),
        ({"kind": "agent", "discount": "80", "top_up": "1", "currency": "XXX"}, "amount above zero"),
        ({"kind": "agent", "discount": "80", "top_up": "1", "currency": "CNY"}, "what proves it"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_opened(boss, world, wrong, words):
    answer = boss.post("/operator/tenants", data=LICENCE | wrong)

    assert answer.status_code == 422
    assert words in answer.text
    with world.database.reading() as session:
        assert session.exec(select(Company)).all() == []


def test_a_licence_is_a_picture(boss):
    answer = boss.post("/operator/tenants", data=LICENCE | {"licences": [(BytesIO(b"MZ" * 100), "a.png")]})

    assert answer.status_code == 422


def test_an_administrator_adds_configures_and_removes_a_user(world, acme, admin):
    assert admin.post("/members", data={"address": "+66812345678", "label": "Shop"}).status_code == 302
    assert "Shop" in admin.get("/members").text
    li = member_id(world, acme, "li")
    assert admin.post(f"/members/{li}", data={"label": "Desk", "cap-video": "60", "cap-voice": "2"}).status_code == 302
    page = admin.get(f"/members/{li}").text
    assert 'value="Desk"' in page
    assert 'value="60"' in page
    assert admin.post(f"/members/{li}/remove").status_code == 302
    assert "li@example.com" not in admin.get("/members").text


@pytest.mark.parametrize("cap", ["-1", "x", "1.5", "9" * 12, "１２"])
def test_a_limit_is_a_whole_number(world, acme, admin, cap):
    assert admin.post(f"/members/{member_id(world, acme, 'li')}", data={"cap-video": cap}).status_code == 422


def test_an_administrator_hands_over_and_is_a_user_from_then_on(world, acme, admin):
    admin.post(f"/members/{member_id(world, acme, 'li')}/admin")

    assert admin.get("/members").status_code == 403
    assert world.enter("li", acme).client.get("/members").status_code == 200


def test_the_list_of_users_is_searched_and_exported_as_it_is_shown(admin):
    page = admin.get("/members?q=li%40")
    assert "li@example.com" in page.text
    assert "admin@example.com" not in re.sub(r"<header.*?</header>", "", page.text, flags=re.DOTALL)

    sheet = admin.get("/members?q=li%40&as=csv").data.decode()
    assert sheet.startswith("\ufeffName,")
    assert len(sheet.splitlines()) == 2


def test_a_customer_reads_and_agrees_before_an_agent_is_bound(world, acme, admin):
    agent = world.agent()
    with world.database.reading() as session:
        code = tenants.agent_of(session, agent).code

    asked = admin.get(f"/my-agent/consent?code={code.lower()}")
    assert "does not see your projects" in asked.text
    assert admin.post("/my-agent", data={"code": code}).status_code == 422
    assert admin.post("/my-agent", data={"code": code, "agrees": "yes"}).status_code == 302
    with world.database.reading() as session:
        binding, bound = bindings.current(session, acme.id)
        assert (bound.id, binding.may_visit) == (agent.id, False)
        assert "does not see your projects" in binding.statement
    assert "Reseller" in admin.get("/my-agent").text
    assert admin.post("/my-agent/unbind").status_code == 302
    assert "Agent's code" in admin.get("/my-agent").text


def test_an_unknown_code_is_told(admin):
    answer = admin.get("/my-agent/consent?code=NOSUCH22")

    assert (answer.status_code, "No agent has this code" in answer.text) == (422, True)


def test_an_agent_sees_its_customers_and_goes_in_with_a_strip(world, acme):
    agent = world.agent()
    world.bind(acme, agent, may_visit=True)
    rep = world.enter("rep", agent).client

    assert "Acme" in rep.get("/agent/customers").text
    assert rep.post(f"/agent/customers/{acme.id}/visit", data={"reason": "Asked"}).location == "/projects"
    page = rep.get("/projects").text
    assert "Reseller is acting for Acme" in page
    assert rep.get("/agent/customers").status_code == 403
    assert rep.post("/visit/leave").status_code == 302
    assert "acting for" not in rep.get("/projects").text


def test_an_agent_that_is_kept_out_stays_out(world, acme, admin):
    agent = world.agent()
    world.bind(acme, agent, may_visit=True)
    rep = world.enter("rep", agent).client
    admin.post("/my-agent/visits", data={"may_visit": "no"})

    assert rep.post(f"/agent/customers/{acme.id}/visit", data={"reason": "Asked"}).status_code == 404


def test_an_agent_parts_from_a_customer(world, acme):
    agent = world.agent()
    world.bind(acme, agent)
    rep = world.enter("rep", agent).client

    assert rep.post(f"/agent/customers/{acme.id}/unbind").status_code == 302
    assert rep.post(f"/agent/customers/{acme.id}/unbind").status_code == 404


def test_the_operator_helps_and_the_customer_reads_of_it(world, acme, admin, boss):
    assert boss.post(f"/operator/tenants/{acme.id}/visit", data={"reason": "Ticket 12"}).location == "/projects"
    assert "Piying is acting for Acme" in boss.get("/projects").text
    assert boss.get("/operator/tenants").status_code == 403

    log = admin.get("/activity").text
    assert "boss@example.com" in log
    assert "Acted for an account" in log


def test_the_operator_changes_a_discount_and_parts_a_customer(world, acme, boss):
    agent = world.agent()
    world.bind(acme, agent)

    boss.post(f"/operator/tenants/{agent.id}/discount", data={"discount": "70"})
    boss.post(f"/operator/tenants/{acme.id}/unbind")

    assert "70% of the list price" in boss.get(f"/operator/tenants/{agent.id}").text
    with world.database.reading() as session:
        assert bindings.current(session, acme.id) is None


def test_staff_are_taken_in_given_other_work_and_let_go(world, boss):
    assert boss.post("/operator/staff", data={"address": "sal@example.com", "roles": ["sales", "finance"]}).status_code == 302
    assert "Sales, Finance" in boss.get("/operator/staff").text
    sal = world.user("sal")
    assert boss.post(f"/operator/staff/{sal.id}", data={"roles": ["product"]}).status_code == 302
    assert "checked" in boss.get(f"/operator/staff/{sal.id}").text
    assert boss.post(f"/operator/staff/{sal.id}", data={}).status_code == 422
    assert boss.post(f"/operator/staff/{sal.id}", data={"roles": ["king"]}).status_code == 422
    assert boss.post(f"/operator/staff/{sal.id}/factor").status_code == 302
    assert boss.post(f"/operator/staff/{sal.id}/dismiss").status_code == 302
    assert boss.get(f"/operator/staff/{sal.id}").status_code == 404


def test_the_last_who_manages_the_staff_cannot_let_herself_go(world, boss):
    assert boss.post(f"/operator/staff/{world.user('boss').id}/dismiss").status_code == 409


def test_a_request_is_decided_in_the_queue(world, acme, boss):
    world.employ("sal", StaffRole.SALES)
    with world.database.transaction() as session:
        request = Request("test-grant", "draft", (StaffRole.PRODUCT,), acme.id, "Trial", {"minutes": 60})
        approval = approvals.ask(session, world.actor("sal"), request, world.clock())

    assert "Test grant" in boss.get("/operator/approvals").text
    page = boss.get(f"/operator/approvals/{approval.id}").text
    assert "Trial" in page
    assert boss.post(f"/operator/approvals/{approval.id}", data={"role": "product", "agrees": "yes"}).status_code == 302
    assert "Approved" in boss.get(f"/operator/approvals/{approval.id}").text
    assert boss.post(f"/operator/approvals/{approval.id}", data={"role": "king"}).status_code == 422
    assert boss.post(f"/operator/approvals/{approval.id}/withdraw").status_code == 403


def test_the_audit_log_tells_who_did_what(boss):
    boss.post("/operator/tenants", data=LICENCE)

    page = boss.get("/operator/audit?act=tenant.opened").text
    assert "Opened an account" in page
    assert "lin@example.com" in page


def test_an_agent_without_a_second_factor_sets_one_up_first(world):
    agent = world.agent()
    rep = world.enter("rep", agent, proved=False)

    turned = rep.client.get("/agent/customers")
    assert turned.location.startswith("/second-factor")
    page = rep.client.get(turned.location)
    secret = re.search(r'factor__secret">([A-Z2-7]+)<', page.text)[1]

    wrong = rep.client.post("/second-factor/confirm", data={"code": "000000"})
    assert wrong.status_code == 422
    done = rep.client.post("/second-factor/confirm", data={"code": pyotp.TOTP(secret).at(world.clock())})
    assert len(re.findall(r"<code>[A-Z2-7]{4}-[A-Z2-7]{4}</code>", done.text)) == 10
    assert rep.client.get("/agent/customers").status_code == 200


def test_a_second_factor_is_asked_for_at_the_next_sign_in(world):
    totp, agent = world.authenticator("rep"), world.agent()
    rep = world.enter("rep", agent, proved=False).client

    rep.get("/second-factor?next=/agent/customers")
    assert rep.post("/second-factor", data={"code": "000000"}).status_code == 422
    assert rep.post("/second-factor", data={"code": totp.at(world.clock())}).location == "/agent/customers"
    assert rep.get("/agent/customers").status_code == 200


def test_it_locks_after_five_wrong_codes(world):
    world.authenticator("rep")
    rep = world.enter("rep", world.agent(), proved=False).client
    answers = [rep.post("/second-factor", data={"code": "000000"}).text for _ in range(6)]

    assert "Too many wrong codes" not in answers[4]
    assert "Too many wrong codes" in answers[5]


def test_it_is_turned_off_only_where_nobody_needs_it(world):
    world.authenticator("rep")
    world.authenticator("mei")
    rep, mei = world.enter("rep", world.agent()).client, world.enter("mei").client

    assert rep.post("/second-factor/off").status_code == 403
    assert mei.post("/second-factor/off").status_code == 302
    assert mei.post("/second-factor/codes").status_code == 200


def test_identities_are_switched_at_the_top(world, acme):
    admin = world.enter("admin").client
    assert "Acme" in admin.get("/projects").text
    assert admin.get("/members").status_code == 403
    assert admin.post(f"/identities/{acme.id}").location == "/"
    assert admin.get("/members").status_code == 200
    assert admin.post(f"/identities/{'0' * 32}").status_code == 404


def test_a_name_an_address_and_a_session_are_ones_own(world):
    mei, elsewhere = world.enter("mei"), world.enter("mei").client
    client = mei.client
    assert client.post("/account/name", data={"name": " Mei  Lin "}).status_code == 302
    assert 'value="Mei Lin"' in client.get("/account").text
    assert client.post("/account/name", data={"name": ""}).status_code == 422

    assert client.post("/account/address", data={"address": "+66812345678"}).location == "/account/address"
    with world.database.reading() as session:
        code = re.search(r"\d{6}", session.exec(select(Message)).one().body)[0]
    assert client.post("/account/address/code", data={"code": "x"}).status_code == 422
    assert client.post("/account/address/code", data={"code": code}).status_code == 302
    assert "+66812345678" in client.get("/account").text

    other = re.search(r"/account/logins/(\w+)/end", client.get("/account").text)[1]
    assert client.post(f"/account/logins/{other}/end").status_code == 302
    assert elsewhere.get("/account").location.startswith("/signin")
    assert client.post(f"/account/logins/{'0' * 32}/end").status_code == 404


def test_another_persons_address_is_not_taken(world):
    world.user("rival")
    client = world.enter("mei").client
    client.post("/account/address", data={"address": "rival@example.com"})
    with world.database.reading() as session:
        code = re.search(r"\d{6}", session.exec(select(Message)).one().body)[0]

    answer = client.post("/account/address/code", data={"code": code})
    assert (answer.status_code, "Another account" in answer.text) == (422, True)


def test_an_address_that_is_none_is_told(world):
    assert world.enter("mei").client.post("/account/address", data={"address": "?"}).status_code == 422


def test_what_one_member_makes_is_everybodys(world, acme):
    admin, li = world.enter("admin", acme).client, world.enter("li", acme).client
    made = li.post(
        "/projects", data={"script": "Hello.", "language": "en", "presenter": "mei", "shape": "9:16", "frame_rate": "25", "title": "By Li"}
    )

    assert made.status_code == 302
    assert "By Li" in admin.get("/projects").text
