"""Purchases: what a customer orders for herself. It keeps the names and prices of its day; `services/payments` takes it further.

    order → (the provider opens a checkout) → paid → granted
      └───→ cancelled, expired

Whoever changes one holds its row first and the tenant's book after it.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.ledger import money
from webapp.ledger.kinds import Currency, Kind
from webapp.models.product import Product
from webapp.models.purchase import Outcome, PaymentEvent, Purchase, PurchaseState
from webapp.models.tenant import Tenant, TenantKind
from webapp.providers.payments.port import MANUAL, Checkout
from webapp.services import audit, products
from webapp.services.audit import Actor, Subject
from webapp.services.order_terms import Item
from webapp.services.orders import NUMBER_LETTERS

LIVES: Final = {MANUAL: timedelta(days=14)}
"""How long a purchase may wait for its money; a bank takes days."""
LIFE: Final = timedelta(days=1)
OPEN_MAX: Final = 10
KEY_LENGTH_MAX: Final = 60
NOT_LOOKED_AT: Final = (Outcome.DONE, Outcome.IGNORED)


@dataclass(frozen=True, slots=True)
class Line:
    """So many of a product, as it was offered: one holds `quantity` of its kind and costs `unit_price`, in minor units."""

    product_id: str
    name: str
    kind: Kind
    quantity: int
    valid_days: int | None
    unit_price: int
    count: int

    @property
    def total(self) -> int:
        """What all of them cost."""
        return self.unit_price * self.count

    @property
    def holds(self) -> int:
        """What all of them hold, in the kind's unit."""
        return self.quantity * self.count

    def ends_at(self, start: datetime) -> datetime | None:
        """Until when it can be used if it begins then; nothing where it has no end."""
        return start + timedelta(days=self.valid_days) if self.valid_days else None


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would be."""

    currency: Currency
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """What it costs, in minor units."""
        return sum(line.total for line in self.lines)


def on_sale(session: Session, currency: Currency) -> list[Product]:
    """What can be bought with a currency. What costs nothing is given, not sold."""
    return [product for product in products.price_list(session, currency) if product.prices[currency] > 0]


def quote(session: Session, items: Sequence[Item], currency: Currency) -> Quote:
    """What these would cost, and what they hold. Changes nothing. Raises Invalid and NotFound."""
    if not items:
        raise Invalid("items", "items-missing")
    return Quote(currency, tuple(_line(session, item, currency) for item in items))


def order(
    session: Session,
    actor: Actor,
    tenant: Tenant,
    items: Sequence[Item],
    *,
    currency: Currency,
    total: int,
    provider: str,
    key: str,
    now: datetime,
) -> Purchase:
    """Order for exactly `total`, as it was shown; the same `key` again is the same purchase.

    Raises Forbidden for whoever does not buy for herself, Conflict when it costs something else now or too much waits to be paid,
    Invalid and NotFound.
    """
    if tenant.kind is not TenantKind.PERSONAL:
        raise Forbidden("purchase-personal")
    session.get_one(Tenant, tenant.id, with_for_update={"key_share": True})
    if known := _known(session, tenant, key):
        return known
    quoted = quote(session, items, currency)
    if quoted.total != total:
        raise Conflict("cost-changed", currency=currency.value, cost=money.told(quoted.total))
    _check_room(session, tenant)
    purchase = Purchase(
        number=f"P{now:%y%m%d}-{''.join(secrets.choice(NUMBER_LETTERS) for _ in range(6))}",
        key=key,
        tenant_id=tenant.id,
        user_id=actor.user_id or None,
        provider=provider,
        currency=currency,
        total=total,
        lines=[asdict(line) | {"kind": line.kind.value} for line in quoted.lines],
        created_at=now,
        expires_at=now + LIVES.get(provider, LIFE),
    )
    session.add(purchase)
    note(session, actor, purchase, "purchase.ordered", now, amount=total)
    return purchase


def lines_of(purchase: Purchase) -> tuple[Line, ...]:
    """What was ordered."""
    return tuple(Line(**row | {"kind": Kind(row["kind"])}) for row in purchase.lines)


def find(session: Session, tenant: Tenant, purchase_id: str) -> Purchase:
    """One of the tenant's. Raises NotFound."""
    found = session.exec(select(Purchase).where(Purchase.id == purchase_id, Purchase.tenant_id == tenant.id)).first()
    if found is None:
        raise NotFound
    return found


def find_any(session: Session, purchase_id: str) -> tuple[Purchase, Tenant]:
    """Anybody's with whose it is, for the operator. Raises NotFound."""
    row = session.exec(select(Purchase, Tenant).join(Tenant, col(Tenant.id) == col(Purchase.tenant_id)).where(Purchase.id == purchase_id))
    found = row.first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def locked(session: Session, purchase_id: str) -> Purchase:
    """One of them as it stands now, held until the transaction ends. Raises NotFound."""
    found = session.get(Purchase, purchase_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def events_of(session: Session, purchase: Purchase) -> Sequence[PaymentEvent]:
    """What the provider said of it, in the order in which it came."""
    said = select(PaymentEvent).where(PaymentEvent.purchase_id == purchase.id)
    return session.exec(said.order_by(col(PaymentEvent.created_at), col(PaymentEvent.id))).all()


def begun(session: Session, purchase_id: str, checkout: Checkout) -> Purchase:
    """The provider has opened a checkout for it. One that has ended meanwhile stays so."""
    purchase = locked(session, purchase_id)
    if purchase.state is PurchaseState.OPEN:
        purchase.reference, purchase.expires_at = checkout.reference, checkout.expires_at
        session.add(purchase)
        session.flush()
    return purchase


def check_payable(purchase: Purchase, now: datetime) -> None:
    """Raise Conflict unless it waits for its money and its time is not up."""
    if purchase.state is not PurchaseState.OPEN or purchase.expires_at <= now:
        raise Conflict("purchase-ended")


def cancel(session: Session, actor: Actor, tenant: Tenant, purchase_id: str, now: datetime) -> Purchase:
    """Call it off, unless it has ended or was paid. Raises NotFound and Conflict."""
    find(session, tenant, purchase_id)
    purchase = locked(session, purchase_id)
    if purchase.state is PurchaseState.CANCELLED:
        return purchase
    if purchase.state is not PurchaseState.OPEN:
        raise Conflict("purchase-ended")
    end(session, purchase, PurchaseState.CANCELLED, now)
    note(session, actor, purchase, "purchase.cancelled", now)
    return purchase


def expire(session: Session, now: datetime) -> None:
    """End those that waited for their money in vain. The clock calls this."""
    over = select(Purchase.id).where(Purchase.state == PurchaseState.OPEN, Purchase.expires_at <= now).order_by(Purchase.id)
    for purchase_id in session.exec(over).all():
        purchase = locked(session, purchase_id)
        if purchase.state is PurchaseState.OPEN and purchase.expires_at <= now:
            end(session, purchase, PurchaseState.EXPIRED, now)


def end(session: Session, purchase: Purchase, state: PurchaseState, now: datetime, *, words: str = "") -> None:
    """Put a purchase, which the caller holds, into one of its last states."""
    purchase.state, purchase.ended_at, purchase.note = state, now, words
    session.add(purchase)
    session.flush()


def note(session: Session, actor: Actor, purchase: Purchase, verb: str, now: datetime, **facts: str | int) -> None:
    """Write down for the operator and the customer what somebody did with a purchase."""
    subject = Subject("purchase", purchase.id, purchase.number, purchase.tenant_id)
    audit.note(session, actor, verb, subject, now, currency=purchase.currency.value, **facts)


def query_of(tenant: Tenant) -> sa.Select[Any]:
    """The tenant's own: (Purchase,)."""
    return sa.select(Purchase).where(col(Purchase.tenant_id) == tenant.id)


def query() -> sa.Select[Any]:
    """Everybody's, for the operator: (Purchase, Tenant)."""
    return cast("sa.Select[Any]", sa.select(Purchase, Tenant).join(Tenant, col(Tenant.id) == col(Purchase.tenant_id)))


def with_trouble() -> sa.ColumnElement[bool]:
    """The condition on purchases of which a provider said what could not be followed."""
    said = sa.exists().where(col(PaymentEvent.purchase_id) == col(Purchase.id), col(PaymentEvent.outcome).not_in(NOT_LOOKED_AT))
    return cast("sa.ColumnElement[bool]", said)


def not_sent_back() -> sa.ColumnElement[bool]:
    """The condition on purchases that were taken back and whose money is still here."""
    return sa.and_(col(Purchase.state) == PurchaseState.REFUNDED, col(Purchase.refund) == "")


def _line(session: Session, item: Item, currency: Currency) -> Line:
    product = products.find(session, item.product_id)
    price = products.price_of(product, currency)
    if price <= 0:
        raise Invalid("product", "product-not-sold", product=product.name)
    if item.count <= 0:
        raise Invalid("count", "count-wrong")
    return Line(product.id, product.name, product.kind, product.quantity, product.valid_days, price, item.count)


def _known(session: Session, tenant: Tenant, key: str) -> Purchase | None:
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise Invalid("key")
    return session.exec(select(Purchase).where(Purchase.tenant_id == tenant.id, Purchase.key == key)).first()


def _check_room(session: Session, tenant: Tenant) -> None:
    waiting: Iterable[str] = session.exec(
        select(Purchase.id).where(Purchase.tenant_id == tenant.id, Purchase.state == PurchaseState.OPEN).limit(OPEN_MAX)
    )
    if len(list(waiting)) >= OPEN_MAX:
        raise Conflict("purchases-open", most=OPEN_MAX)
