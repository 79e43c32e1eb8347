"""The operator's console: the page it opens with."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from webapp.services.permissions import Permission
from webapp.views.access import needs

blueprint = Blueprint("operator", __name__)


@blueprint.get("/operator")
@needs(Permission.SEE_TENANTS)
def index() -> Response:
    """Lead on to the tenants."""
    return redirect(url_for("operator_tenants.index"))
