"""What a customer has used, entry by entry."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.models.ledger import Entry
from webapp.services import entitlements
from webapp.views.access import customer_admins
from webapp.views.ledger_lists import AMOUNT, CONSUMED, CONSUMPTION_FILTERS, NOTHING_USED
from webapp.views.listing import Listing, show
from webapp.views.session import current_tenant

blueprint = Blueprint("consumption", __name__)

CONSUMPTION: Final = Listing(
    name="consumption",
    columns=(*CONSUMED, replace(AMOUNT, link=lambda row: url_for("entitlements.entries", event=row.Entry.journal_id))),
    filters=CONSUMPTION_FILTERS,
    tie=col(Entry.id),
    first_sort="-when",
    empty=NOTHING_USED,
    caption=_("Consumption"),
)


@blueprint.get("/consumption")
@customer_admins
def index() -> Response:
    """All of it."""
    return show(CONSUMPTION, entitlements.consumption([current_tenant().id]), "consumption/page.html")
