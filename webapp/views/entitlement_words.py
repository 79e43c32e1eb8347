"""The words for what is counted: entitlements, where they came from, what became of them; amounts as people read them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from flask import Blueprint
from flask_babel import LazyString, format_currency, format_date, format_decimal, gettext
from flask_babel import lazy_gettext as _

from webapp.ledger.entries import Account, Verb
from webapp.ledger.kinds import TIMED, Kind
from webapp.models.order import Source

blueprint = Blueprint("entitlement_words", __name__)

KINDS: Final[Mapping[str, LazyString]] = {
    Kind.VIDEO: _("Video minutes"),
    Kind.PRESENTER: _("Presenter customisations"),
    Kind.VOICE: _("Voice customisations"),
    Kind.LIVE_BASIC: _("Live basic minutes"),
    Kind.LIVE_ADVANCED: _("Live advanced package"),
    Kind.VIP: _("VIP membership"),
}

SOURCES: Final[Mapping[str, LazyString]] = {
    Source.PURCHASE: _("Own purchase"),
    Source.OPERATOR: _("Platform"),
    Source.TEST: _("Test"),
    Source.EARLY: _("Early delivery"),
    Source.AGENT: _("Agent"),
}

ACCOUNTS: Final[Mapping[str, LazyString]] = {
    Account.AVAILABLE: _("Available"),
    Account.HELD: _("Held"),
    Account.USED: _("Used"),
    Account.EXPIRED: _("Expired"),
}

VERBS: Final[Mapping[str, LazyString]] = {
    Verb.GRANT: _("Topped up"),
    Verb.HOLD: _("Set aside"),
    Verb.CAPTURE: _("Finished and charged"),
    Verb.RELEASE: _("Given back"),
    Verb.USE: _("Used"),
    Verb.EXPIRE: _("Ran out of time"),
    Verb.TOP_UP: _("Paid in"),
    Verb.SPEND: _("Granted to a customer"),
    Verb.REVERSE: _("Taken back"),
}

SUBJECTS: Final[Mapping[str, LazyString]] = {
    "export": _("Video"),
    "order": _("Top-up order"),
    "seat": _("Seat"),
    "presenter": _("Presenter customisation"),
    "voice": _("Voice customisation"),
    "cash": _("Cash"),
}

SECOND_MS: Final = 1000
MINOR: Final = 100


@blueprint.app_template_filter("kind_word")
def kind_word(kind: str) -> str:
    """What a kind is called."""
    return str(KINDS[kind])


@blueprint.app_template_filter("quantity")
def quantity(amount: int, kind: str) -> str:
    """So much of a kind (milliseconds or pieces), as people read it: "1,000 min", "9 min 39 s", "20". Started seconds do not count."""
    sign, amount = ("−" if amount < 0 else ""), abs(amount)
    return sign + (_length(amount // SECOND_MS) if kind in TIMED else format_decimal(amount))


def quantity_value(amount: int, kind: str) -> int | Decimal:
    """The same for a file: exact, in seconds or pieces."""
    return Decimal(amount) / SECOND_MS if kind in TIMED else amount


@blueprint.app_template_filter("money")
def money(amount: int, currency: str | None) -> str:
    """An amount in minor units, as the reader's language writes it; nothing where no money moved."""
    return str(format_currency(Decimal(amount) / MINOR, currency)) if currency else ""


def money_value(amount: int) -> Decimal:
    """The same for a file, in major units."""
    return Decimal(amount) / MINOR


@blueprint.app_template_filter("about")
def about(subject: str) -> str:
    """What an event was about, from its subject (`export:<id>`)."""
    return str(SUBJECTS.get(subject.partition(":")[0], ""))


blueprint.add_app_template_filter(format_date, "day")


def _length(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    if not seconds:
        return str(gettext("%(minutes)s min", minutes=format_decimal(minutes)))
    if not minutes:
        return str(gettext("%(seconds)s s", seconds=seconds))
    return str(gettext("%(minutes)s min %(seconds)s s", minutes=format_decimal(minutes), seconds=seconds))
