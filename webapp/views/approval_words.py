"""What an approval is asked for, in words: its facts as whoever decides reads them."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from webapp.models.approval import Approval
from webapp.views.amounts import tenths
from webapp.views.entitlement_words import kind_word, money, quantity

blueprint = Blueprint("approval_words", __name__)


@blueprint.app_template_filter("approval_facts")
def facts(approval: Approval) -> list[tuple[str, str]]:
    """Names and values of what is asked for."""
    told = {"test-grant": _trial, "early-delivery": _early}.get(approval.kind)
    return list(told(approval.facts)) if told else [(name, str(value)) for name, value in approval.facts.items()]


def _trial(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, amount in facts.get("gifts", ()):
        yield kind_word(kind), quantity(amount, kind)
    yield _("Test code"), facts.get("code", "")
    yield _("Request form"), facts.get("form", "")
    yield _("Last day"), facts.get("until", "") or _("no end")


def _early(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for _product, count, name in facts.get("items", ()):
        yield name, f"× {count}"
    if "total" in facts:
        yield _("Total of the contract"), money(facts["total"], facts["currency"])
        yield _("Discount"), tenths(facts["discount"])
    yield _("Date of the contract"), facts.get("contract_on", "")
    yield _("To be opened on"), facts.get("opened_on", "")
    yield _("Who bears the cost"), facts.get("cost_owner", "")
