"""Whom somebody acts as: switching between her identities, and leaving a tenant she visits."""

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from webapp.extensions import database, now
from webapp.services import people, signin
from webapp.services.people import Identity
from webapp.views.session import current_present, hold_login
from webapp.views.tenant_words import KINDS

blueprint = Blueprint("identities", __name__)


@blueprint.app_context_processor
def everywhere() -> dict[str, object]:
    """Who is signed in and as what, for the bar at the top."""
    return {
        "present": g.get("present"),
        "permissions": g.get("permissions", frozenset()),
        "own_identities": own_identities,
        "kind_words": KINDS,
    }


def own_identities() -> tuple[Identity, ...]:
    """Everything that whoever is signed in may act as."""
    with database().reading() as session:
        return people.identities(session, current_present().user.id)


@blueprint.post("/identities/<tenant_id>")
def switch(tenant_id: str) -> Response:
    """Act under another identity from now on."""
    with database().transaction() as session:
        token = signin.switch(session, current_present(), tenant_id, now())
    return hold_login(redirect(url_for("home.index")), token)


@blueprint.post("/visit/leave")
def leave() -> Response:
    """Act for oneself again."""
    with database().transaction() as session:
        token = signin.visit(session, current_present(), None, now())
    return hold_login(redirect(url_for("home.index")), token)


def visit(tenant_id: str) -> Response:
    """Begin to act for a tenant that has been entered."""
    with database().transaction() as session:
        token = signin.visit(session, current_present(), tenant_id, now())
    return hold_login(redirect(url_for("projects.index")), token)
