"""Who may come to which page: six actors, every route. A route that is not declared here fails."""

import pytest

from tests.webapp.test_routes import address, routes
from webapp.models.staff import StaffRole
from webapp.services import signin
from webapp.services.permissions import PERMISSIONS, Permission
from webapp.views.session import OPEN_ENDPOINTS

ANONYMOUS, OTHER, MEMBER, ADMIN, AGENT, OPERATOR = "anonymous", "other tenant", "member", "admin", "agent", "operator"
SIGNED_IN = frozenset({OTHER, MEMBER, ADMIN, AGENT, OPERATOR})

STUDIO = {
    "account", "acting", "boards", "casting", "clips", "copywriting", "cues", "editor", "edits", "exports", "gallery", "home", "identities", "language", "library", "listing",
    "media", "presenters", "presenter_samples", "preview", "projects", "recordings", "second_factor", "sharing", "signin", "subtitles", "tracks", "uploads", "versions", "voices", "outbox", "health", "metrics",
    "signin_google", "spoken_consents",
}  # fmt: skip
"""Blueprints for whoever is signed in (their open endpoints are in OPEN_ENDPOINTS): what they show is the tenant's own."""

ALLOWED = dict.fromkeys(STUDIO, SIGNED_IN) | {
    "members": frozenset({ADMIN, AGENT}),
    "bindings": frozenset({OTHER, ADMIN}),
    "deletions": frozenset({OTHER, ADMIN}),
    "entitlements": frozenset({OTHER, ADMIN}),
    "seats": frozenset({ADMIN}),
    "orders": frozenset({OTHER, ADMIN}),
    "consumption": frozenset({OTHER, ADMIN}),
    "purchases": frozenset({OTHER}),
    "agent_customers": frozenset({AGENT}),
    "agent_records": frozenset({AGENT}),
    "agent": frozenset({AGENT}),
    "operator": frozenset({OPERATOR}),
    "operator_tenants": frozenset({OPERATOR}),
    "operator_grants": frozenset({OPERATOR}),
    "operator_money": frozenset({OPERATOR}),
    "operator_products": frozenset({OPERATOR}),
    "operator_purchases": frozenset({OPERATOR}),
    "operator_staff": frozenset({OPERATOR}),
    "operator_approvals": frozenset({OPERATOR}),
    "training": frozenset({OPERATOR}),
    "audit.index": frozenset({OPERATOR}),
    "audit.own": frozenset({OTHER, ADMIN, AGENT}),
}
"""By endpoint, else by blueprint. The other tenant's person has a personal tenant, which she rules."""


@pytest.fixture
def actors(world, client):
    """A browser each."""
    enterprise, agent = world.enterprise(staff_of=("member",)), world.agent()
    return {
        ANONYMOUS: client,
        OTHER: world.enter("stranger").client,
        MEMBER: world.enter("member", enterprise).client,
        ADMIN: world.enter("admin", enterprise).client,
        AGENT: world.enter("rep", agent).client,
        OPERATOR: world.enter("boss", world.employ("boss", StaffRole.ADMIN)).client,
    }


@pytest.fixture
def gates(app):
    """The application with nothing behind its doors: who is answered 204 was let in."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _emptied(view)
    return app


def _emptied(view):
    def nothing(**_):
        return "", 204

    nothing.__dict__.update(view.__dict__)
    return nothing


def came_in(answer):
    """Whether the guard let somebody through; 404 is a blueprint that looks for the project before it comes to a view."""
    return answer.status_code in {204, 404}


def declared(endpoint):
    if endpoint in OPEN_ENDPOINTS:
        return SIGNED_IN | {ANONYMOUS}
    return ALLOWED.get(endpoint) or ALLOWED.get(endpoint.partition(".")[0])


def test_every_route_is_declared(app):
    assert [rule.endpoint for rule, _ in routes(app) if declared(rule.endpoint) is None] == []


def test_every_actor_is_let_in_exactly_where_declared(gates, actors):
    for rule, method in routes(gates):
        target = address(gates, rule, lambda _: "0" * 32)
        let_in = {name for name, client in actors.items() if came_in(client.open(target, method=method))}
        assert let_in == declared(rule.endpoint), (rule.endpoint, method)


def test_every_page_of_the_operators_console_names_a_permission(app):
    named = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "access_rule", None)
        for rule, _ in routes(app)
        if rule.rule.startswith("/operator")
    }

    assert named
    assert [endpoint for endpoint, rule in named.items() if rule is None or rule.permission is None] == []


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_come_to_what_their_work_permits_and_to_nothing_else(gates, world, role):
    world.employ("boss", StaffRole.ADMIN)
    client = world.enter("clerk", world.employ("clerk", role)).client
    for rule, method in routes(gates):
        if rule.rule.startswith("/operator"):
            permission = gates.view_functions[rule.endpoint].access_rule.permission
            answer = client.open(address(gates, rule, lambda _: "0" * 32), method=method)
            assert came_in(answer) == (permission in PERMISSIONS[role]), (rule.endpoint, role)


def test_somebody_does_everything_that_can_be_permitted():
    assert PERMISSIONS[StaffRole.ADMIN] == frozenset(Permission)


@pytest.mark.parametrize("who", ["rep", "boss"])
def test_agents_and_operators_get_nowhere_without_their_second_factor(gates, world, who):
    identity = world.agent() if who == "rep" else world.employ("boss", StaffRole.ADMIN)
    client = world.enter(who, identity, proved=False).client

    open_to_her = {
        rule.endpoint for rule, method in routes(gates) if came_in(client.open(address(gates, rule, lambda _: "0" * 32), method=method))
    }

    assert open_to_her - OPEN_ENDPOINTS == {
        "second_factor.ask", "second_factor.answer", "second_factor.confirm", "identities.switch", "signin.leave", "signin.leave_everywhere",
    }  # fmt: skip


def test_a_visitor_is_a_member_and_no_more(gates, world):
    customer, agent = world.enterprise(), world.agent()
    world.bind(customer, agent, may_visit=True)
    rep = world.enter("rep", agent)
    cookie = f"piying_login_{gates.extensions['piying'][0].cookie_suffix}"
    with world.database.transaction() as session:
        present = signin.recognise(session, rep.client.get_cookie(cookie).value, world.clock())
        rep.client.set_cookie(cookie, signin.visit(session, present, customer.id, world.clock()))

    for rule, method in routes(gates):
        if rule.endpoint not in OPEN_ENDPOINTS:
            answer = rep.client.open(address(gates, rule, lambda _: "0" * 32), method=method)
            assert came_in(answer) == (MEMBER in declared(rule.endpoint)), rule.endpoint
