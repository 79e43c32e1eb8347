"""A customer's own account: what it has, and the entries behind every number. Quantities only; no money comes here."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from webapp.extensions import database, now
from webapp.ledger.kinds import Kind
from webapp.services import dashboards, entitlements
from webapp.views import charts
from webapp.views.access import customer_admins
from webapp.views.ledger_lists import ENTRIES, shown_entries
from webapp.views.listing import show
from webapp.views.session import current_tenant

blueprint = Blueprint("entitlements", __name__)


@blueprint.get("/entitlements")
@customer_admins
def index() -> str:
    """The account at a glance."""
    tenant = current_tenant()
    with database().reading() as session:
        home = dashboards.home(session, tenant, now())
        days = dashboards.per_day(session, dashboards.of_tenant(tenant), Kind.VIDEO, now())
        top = dashboards.top_users(session, tenant, Kind.VIDEO, now())
    drawn = {"days": charts.by_day(days, Kind.VIDEO), "top": charts.ranking(top, Kind.VIDEO)}
    return render_template("entitlements/page.html", home=home, **drawn)


@blueprint.get("/entitlements/entries")
@customer_admins
def entries() -> Response:
    """What is behind a number."""
    return show(ENTRIES, shown_entries(entitlements.entries(current_tenant())), "entitlements/entries.html")
