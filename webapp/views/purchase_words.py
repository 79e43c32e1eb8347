"""The words for purchases: how they stand, how they are paid, what became of what a provider said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from webapp.models.purchase import Outcome, PurchaseState
from webapp.providers.payments.port import MANUAL, STRIPE
from webapp.services.payment_events import FAILED
from webapp.services.purchases import Line

blueprint = Blueprint("purchase_words", __name__)

STATES: Final[Mapping[str, LazyString]] = {
    PurchaseState.OPEN: _("To be paid"),
    PurchaseState.PAID: _("Payment received"),
    PurchaseState.GRANTED: _("Paid and topped up"),
    PurchaseState.CANCELLED: _("Cancelled"),
    PurchaseState.EXPIRED: _("Not paid in time"),
    PurchaseState.REFUNDED: _("Refunded"),
}

PROVIDERS: Final[Mapping[str, LazyString]] = {
    STRIPE: _("Card and other ways online"),
    MANUAL: _("Transfer"),
}

OUTCOMES: Final[Mapping[str, LazyString]] = {
    Outcome.DONE: _("Done"),
    Outcome.IGNORED: _("Nothing to do"),
    Outcome.AMOUNT_DIFFERS: _("Refused: another amount"),
    Outcome.CURRENCY_DIFFERS: _("Refused: another currency"),
    Outcome.REFERENCE_DIFFERS: _("Refused: another checkout"),
    Outcome.TOO_LATE: _("Refused: the purchase had ended"),
    Outcome.PAID_TWICE: _("Refused: paid a second time"),
    Outcome.PARTLY_REFUNDED: _("Only a part was refunded"),
    Outcome.REFUND_USED: _("Refunded, though some of it was used"),
}

NOTES: Final[Mapping[str, LazyString]] = {FAILED: _("The payment did not go through.")}
"""What the studio itself notes on a purchase; everything else people have written."""


@blueprint.app_template_filter("purchase_state")
def purchase_state(state: str) -> str:
    """How a purchase stands."""
    return str(STATES[state])


@blueprint.app_template_filter("payment_way")
def payment_way(provider: str) -> str:
    """How it is paid."""
    return str(PROVIDERS.get(provider, provider))


@blueprint.app_template_filter("payment_outcome")
def payment_outcome(outcome: str) -> str:
    """What became of what a provider said."""
    return str(OUTCOMES[outcome])


@blueprint.app_template_filter("purchase_note")
def purchase_note(note: str) -> str:
    """Why a purchase ended."""
    return str(NOTES.get(note, note))


@blueprint.app_template_filter("line_end")
def line_end(line: Line, start: datetime) -> datetime | None:
    """Until when something bought can be used that begins then."""
    return line.ends_at(start)
