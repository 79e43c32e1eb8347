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
    token = request.cookies.get(cookie_name(), "")
    if token and (present := _present(token)):
        g.login, g.user, g.tenant = present.login, present.user, present.tenant
    if g.login or request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    return _turned_away()


def _present(token: str) -> signin.Present | None:
    with database().reading() as session:
        present = signin.recognise(session, token, now())
    if present and signin.is_due(present.login, now()):
        with database().transaction() as session:
            signin.touch(session, present.login.id, now())
    return present


def _turned_away() -> Response:
    address = url_for("signin.ask", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if htmx:
        return Response(status=401, headers={"HX-Redirect": url_for("signin.ask")})
    if request.method in {"GET", "HEAD"}:
        return redirect(address)
    raise SignedOut
