"""The outbox as a page, where nobody delivers mail: on one's own machine and under tests."""

from flask import Blueprint, render_template

from webapp.errors import NotFound
from webapp.extensions import database, settings
from webapp.services import outbox
from webapp.settings import Environment

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/outbox")
def index() -> str:
    """The newest messages; in production there is no such page."""
    if settings().environment is Environment.PRODUCTION:
        raise NotFound
    with database().reading() as session:
        messages = outbox.latest(session)
    return render_template("outbox/page.html", messages=messages)
