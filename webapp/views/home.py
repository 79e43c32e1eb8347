"""The front door: whoever is signed in goes to her projects."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> Response:
    """Lead on to the projects."""
    return redirect(url_for("projects.index"))
