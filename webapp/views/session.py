"""Who is asking: the guard before every request, and the person and tenant that the views act for."""

from typing import cast

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.errors import SignedOut
from webapp.extensions import database, htmx, now, settings
from webapp.models.identity import Login, User
from webapp.models.tenant import Tenant
from webapp.services import signin

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
        "language.choose",
        "media.signed",
        "health.alive",
        "health.ready",
        "outbox.index",
        "exports.phone",
        "exports.phone_file",
    },
)
"""What may be asked for without signing in; everything else sends the reader to the sign-in page."""


def cookie_name() -> str:
    """The cookie that holds the login's token."""
    return f"piying_login_{settings().cookie_suffix}"


def current_user() -> User:
    """The person who is signed in."""
    return cast("User", g.user)


def current_tenant() -> Tenant:
    """The tenant she acts for."""
    return cast("Tenant", g.tenant)


def current_login() -> Login:
    """The login her browser holds."""
    return cast("Login", g.login)


def login_or_none() -> Login | None:
    """The login her browser holds, on pages that are open to everybody."""
    return cast("Login | None", g.get("login"))


@blueprint.before_app_request
def recognise() -> Response | None:
    """Find the login behind the cookie; without one only the open endpoints are served."""
    g.login = g.user = g.tenant = None
    if found := present():
        g.login, g.user, g.tenant = found.login, found.user, found.tenant
    if g.login or request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    return _turned_away()


def present() -> signin.Present | None:
    """Who holds the cookie of the request at hand. Sockets, which pass no guard, ask this themselves."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    with database().reading() as session:
        found = signin.recognise(session, token, now())
    if found and signin.is_due(found.login, now()):
        with database().transaction() as session:
            signin.touch(session, found.login.id, now())
    return found


def _turned_away() -> Response:
    address = url_for("signin.ask", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if htmx:
        return Response(status=401, headers={"HX-Redirect": url_for("signin.ask")})
    if request.method in {"GET", "HEAD"}:
        return redirect(address)
    raise SignedOut
