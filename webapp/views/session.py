"""Who is asking: the guard before every request, and the person and tenant that the views act for."""

from typing import Final, cast

from flask import Blueprint, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp import logs
from webapp.database import Audience, Reach
from webapp.errors import Forbidden, SignedOut
from webapp.extensions import database, htmx, now, settings
from webapp.models.identity import Login, User
from webapp.models.tenant import Tenant, TenantKind
from webapp.services import people, permissions, signin
from webapp.services.audit import Actor
from webapp.services.signin import Present
from webapp.views import access

blueprint = Blueprint("session", __name__)

OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "signin.ask",
        "signin.send",
        "signin.code",
        "signin.enter",
        "signin.link",
        "signin.follow",
        "signin_google.begin",
        "signin_google.finish",
        "language.choose",
        "health.alive",
        "health.ready",
        "metrics.show",
        "outbox.index",
        "exports.phone",
        "exports.phone_file",
        "sharing.watch",
        "sharing.unlock",
        "sharing.file",
        "uploads.phone",
        "uploads.phone_create",
        "uploads.phone_state",
        "uploads.phone_append",
        "uploads.phone_end",
        "payments.stripe",
    },
)
"""What may be asked for without signing in; everything else sends the reader to the sign-in page."""


UNPROVED_ENDPOINTS: Final = frozenset(
    {"second_factor.ask", "second_factor.answer", "second_factor.confirm", "identities.switch", "signin.leave", "signin.leave_everywhere"},
)
"""What somebody may do who has not given her second factor yet: give it, or leave."""


_AUDIENCES: Final = {TenantKind.AGENT: Audience.AGENT, TenantKind.OPERATOR: Audience.OPERATOR}


def cookie_name() -> str:
    """The cookie that holds the login's token."""
    return f"piying_login_{settings().cookie_suffix}"


def hold_login(response: Response, token: str) -> Response:
    """Give the browser its token."""
    life_s = int(signin.LOGIN_LIFE.total_seconds())
    response.set_cookie(cookie_name(), token, max_age=life_s, httponly=True, samesite="Lax", secure=settings().secure)
    return response


def current_user() -> User:
    """The person who is signed in."""
    return cast("User", g.user)


def current_tenant() -> Tenant:
    """The tenant she acts for."""
    return cast("Tenant", g.tenant)


def current_login() -> Login:
    """The login her browser holds."""
    return cast("Login", g.login)


def current_present() -> Present:
    """Who is signed in, under which identity, for which tenant."""
    return cast("Present", g.present)


def login_or_none() -> Login | None:
    """The login her browser holds, on pages that are open to everybody."""
    return cast("Login | None", g.get("login"))


def actor() -> Actor:
    """Who acts, for the audit log."""
    here = current_present()
    return Actor(here.user.id, people.called(here.user), here.identity.id, here.tenant.id if here.is_visiting else "")


@blueprint.before_app_request
def recognise() -> Response | None:
    """Find the login behind the cookie; without one only the open endpoints are served, with one what its holder may see."""
    g.login = g.user = g.tenant = g.present = None
    g.permissions = frozenset()
    if found := _found():
        g.present, g.login, g.user, g.tenant = found, found.login, found.user, found.tenant
        g.reach = Reach(found.tenant.id, _AUDIENCES.get(found.tenant.kind, Audience.TENANT))
        logs.for_tenant(found.tenant.id)
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    return _admit(found) if found else _turned_away(url_for("signin.ask", next=_here()))


def present() -> Present | None:
    """Who holds the cookie of the request at hand and has proved it. Sockets, which pass no guard, ask this themselves."""
    found = _found()
    return None if found is None or found.must_prove else found


def _found() -> Present | None:
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    with database().reading() as session:
        found = signin.recognise(session, token, now())
    if found and signin.is_due(found.login, now()):
        with database().transaction() as session:
            signin.touch(session, found.login.id, now())
    return found


def _admit(found: Present) -> Response | None:
    if found.must_prove and request.endpoint not in UNPROVED_ENDPOINTS:
        return _turned_away(url_for("second_factor.ask", next=_here()))
    if found.identity.kind is TenantKind.OPERATOR:
        with database().reading() as session:
            g.permissions = permissions.permissions(session, found.user.id)
    if not access.is_allowed(request.path, current_app.view_functions.get(request.endpoint or ""), found, g.permissions):
        raise Forbidden
    return None


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _turned_away(address: str) -> Response:
    if htmx:
        return Response(status=401, headers={"HX-Redirect": address.partition("?")[0]})
    if request.method in {"GET", "HEAD"}:
        return redirect(address)
    raise SignedOut
