"""The outbox as a page, where nobody delivers mail: on one's own machine and under tests."""

from ipaddress import ip_address

from flask import Blueprint, render_template, request

from webapp.errors import NotFound
from webapp.extensions import database, settings
from webapp.services import outbox
from webapp.settings import Environment

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/outbox")
def index() -> str:
    """The newest messages, for whoever sits at this machine; in production, and from anywhere else, there is no such page."""
    if settings().environment is Environment.PRODUCTION or not _at_this_machine():
        raise NotFound
    with database().reading() as session:
        messages = outbox.latest(session)
    return render_template("outbox/page.html", messages=messages)


def _at_this_machine() -> bool:
    """Whether the request comes from here: the codes that let others in are nobody else's to read."""
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
