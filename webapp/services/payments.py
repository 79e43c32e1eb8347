"""Payments: the money for a purchase is there, is missing, or goes back.

That it was paid and that it was granted are two transactions: whatever hinders the second, the first stays, and the clock goes on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, WebError
from webapp.ledger import money
from webapp.ledger.kinds import Currency
from webapp.models.ledger import Lot
from webapp.models.order import OrderLine, Source
from webapp.models.purchase import Purchase, PurchaseState
from webapp.models.tenant import Tenant
from webapp.providers.payments.port import MANUAL
from webapp.services import orders, purchases
from webapp.services.audit import SYSTEM, Actor
from webapp.services.order_terms import Bought, Terms

NOTE_LENGTH_MAX: Final = 500
RETURNABLE: Final = frozenset({PurchaseState.PAID, PurchaseState.GRANTED})

log = structlog.get_logger("payments")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a refund takes back: an order line, and what of it is still unused. Only what is whole can be taken."""

    line: OrderLine
    left: int

    @property
    def whole(self) -> bool:
        """Whether nothing of it was used."""
        return self.left == self.line.quantity


def mark_paid(session: Session, actor: Actor, purchase: Purchase, now: datetime, *, payment: str = "", **evidence: Any) -> None:
    """The money for a purchase, which the caller holds, is there; `grant` it in a transaction of its own."""
    purchase.state, purchase.paid_at, purchase.ended_at = PurchaseState.PAID, now, None
    purchase.payment, purchase.evidence = payment, evidence
    session.add(purchase)
    session.flush()
    purchases.note(session, actor, purchase, "purchase.paid", now, amount=purchase.total)


def confirm(session: Session, actor: Actor, purchase_id: str, *, currency: Currency, amount: int, evidence: str, now: datetime) -> Purchase:
    """Somebody of the staff has seen the money, by hand. Confirmed before, it stays as it is.

    Raises Invalid for another amount or currency than was to be paid and without evidence, Conflict for one that has ended.
    """
    purchase = _by_hand(session, purchase_id)
    if purchase.state in RETURNABLE:
        return purchase
    _check_open(purchase)
    told = _told("evidence", "evidence-wrong", evidence)
    if (currency, amount) != (purchase.currency, purchase.total):
        log.warning("payment refused", purchase=purchase.id, amount=amount, currency=currency.value, by=actor.user_id)
        raise Invalid("amount", "payment-differs", cost=money.told(purchase.total), currency=purchase.currency.value)
    mark_paid(session, actor, purchase, now, by=actor.name, words=told)
    return purchase


def reject(session: Session, actor: Actor, purchase_id: str, *, reason: str, now: datetime) -> Purchase:
    """Somebody of the staff has found no money. Raises Invalid without a reason, and Conflict for one that has ended."""
    purchase = _by_hand(session, purchase_id)
    _check_open(purchase)
    told = _told("reason", "reason-wrong", reason)
    purchases.end(session, purchase, PurchaseState.CANCELLED, now, words=told)
    purchases.note(session, actor, purchase, "purchase.rejected", now, reason=told)
    return purchase


def grant(session: Session, purchase_id: str, now: datetime) -> Purchase:
    """Give what was paid for; once, however often it is asked."""
    purchase = purchases.locked(session, purchase_id)
    if purchase.state is not PurchaseState.PAID:
        return purchase
    tenant = session.get_one(Tenant, purchase.tenant_id)
    terms = Terms(
        source=Source.PURCHASE,
        key=_key(purchase),
        created_by=purchase.user_id,
        currency=purchase.currency,
        evidence={"purchase": purchase.id, "provider": purchase.provider, "payment": purchase.payment},
    )
    orders.place(session, tenant, [_bought(line) for line in purchases.lines_of(purchase)], terms, now)
    purchase.state = PurchaseState.GRANTED
    session.add(purchase)
    session.flush()
    return purchase


def settle(session: Session, now: datetime) -> None:
    """Give what was paid for and is not given yet: somebody was killed between the two. The clock calls this."""
    paid = select(Purchase.id).where(Purchase.state == PurchaseState.PAID).order_by(Purchase.id)
    for purchase_id in session.exec(paid).all():
        try:
            with session.begin_nested():
                grant(session, purchase_id, now)
        except WebError as error:
            log.warning("paid and not granted", purchase=purchase_id, reason=error.code)


def consequences(session: Session, purchase: Purchase) -> tuple[Taken, ...]:
    """What a refund would take back."""
    rows = session.exec(select(OrderLine, Lot).join(Lot, col(Lot.order_id) == col(OrderLine.id)).where(*_granted_by(purchase)))
    return tuple(Taken(line, lot.available) for line, lot in rows)


def take_back(session: Session, actor: Actor, purchase_id: str, *, reason: str, refund: str, now: datetime) -> Purchase:
    """Reverse what a purchase granted, so that its money can go back; asked again, it stays as it is.

    `refund` says how the money went, where that is by hand; a provider's own name for it comes afterwards, by `note_refund`.
    Raises Conflict once something was used, or when nothing was paid, and Invalid without a reason.
    """
    purchase = purchases.locked(session, purchase_id)
    if purchase.state is PurchaseState.REFUNDED:
        return purchase
    if purchase.state not in RETURNABLE:
        raise Conflict("purchase-not-paid")
    told = _told("reason", "reason-wrong", reason)
    if purchase.provider == MANUAL:
        purchase.refund = _told("refund", "evidence-wrong", refund)
    tenant = session.get_one(Tenant, purchase.tenant_id)
    for order_id in session.exec(select(OrderLine.id).where(*_granted_by(purchase)).order_by(OrderLine.key)).all():
        orders.reverse(session, tenant, order_id, reason=told, user_id=actor.user_id or None, now=now)
    purchases.end(session, purchase, PurchaseState.REFUNDED, now, words=told)
    purchases.note(session, actor, purchase, "purchase.refunded", now, amount=purchase.total, reason=told)
    return purchase


def note_refund(session: Session, purchase_id: str, refund: str) -> Purchase:
    """The provider has sent the money back, and calls that so."""
    purchase = purchases.locked(session, purchase_id)
    purchase.refund = purchase.refund or refund
    session.add(purchase)
    session.flush()
    return purchase


def taken_back_by_provider(session: Session, purchase: Purchase, now: datetime) -> None:
    """The money of a purchase, which the caller holds, went back from the provider's own side. Raises Conflict once something was used."""
    with session.begin_nested():
        take_back(session, SYSTEM, purchase.id, reason=purchase.provider, refund="", now=now)


def _key(purchase: Purchase) -> str:
    return f"purchase:{purchase.id}"


def _granted_by(purchase: Purchase) -> tuple[Any, ...]:
    mine = col(OrderLine.tenant_id) == purchase.tenant_id
    return mine, col(OrderLine.key).startswith(f"{_key(purchase)}:", autoescape=True)


def _bought(line: purchases.Line) -> Bought:
    return Bought(line.product_id, line.kind, line.quantity, line.unit_price, line.count, line.valid_days)


def _by_hand(session: Session, purchase_id: str) -> Purchase:
    purchase = purchases.locked(session, purchase_id)
    if purchase.provider != MANUAL:
        raise Conflict("purchase-not-by-hand")
    return purchase


def _check_open(purchase: Purchase) -> None:
    """By hand an expired one may still be decided: money that came late has come."""
    if purchase.state not in {PurchaseState.OPEN, PurchaseState.EXPIRED}:
        raise Conflict("purchase-ended")


def _told(field: str, code: str, text: str) -> str:
    told = text.strip()
    if not 0 < len(told) <= NOTE_LENGTH_MAX:
        raise Invalid(field, code, length_max=NOTE_LENGTH_MAX)
    return told
