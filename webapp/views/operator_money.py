"""The operator's money: every order with its prices, taking one back, and the agents' cash."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlmodel import Session, col
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid, NotFound, TooLarge
from webapp.extensions import database, now, settings, storage
from webapp.jobs import ring_job
from webapp.ledger.kinds import Currency
from webapp.models.columns import new_id
from webapp.models.order import OrderLine
from webapp.models.tenant import Tenant, TenantKind
from webapp.services import audit, cash, entitlements, licences, orders, tenants
from webapp.services.audit import Subject
from webapp.services.permissions import Permission
from webapp.views.access import needs
from webapp.views.agent_records import ONE_ORDER, cash_list
from webapp.views.amounts import read_money, tenths
from webapp.views.entitlement_words import KINDS, SOURCES, money, money_value, quantity, quantity_value
from webapp.views.ledger_lists import ENTRIES, ORDER_FILTERS, QUANTITY_IN_FILES, TENANT_NAME, order_state, shown_entries
from webapp.views.listing import Column, Listing, hidden, show
from webapp.views.operator_tenants import brought
from webapp.views.session import actor, current_tenant, current_user
from webapp.views.words import worded

blueprint = Blueprint("operator_money", __name__)

ORDERS: Final = Listing(
    name="orders",
    columns=(
        Column(
            "number",
            _("Number"),
            lambda row: row.OrderLine.number,
            sort=col(OrderLine.number),
            link=lambda row: url_for("operator_money.show_order", tenant_id=row.Tenant.id, order_id=row.OrderLine.id),
        ),
        Column("when", _("When"), lambda row: row.OrderLine.created_at, sort=col(OrderLine.created_at)),
        Column("customer", _("Customer"), lambda row: row.Tenant.name),
        Column("kind", _("Kind"), lambda row: KINDS[row.OrderLine.kind]),
        Column("source", _("Source"), lambda row: SOURCES[row.OrderLine.source]),
        Column(
            "quantity",
            _("Quantity"),
            lambda row: quantity_value(row.OrderLine.quantity, row.OrderLine.kind),
            shown=lambda row: quantity(row.OrderLine.quantity, row.OrderLine.kind),
            link=lambda row: url_for("operator_money.entries", tenant_id=row.Tenant.id, order=row.OrderLine.id),
            is_number=True,
            file_label=QUANTITY_IN_FILES,
        ),
        Column("currency", _("Currency"), lambda row: row.OrderLine.currency),
        Column("discount", _("Discount"), lambda row: tenths(row.OrderLine.discount) if row.OrderLine.currency else "", is_number=True),
        Column(
            "paid",
            _("Price"),
            lambda row: money_value(row.OrderLine.price_paid) if row.OrderLine.currency else None,
            shown=lambda row: money(row.OrderLine.price_paid, row.OrderLine.currency),
            is_number=True,
        ),
        Column("state", _("State"), lambda row: order_state(row.OrderLine.reversed_at)),
    ),
    filters=(TENANT_NAME, *ORDER_FILTERS, hidden("customer", lambda name: col(Tenant.id) == name), ONE_ORDER),
    tie=col(OrderLine.id),
    first_sort="-when",
    empty=_("Nothing has been topped up yet."),
    caption=_("Top-up orders"),
)
CASH: Final = cash_list("operator_money.index")


@blueprint.get("/operator/orders")
@needs(Permission.SEE_MONEY)
def index() -> Response:
    """Every order."""
    return show(ORDERS, orders.query_all(), "operator/orders.html")


@blueprint.get("/operator/orders/<tenant_id>/<order_id>")
@needs(Permission.SEE_MONEY)
def show_order(tenant_id: str, order_id: str) -> str:
    """One order line, and what taking it back would mean."""
    return _order_page(tenant_id, order_id, "")


@blueprint.post("/operator/orders/<tenant_id>/<order_id>/reverse")
@needs(Permission.TAKE_MONEY)
def reverse(tenant_id: str, order_id: str) -> Response | tuple[str, int]:
    """Take an order back."""
    try:
        with database().transaction() as session:
            tenant = tenants.find(session, tenant_id).tenant
            reason = request.form.get("reason", "")
            line = orders.reverse(session, tenant, order_id, reason=reason, user_id=current_user().id, now=now())
            audit.note(session, actor(), "order.reversed", _subject(tenant), now(), number=line.number, reason=reason)
    except (Invalid, Conflict) as error:
        return _order_page(tenant_id, order_id, worded(error)), 422
    return redirect(url_for("operator_money.show_order", tenant_id=tenant_id, order_id=order_id))


@blueprint.get("/operator/tenants/<tenant_id>/entries")
@needs(Permission.SEE_MONEY)
def entries(tenant_id: str) -> Response:
    """What is behind a customer's numbers."""
    with database().reading() as session:
        customer = tenants.find(session, tenant_id).tenant
    return show(ENTRIES, shown_entries(entitlements.entries(customer)), "operator/entries.html", customer=customer)


@blueprint.get("/operator/tenants/<tenant_id>/cash")
@needs(Permission.SEE_MONEY)
def show_cash(tenant_id: str) -> Response:
    """An agent's cash, and what moved it."""
    return _cash_page(tenant_id, "")


@blueprint.post("/operator/tenants/<tenant_id>/cash")
@needs(Permission.TAKE_MONEY)
def add_cash(tenant_id: str) -> Response | tuple[Response, int]:
    """Write down what an agent has paid in, with what proves it."""
    try:
        pictures = licences.store(settings().assets, brought("pictures"), storage())
        with database().transaction() as session:
            agent = _agent(session, tenant_id)
            digests, jobs = licences.keep(session, current_tenant(), pictures, agent.name, now())
            _top_up(session, agent, digests)
    except (Invalid, Conflict, TooLarge) as error:
        return _cash_page(tenant_id, worded(error)), 422
    for job in jobs:
        ring_job(job, url=settings().queue_url)
    return redirect(url_for("operator_money.show_cash", tenant_id=tenant_id))


def _top_up(session: Session, agent: Tenant, digests: tuple[str, ...]) -> None:
    """The pictures' digests stand in the evidence, and with it in the chain of the book."""
    form = request.form
    currency, amount = read_money(form.get("currency", ""), form.get("amount", ""))
    named = form.get("evidence", "").strip()
    evidence = " ".join((named, *(f"sha256:{digest}" for digest in digests))) if named else ""
    key = form.get("key") or new_id()
    cash.top_up(session, agent, currency, amount, evidence=evidence, created_by=current_user().id, key=key[:60], now=now())
    audit.note(session, actor(), "cash.added", _subject(agent), now(), currency=currency.value, amount=amount)


def _agent(session: Session, tenant_id: str) -> Tenant:
    """An agent. Raises NotFound."""
    tenant = tenants.find(session, tenant_id).tenant
    if tenant.kind is not TenantKind.AGENT:
        raise NotFound
    return tenant


def _cash_page(tenant_id: str, problem: str) -> Response:
    with database().reading() as session:
        agent = _agent(session, tenant_id)
        balances = cash.balances(session, agent)
    return show(
        CASH,
        cash.entries(agent),
        "operator/cash.html",
        problem=problem,
        agent=agent,
        balances=balances,
        currencies=list(Currency),
        key=new_id(),
        typed=request.form,
    )


def _order_page(tenant_id: str, order_id: str, problem: str) -> str:
    with database().reading() as session:
        tenant = tenants.find(session, tenant_id).tenant
        line = orders.find(session, tenant, order_id)
        agent = session.get(Tenant, line.agent_id) if line.agent_id else None
    return render_template("operator/order.html", customer=tenant, line=line, agent=agent, sources=SOURCES, problem=problem)


def _subject(tenant: Tenant) -> Subject:
    return Subject("tenant", tenant.id, tenant.name, tenant.id)
