"""The details of an act in the audit log, in the reader's words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from webapp.ledger.kinds import Currency
from webapp.models.audit import AuditEntry
from webapp.models.presenter import PresenterKind
from webapp.views import entitlement_words, purchase_words, tenant_words
from webapp.views.amounts import discount_words
from webapp.views.entitlement_words import SOURCES, money, quantity
from webapp.views.export_words import language_name
from webapp.views.presenter_words import MATTINGS

PRESENTER_KINDS: Final[Mapping[str, LazyString]] = {PresenterKind.PHOTO: _("Portrait"), PresenterKind.CLIP: _("Film")}
KINDS: Final[Mapping[str, LazyString]] = {**tenant_words.KINDS, **entitlement_words.KINDS, **PRESENTER_KINDS}
"""Of a tenant, of what it has, of a presenter: no two are called alike."""

NAMES: Final[Mapping[str, LazyString]] = {
    "admin": _("Administrator"),
    "agent": _("Agent"),
    "amount": _("Amount"),
    "attested": _("Consent of the person"),
    "by": _("As"),
    "cap": _("Limit"),
    "currency": _("Currency"),
    "discount": _("Discount"),
    "former": _("Discount before"),
    "kind": _("Kind"),
    "label": _("Name"),
    "language": _("Language"),
    "matting": _("Cutting out"),
    "may_visit": _("May come in"),
    "note": _("Note"),
    "number": _("Number"),
    "outcome": _("What came of it"),
    "reason": _("Reason"),
    "role": _("Role"),
    "roles": _("Work"),
    "source": _("Source"),
    "user": _("User"),
}
"""By the names of facts."""

PRICES: Final = frozenset(map(str, Currency))
"""Facts that are amounts in the currency they are called by."""


def details(entry: AuditEntry) -> str:
    """What is known of an act beside who, what and to whom; nothing where there is no more."""
    return " · ".join(gettext("%(name)s: %(value)s", name=name, value=value) for name, value in _told(entry.facts))


def _told(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        if name in PRICES:
            yield name, money(value, name)
        elif value != "" and not (name == "currency" and "amount" in facts):
            yield str(NAMES.get(name, name)), _worded(name, value, facts)


def _worded(name: str, value: Any, facts: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if name == "amount":
        return money(value, facts.get("currency"))
    if name == "cap":
        return quantity(value, facts["kind"])
    return VALUES.get(name, str)(value)


def _roles(names: str) -> str:
    return ", ".join(_of(tenant_words.STAFF_ROLES)(name) for name in names.split(", "))


def _of(words: Mapping[str, LazyString]) -> Callable[[str], str]:
    return lambda name: str(words.get(name, name))


VALUES: Final[Mapping[str, Callable[[Any], str]]] = {
    "discount": discount_words,
    "former": discount_words,
    "kind": _of(KINDS),
    "language": language_name,
    "matting": _of(MATTINGS),
    "outcome": _of(purchase_words.OUTCOMES),
    "role": _of(tenant_words.STAFF_ROLES),
    "roles": _roles,
    "source": _of(SOURCES),
}
"""How a fact's value is said; what people have written stands as it is."""
