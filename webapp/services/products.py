"""Products and their price list, as the operator keeps them. What was ordered keeps the price of its day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from webapp.errors import Invalid, NotFound
from webapp.ledger.kinds import Currency, Kind
from webapp.models.product import Product

CODE_LENGTH_MAX = 40
NAME_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a product is.

    `quantity` is in the kind's unit (milliseconds or pieces), `prices` in minor units; `valid_days` count from the day it is bought.
    """

    code: str
    name: str
    kind: Kind
    quantity: int
    prices: Mapping[Currency, int] = field(default_factory=dict)
    valid_days: int | None = None
    position: int = 0


def price_list(session: Session, currency: Currency | None = None, *, retired: bool = False) -> list[Product]:
    """What can be bought, in the operator's order; of a currency, what can be paid with it; with `retired`, what was taken off too."""
    query = select(Product).order_by(col(Product.position), col(Product.code))
    if not retired:
        query = query.where(col(Product.retired_at).is_(None))
    return [product for product in session.exec(query) if currency is None or currency in product.prices]


def find(session: Session, product_id: str) -> Product:
    """One product, also a retired one. Raises NotFound."""
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound
    return product


def add(session: Session, offer: Offer, now: datetime) -> Product:
    """A new product. Raises Invalid, for a code that is taken too."""
    if session.exec(select(Product).where(Product.code == offer.code)).first() is not None:
        raise Invalid("code", "product-code-taken")
    return _write(session, Product(code=offer.code, name=offer.name, kind=offer.kind, quantity=offer.quantity, created_at=now), offer)


def change(session: Session, product_id: str, offer: Offer) -> Product:
    """Other prices, another name or place. What it is a pack of stays. Raises NotFound and Invalid."""
    product = find(session, product_id)
    if (offer.kind, offer.quantity, offer.code) != (product.kind, product.quantity, product.code):
        raise Invalid("quantity", "product-fixed")
    return _write(session, product, offer)


def retire(session: Session, product_id: str, now: datetime) -> Product:
    """Take it off the list. Raises NotFound."""
    product = find(session, product_id)
    product.retired_at = product.retired_at or now
    session.add(product)
    session.flush()
    return product


def price_of(product: Product, currency: Currency) -> int:
    """What one costs, in minor units. Raises Invalid where it cannot be paid with this currency or is retired."""
    if product.retired_at is not None or currency not in product.prices:
        raise Invalid("product", "product-not-sold", product=product.name)
    return int(product.prices[currency])


def _write(session: Session, product: Product, offer: Offer) -> Product:
    _check(offer)
    product.name, product.valid_days, product.position = offer.name, offer.valid_days, offer.position
    product.prices = {currency.value: price for currency, price in offer.prices.items()}
    session.add(product)
    session.flush()
    return product


def _check(offer: Offer) -> None:
    if not 0 < len(offer.code) <= CODE_LENGTH_MAX:
        raise Invalid("code", "product-code-wrong", length_max=CODE_LENGTH_MAX)
    if not 0 < len(offer.name.strip()) <= NAME_LENGTH_MAX:
        raise Invalid("name", "product-name-wrong", length_max=NAME_LENGTH_MAX)
    if offer.quantity <= 0:
        raise Invalid("quantity", "quantity-wrong")
    if any(price < 0 for price in offer.prices.values()):
        raise Invalid("prices", "price-wrong")
    if offer.valid_days is not None and offer.valid_days <= 0:
        raise Invalid("valid_days", "days-wrong")
