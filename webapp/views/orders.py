"""A customer's top-up orders, in quantities."""

from typing import Final

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.models.order import OrderLine
from webapp.models.tenant import TenantKind
from webapp.services import orders
from webapp.views.access import customer_admins
from webapp.views.entitlement_words import KINDS, SOURCES, quantity, quantity_value
from webapp.views.ledger_lists import ORDER_FILTERS, QUANTITY_IN_FILES, order_state
from webapp.views.listing import Column, Listing, show
from webapp.views.session import current_tenant

blueprint = Blueprint("orders", __name__)

ORDERS: Final = Listing(
    name="orders",
    columns=(
        Column("number", _("Number"), lambda row: row.number, sort=col(OrderLine.number)),
        Column("when", _("When"), lambda row: row.created_at, sort=col(OrderLine.created_at)),
        Column("kind", _("Kind"), lambda row: KINDS[row.kind]),
        Column("source", _("Source"), lambda row: SOURCES[row.source]),
        Column(
            "quantity",
            _("Quantity"),
            lambda row: quantity_value(row.quantity, row.kind),
            shown=lambda row: quantity(row.quantity, row.kind),
            link=lambda row: url_for("entitlements.entries", order=row.id),
            is_number=True,
            file_label=QUANTITY_IN_FILES,
        ),
        Column("ends", _("Valid until"), lambda row: row.expires_at),
        Column("state", _("State"), lambda row: order_state(row.reversed_at)),
    ),
    filters=ORDER_FILTERS,
    tie=col(OrderLine.id),
    first_sort="-when",
    empty=_("Nothing has been topped up yet."),
    caption=_("Top-up orders"),
)


@blueprint.get("/orders")
@customer_admins
def index() -> Response:
    """All of them."""
    return show(ORDERS, orders.quantities(current_tenant()), "orders/page.html", buys=current_tenant().kind is TenantKind.PERSONAL)
