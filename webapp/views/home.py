"""The front door: the operator's staff and agents go to their consoles, everybody else to her projects."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from webapp.models.tenant import TenantKind
from webapp.views.session import current_tenant

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> Response:
    """Lead on."""
    consoles = {TenantKind.OPERATOR: "operator.index", TenantKind.AGENT: "agent.index"}
    return redirect(url_for(consoles.get(current_tenant().kind, "projects.index")))
