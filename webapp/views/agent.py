"""The agent's console: its code, and its customers of now and before."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import func
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.extensions import database, now
from webapp.ledger.kinds import Kind
from webapp.models.binding import Binding
from webapp.models.tenant import Tenant, TenantKind
from webapp.services import bindings, cash, dashboards, tenants, visits
from webapp.views import charts, identities
from webapp.views.listing import Column, Listing, one_of, show, words
from webapp.views.session import actor, current_present, current_tenant
from webapp.views.tenant_words import KINDS

blueprint = Blueprint("agent", __name__)

STATES = {"bound": _("Customers"), "left": _("Former customers")}

CUSTOMERS = Listing(
    name="customers",
    columns=(
        Column(
            "name",
            _("Customer"),
            lambda row: row.Tenant.name,
            sort=col(Tenant.name),
            link=lambda row: url_for("agent_customers.show_customer", tenant_id=row.Tenant.id),
        ),
        Column("kind", _("Kind"), lambda row: KINDS[row.Tenant.kind], sort=col(Tenant.kind)),
        Column("since", _("Since"), lambda row: row.Binding.since, sort=col(Binding.since)),
        Column("until", _("Until"), lambda row: row.Binding.until, sort=func.coalesce(col(Binding.until), col(Binding.since))),
    ),
    filters=(
        words("q", _("Name"), lambda text: col(Tenant.name).icontains(text, autoescape=True)),
        one_of("kind", _("Kind"), {kind: KINDS[kind] for kind in bindings.CUSTOMERS}, lambda kind: col(Tenant.kind) == TenantKind(kind)),
        one_of("state", _("State"), STATES, lambda state: col(Binding.until).is_(None) == (state == "bound")),
    ),
    tie=col(Binding.id),
    first_sort="-since",
    empty=_("Nobody has entered your code yet. Give it to your customers: they enter it under “My agent”."),
)


@blueprint.get("/agent")
def index() -> str:
    """The agent's own page."""
    agent = current_tenant()
    with database().reading() as session:
        terms = tenants.agent_of(session, agent)
        balances = cash.balances(session, agent)
        parent = session.get(Tenant, terms.parent_id) if terms.parent_id else None
        days = dashboards.per_day(session, dashboards.of_agent(agent), Kind.VIDEO, now())
    drawn = {"days": charts.by_day(days, Kind.VIDEO)}
    return render_template("agent/page.html", terms=terms, balances=balances, parent=parent, **drawn)


@blueprint.get("/agent/customers")
def customers() -> Response:
    """Its customers."""
    return show(CUSTOMERS, bindings.customers(current_tenant().id), "agent/customers.html")


@blueprint.post("/agent/customers/<tenant_id>/unbind")
def unbind(tenant_id: str) -> Response:
    """Part from a customer."""
    with database().transaction() as session:
        bindings.unbind(session, actor(), tenant_id, now(), agent_id=current_tenant().id)
    return redirect(url_for("agent.customers"))


@blueprint.post("/agent/customers/<tenant_id>/visit")
def visit(tenant_id: str) -> Response:
    """Act for a customer who lets the agent in."""
    with database().transaction() as session:
        visits.enter(session, actor(), current_present().identity, tenant_id, now(), reason=request.form.get("reason", ""))
    return identities.visit(tenant_id)
