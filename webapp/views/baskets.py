"""What somebody has put together on a form with products: how many of each, and the currency it is paid with."""

from collections.abc import Mapping
from typing import Final

from webapp.errors import Invalid
from webapp.ledger.kinds import Currency
from webapp.services.order_terms import Item

PREFIX: Final = "count-"
COUNT_DIGITS_MAX: Final = 6


def read_counts(fields: Mapping[str, str]) -> dict[str, int]:
    """How many of each product, by its id; products of which nothing was typed are left out. Raises Invalid."""
    typed = {name.removeprefix(PREFIX): text.strip() for name, text in fields.items() if name.startswith(PREFIX)}
    return {product_id: _count(text) for product_id, text in typed.items() if text.strip("0")}


def read_items(fields: Mapping[str, str]) -> list[Item]:
    """The same as an order takes it. Raises Invalid."""
    return [Item(product_id, count) for product_id, count in read_counts(fields).items()]


def read_currency(text: str, default: Currency = Currency.CNY) -> Currency:
    """The currency chosen; none of ours is the default one."""
    return Currency(text) if text in set(Currency) else default


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > COUNT_DIGITS_MAX:
        raise Invalid("count", "count-wrong")
    return int(text)
