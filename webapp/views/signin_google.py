"""Signing in with a Google account, where the settings name a client."""

from typing import cast

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid, NotFound
from webapp.extensions import database, limiter, now, settings
from webapp.providers.login import oidc
from webapp.providers.login.oidc import Asked, Client
from webapp.services import outside
from webapp.views.language import reading_language
from webapp.views.signin import let_in

blueprint = Blueprint("signin_google", __name__)


@blueprint.get("/signin/google")
@limiter.limit("30 per 10 minutes")
def begin() -> Response:
    """Send the browser to Google."""
    address, asked = oidc.begin(_client(), _return_address())
    session["google"] = asked
    return redirect(address)


@blueprint.get("/signin/google/return")
@limiter.limit("30 per 10 minutes")
def finish() -> Response:
    """Let whoever comes back in."""
    client, asked = _client(), cast("Asked | None", session.pop("google", None))
    if asked is None:
        raise Invalid("state", "google-refused")
    claims = oidc.finish(client, _return_address(), asked, request.args)
    with database().transaction() as rows:
        user = outside.find_or_open(rows, client.issuer, claims, reading_language(), now())
    return let_in(user)


def _client() -> Client:
    held = settings()
    if not held.google_client_id:
        raise NotFound
    return Client(held.google_issuer, held.google_client_id, held.google_client_secret)


def _return_address() -> str:
    return settings().public_url + url_for("signin_google.finish")
