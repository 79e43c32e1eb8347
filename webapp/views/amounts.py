"""Money and discounts as people type and read them."""

from decimal import Decimal, InvalidOperation
from typing import Final

from flask import Blueprint
from flask_babel import format_percent
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.ledger.kinds import Currency
from webapp.services.tenants import FULL_PRICE
from webapp.views.language import reading_language

blueprint = Blueprint("amounts", __name__)

MINOR: Final = 100
AMOUNT_MAX: Final = 10**12
TENTHS_MAX: Final = 10_000
DIGITS_MAX: Final = 18


def read_money(currency: str, text: str, *, field: str = "amount") -> tuple[Currency, int]:
    """A currency and minor units. Raises Invalid."""
    try:
        minor = Decimal(text.replace(",", "").strip()) * MINOR
        known = Currency(currency)
    except (InvalidOperation, ValueError) as error:
        raise Invalid(field, "money-wrong") from error
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 < minor <= AMOUNT_MAX:
        raise Invalid(field, "money-wrong")
    return known, int(minor)


def read_amount(text: str) -> int:
    """Minor units as a page of ours wrote them down to be sent back. Raises Invalid."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX):
        raise Invalid("amount", "amount-wrong")
    return int(text)


def read_discount(text: str) -> int:
    """A discount typed as the percentage that is paid (65.5), in hundredths of a 折 (655). Raises Invalid."""
    try:
        tenths = Decimal(text.replace("%", "").strip()) * 10
    except InvalidOperation as error:
        raise Invalid("discount", "discount-wrong") from error
    if not tenths.is_finite() or tenths != tenths.to_integral_value() or not 1 <= tenths <= FULL_PRICE:
        raise Invalid("discount", "discount-wrong")
    return int(tenths)


def read_tenths(text: str) -> int:
    """A discount typed as contracts write it (8.5 折), in hundredths (850). Raises Invalid."""
    try:
        hundredths = Decimal(text.replace("折", "").strip()) * MINOR
    except InvalidOperation as error:
        raise Invalid("discount", "discount-tenths") from error
    if not hundredths.is_finite() or hundredths != hundredths.to_integral_value() or not 0 <= hundredths <= TENTHS_MAX:
        raise Invalid("discount", "discount-tenths")
    return int(hundredths)


@blueprint.app_template_filter("tenths")
def tenths(discount: int) -> str:
    """A discount as contracts write it."""
    return f"{Decimal(discount) / MINOR:.2f} 折"


@blueprint.app_template_filter("discount")
def discount_words(discount: int) -> str:
    """A discount as the reader's trade says it: 6.55 折 in Chinese, the part of the list price that is paid elsewhere."""
    if reading_language().startswith("zh"):
        return f"{Decimal(discount) / MINOR:f} 折"
    told: str = _("%(part)s of the list price", part=format_percent(Decimal(discount) / FULL_PRICE, "#,##0.#%"))
    return told
