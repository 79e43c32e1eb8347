"""Every route there is, without naming one: who may ask, for what, and what nonsense does."""

import re

import pytest
from werkzeug.routing import AnyConverter, IntegerConverter

from tests.webapp.material import keep
from webapp.services import projects
from webapp.views.session import OPEN_ENDPOINTS

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
NONSENSE = ["x", "0" * 32, "%00", "..%2f..%2fsecret", "'\"><script>", "{{7*7}}", "皮影" * 40]


def routes(app):
    """Rule and method of every route of ours."""
    return [(rule, method) for rule in app.url_map.iter_rules() for method in rule.methods & METHODS if rule.endpoint != "static"]


def address(app, rule, filling):
    """A rule's address with its arguments filled: numbers where numbers are asked for, one of the choices where there are some."""
    values = {name: _fitting(rule._converters[name], filling(name)) for name in rule.arguments}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods - {"OPTIONS"})))


def _fitting(converter, value):
    if isinstance(converter, IntegerConverter):
        return 1
    return min(converter.items) if isinstance(converter, AnyConverter) else value


def test_every_route_needs_somebody_signed_in_unless_it_is_known_to_be_open(app, client):
    for rule, method in routes(app):
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        answer = client.open(address(app, rule, lambda _: "0" * 32), method=method)
        assert answer.status_code in ({302} if method == "GET" else {401}), (rule, method, answer.status)
        if method == "GET":
            assert answer.location.startswith("/signin"), rule


def test_every_open_route_exists(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= OPEN_ENDPOINTS


@pytest.fixture
def owned(signed_in, settings, database, clock):
    """What somebody owns, by the name routes have for it."""
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, projects.Wishes(language="en", presenter="mei", script="Hello."), clock())
    asset = keep(settings, database, signed_in.tenant, clock())
    return {"project_id": project.id, "key": asset.digest, "asset_id": asset.id}


def test_what_another_tenant_owns_is_not_found(app, owned, stranger):
    tried = 0
    for rule, method in routes(app):
        if not rule.arguments & set(owned):
            continue
        answer = stranger.client.open(address(app, rule, lambda name: owned.get(name, "0" * 32)), method=method)
        assert answer.status_code == 404, (rule, method, answer.status)
        tried += 1
    assert tried >= 3


def test_foreign_and_missing_things_answer_alike(owned, stranger):
    foreign = stranger.client.post(f"/projects/{owned['project_id']}/title", data={"title": "mine"})
    missing = stranger.client.post(f"/projects/{'0' * 32}/title", data={"title": "mine"})

    assert foreign.status == missing.status
    assert untimed(foreign.text) == untimed(missing.text)


def untimed(page):
    """A page without its form tokens, which hold the second they were made in."""
    return re.sub(r"[\w-]+\.[\w-]{6}\.[\w-]+", "token", page)


FIELDS = ("title", "script", "address", "code", "language", "next", "canvas", "edit")
"""Names that forms of ours have."""


def unbroken(app, person, rules, filling, **body):
    """Ask for all of them; nothing is answered as a fault of ours."""
    for rule, method in rules:
        if not rule.endpoint.startswith("signin.leave"):
            answer = person.client.open(address(app, rule, lambda _: filling), method=method, **(body if method != "GET" else {}))
            assert answer.status_code < 500, (rule, method, answer.status)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_refused_and_breaks_nothing(app, signed_in, nonsense):
    written = [(rule, method) for rule, method in routes(app) if rule.arguments or method != "GET"]
    unbroken(app, signed_in, written, nonsense, data=dict.fromkeys(FIELDS, nonsense))


def test_a_form_without_fields_breaks_nothing(app, signed_in):
    unbroken(app, signed_in, routes(app), "0" * 32, data={})


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'{"edit": 1}', b"\xff\xfe"])
def test_broken_json_breaks_nothing(app, signed_in, body):
    posted = [(rule, method) for rule, method in routes(app) if method != "GET"]
    unbroken(app, signed_in, posted, "0" * 32, data=body, content_type="application/json")
