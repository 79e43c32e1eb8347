"""What an agent reads: its customers' orders and consumption while they were its customers, and what moved its own cash."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext as _
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.extensions import database, now
from webapp.ledger.kinds import Currency
from webapp.models.ledger import Entry, Journal
from webapp.models.order import OrderLine
from webapp.models.tenant import Tenant
from webapp.services import bindings, cash, dashboards, entitlements, orders
from webapp.views.entitlement_words import KINDS, SOURCES, VERBS, money, money_value, quantity, quantity_value
from webapp.views.ledger_lists import (
    AMOUNT,
    CONSUMED,
    CONSUMPTION_FILTERS,
    NOTHING_USED,
    ORDER_FILTERS,
    QUANTITY_IN_FILES,
    TENANT_NAME,
    WHEN,
    order_state,
    paid_from,
)
from webapp.views.listing import Column, Listing, Row, days, hidden, one_of, show, words
from webapp.views.session import current_tenant

blueprint = Blueprint("agent_records", __name__)

CURRENCIES: Final = {currency.value: currency.value for currency in Currency}


def _is_own(row: Row) -> bool:
    """Whether the agent granted this itself: what others were paid is not its business."""
    return bool(row.OrderLine.agent_id == current_tenant().id)


def _cost(row: Row) -> Decimal | None:
    return money_value(row.OrderLine.price_paid) if _is_own(row) else None


CUSTOMER: Final = Column(
    "customer",
    _("Customer"),
    lambda row: row.Tenant.name,
    link=lambda row: url_for("agent_customers.show_customer", tenant_id=row.Tenant.id),
)
ONE_CUSTOMER: Final = hidden("customer", lambda name: col(Tenant.id) == name)
ONE_ORDER: Final = hidden("order", lambda name: col(OrderLine.id) == name)

ORDERS: Final = Listing(
    name="customers-orders",
    columns=(
        Column("number", _("Number"), lambda row: row.OrderLine.number, sort=col(OrderLine.number)),
        Column("when", _("When"), lambda row: row.OrderLine.created_at, sort=col(OrderLine.created_at)),
        CUSTOMER,
        Column("kind", _("Kind"), lambda row: KINDS[row.OrderLine.kind]),
        Column("source", _("Source"), lambda row: SOURCES[row.OrderLine.source]),
        Column(
            "quantity",
            _("Quantity"),
            lambda row: quantity_value(row.OrderLine.quantity, row.OrderLine.kind),
            shown=lambda row: quantity(row.OrderLine.quantity, row.OrderLine.kind),
            link=lambda row: url_for("agent_customers.entries", tenant_id=row.Tenant.id, order=row.OrderLine.id),
            is_number=True,
            file_label=QUANTITY_IN_FILES,
        ),
        Column("currency", _("Currency"), lambda row: row.OrderLine.currency if _is_own(row) else None),
        Column(
            "cost",
            _("You paid"),
            _cost,
            shown=lambda row: money(row.OrderLine.price_paid, row.OrderLine.currency) if _is_own(row) else "",
            is_number=True,
        ),
        Column("state", _("State"), lambda row: order_state(row.OrderLine.reversed_at)),
    ),
    filters=(TENANT_NAME, *ORDER_FILTERS, ONE_CUSTOMER, ONE_ORDER),
    tie=col(OrderLine.id),
    first_sort="-when",
    empty=_("None of your customers has topped up yet."),
    caption=_("Customers' top-up orders"),
)


def _of_customer(text: str) -> sa.ColumnElement[bool]:
    return col(Entry.tenant_id).in_(sa.select(col(Tenant.id)).where(col(Tenant.name).icontains(text, autoescape=True)))


CONSUMPTION: Final = Listing(
    name="customers-consumption",
    columns=(
        WHEN,
        Column(
            "customer",
            _("Customer"),
            lambda row: row.customer,
            link=lambda row: url_for("agent_customers.show_customer", tenant_id=row.Entry.tenant_id),
        ),
        *(column for column in CONSUMED if column.name == "kind"),
        Column("from", _("Paid from"), lambda row: paid_from(row.category)),
        replace(AMOUNT, link=lambda row: url_for("agent_customers.entries", tenant_id=row.Entry.tenant_id, event=row.Entry.journal_id)),
    ),
    filters=(
        words("tenant", _("Customer"), _of_customer),
        *(each for each in CONSUMPTION_FILTERS if each.name not in {"user", "person"}),
        hidden("customer", lambda name: col(Entry.tenant_id) == name),
    ),
    tie=col(Entry.id),
    first_sort="-when",
    empty=NOTHING_USED,
    caption=_("Customers' consumption"),
)
"""Without projects and people: the customer has agreed to what it is granted and uses, no more."""


def cash_list(orders: str) -> Listing:
    """What moved an agent's cash, for a query of (Entry, Journal); an order's entry leads to it in the list at the endpoint `orders`."""
    return Listing(
        name="cash",
        columns=(
            WHEN,
            Column("what", _("What happened"), lambda row: VERBS[row.Journal.verb], link=lambda row: _order_of(row, orders)),
            Column("note", _("Note"), lambda row: row.Journal.note),
            Column("currency", _("Currency"), lambda row: row.Entry.unit),
            Column(
                "amount",
                _("Amount"),
                lambda row: money_value(row.Entry.amount),
                shown=lambda row: money(row.Entry.amount, Currency(row.Entry.unit)),
                is_number=True,
            ),
        ),
        filters=(
            one_of("currency", _("Currency"), CURRENCIES, lambda unit: col(Entry.unit) == unit),
            one_of(
                "what",
                _("What happened"),
                {verb: VERBS[verb] for verb in ("top-up", "spend", "reverse")},
                lambda verb: col(Journal.verb) == verb,
            ),
            *days("from", "until", col(Entry.posted_at)),
        ),
        tie=col(Entry.id),
        first_sort="-when",
        empty=_("No money has moved yet."),
        caption=_("What moved the cash"),
    )


def _order_of(row: Row, orders: str) -> str:
    subject: str = row.Journal.subject
    return url_for(orders, order=subject.removeprefix("order:")) if subject.startswith("order:") else ""


CASH: Final = cash_list("agent_records.show_orders")


@blueprint.get("/agent/orders")
def show_orders() -> Response:
    """The customers' top-up orders."""
    agent = current_tenant()
    seen = bindings.period(agent.id, OrderLine.tenant_id, OrderLine.created_at)
    return show(ORDERS, orders.query(dashboards.customer_ids(agent)).where(seen), "agent/orders.html")


@blueprint.get("/agent/consumption")
def consumption() -> Response:
    """The customers' consumption, entry by entry."""
    agent = current_tenant()
    groups = bindings.groups(agent.id, Entry.tenant_id, Entry.posted_at).narrowed(entitlements.CONSUMED)
    return show(CONSUMPTION, entitlements.consumption_seen(dashboards.of_agent(agent)), "agent/consumption.html", groups=groups)


@blueprint.get("/agent/consumption/totals")
def totals() -> str:
    """The same, added up by customer and kind."""
    with database().reading() as session:
        found = dashboards.totals(session, current_tenant(), now())
    return render_template("agent/totals.html", totals=found)


@blueprint.get("/agent/cash")
def moves() -> Response:
    """What moved the agent's cash."""
    return show(CASH, cash.entries(current_tenant()), "agent/cash.html")
