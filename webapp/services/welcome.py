"""The welcome: minutes with which a new personal tenant can try the studio at once, marked as a test.

How many, and for how long, is a product called `welcome` that the operator may change or take off the list; until then it is 60 minutes
for 30 days.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, select

from webapp.ledger.kinds import MINUTE_MS, Kind
from webapp.models.order import Source
from webapp.models.product import Product
from webapp.models.tenant import Tenant
from webapp.services import orders
from webapp.services.order_terms import Gift, Terms

CODE: Final = "welcome"
MINUTES: Final = 60
DAYS: Final = 30


def give(session: Session, tenant: Tenant, now: datetime) -> None:
    """Welcome a tenant, once."""
    product = _product(session)
    if product.retired_at is not None:
        return
    expires_at = now + timedelta(days=product.valid_days) if product.valid_days else None
    terms = Terms(source=Source.TEST, key=CODE, expires_at=expires_at, evidence={"code": CODE, "form": CODE})
    orders.place(session, tenant, [Gift(product.kind, product.quantity)], terms, now)


def change(session: Session, minutes: int, days: int, now: datetime) -> None:
    """Welcome with so much from now on; no minutes is no welcome, no days is no end."""
    product = _product(session)
    product.quantity = minutes * MINUTE_MS or product.quantity
    product.valid_days = days or None
    product.retired_at = None if minutes else now
    session.add(product)
    session.flush()


def _product(session: Session) -> Product:
    """The product as it stands, or as it would if anybody had touched it."""
    stored = session.exec(select(Product).where(Product.code == CODE)).first()
    return stored or Product(code=CODE, name="Welcome", kind=Kind.VIDEO, quantity=MINUTES * MINUTE_MS, valid_days=DAYS)
