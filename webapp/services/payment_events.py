"""What providers of payment say: each event once, in whatever order it comes. What cannot be followed is kept for the operator to see."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlmodel import Session, select

from webapp.errors import Conflict
from webapp.models.purchase import Outcome, PaymentEvent, Purchase, PurchaseState
from webapp.providers.payments.port import Notice, What
from webapp.services import payments, purchases
from webapp.services.audit import SYSTEM
from webapp.services.purchases import NOT_LOOKED_AT

LATE: Final = timedelta(hours=1)
"""Somebody who was at the till when it shut may finish."""
WAITING: Final = timedelta(days=14)
"""How long money that is under way may take."""
FAILED: Final = "payment-failed"

log = structlog.get_logger("payments")


def take(session: Session, provider: str, notice: Notice, now: datetime) -> Purchase | None:
    """Do what a notice says, if it was not done; the purchase it is about, or None where it is about none of ours."""
    purchase = _about(session, provider, notice)
    if purchase is None:
        log.info("payment event of nobody", kind=notice.kind, name=notice.event_id)
        return None
    said = select(PaymentEvent.id).where(PaymentEvent.provider == provider, PaymentEvent.event_id == notice.event_id)
    if session.exec(said).first() is None:
        _keep(session, purchase, notice, _DEEDS[notice.what](session, purchase, notice, now), now)
    return purchase


def _about(session: Session, provider: str, notice: Notice) -> Purchase | None:
    """The purchase that a notice names, or whose payment it names; held."""
    named = select(Purchase.id).where(Purchase.provider == provider)
    if notice.purchase_id:
        named = named.where(Purchase.id == notice.purchase_id)
    elif notice.payment:
        named = named.where(Purchase.payment == notice.payment)
    else:
        return None
    found = session.exec(named).first()
    return purchases.locked(session, found) if found else None


def _keep(session: Session, purchase: Purchase, notice: Notice, outcome: Outcome, now: datetime) -> None:
    event = PaymentEvent(
        provider=purchase.provider,
        event_id=notice.event_id,
        kind=notice.kind,
        tenant_id=purchase.tenant_id,
        purchase_id=purchase.id,
        amount=notice.amount,
        currency=notice.currency,
        outcome=outcome,
        happened_at=notice.happened_at,
        created_at=now,
    )
    session.add(event)
    session.flush()
    if outcome not in NOT_LOOKED_AT:
        log.warning("payment event refused", purchase=purchase.id, name=notice.event_id, outcome=outcome.value)
        purchases.note(session, SYSTEM, purchase, "purchase.refused", now, outcome=outcome.value)


def _paid(session: Session, purchase: Purchase, notice: Notice, now: datetime) -> Outcome:
    if refused := _refusal(purchase, notice):
        return refused
    payments.mark_paid(session, SYSTEM, purchase, now, payment=notice.payment, event=notice.event_id)
    return Outcome.DONE


def _refusal(purchase: Purchase, notice: Notice) -> Outcome | None:
    """Why a payment does not pay this purchase, if so."""
    if purchase.state in payments.RETURNABLE:
        return Outcome.IGNORED if notice.payment == purchase.payment else Outcome.PAID_TWICE
    if differs := _difference(purchase, notice):
        return differs
    if purchase.state is PurchaseState.REFUNDED:
        return Outcome.IGNORED
    late = purchase.state is PurchaseState.CANCELLED or notice.happened_at > purchase.expires_at + LATE
    return Outcome.TOO_LATE if late else None


def _difference(purchase: Purchase, notice: Notice) -> Outcome | None:
    if notice.currency != purchase.currency.value:
        return Outcome.CURRENCY_DIFFERS
    if notice.amount != purchase.total:
        return Outcome.AMOUNT_DIFFERS
    return None if purchase.reference in {"", notice.reference} else Outcome.REFERENCE_DIFFERS


def _waiting(session: Session, purchase: Purchase, notice: Notice, now: datetime) -> Outcome:
    """She has done her part, and the money is under way."""
    if purchase.state is not PurchaseState.OPEN:
        return Outcome.IGNORED
    purchase.payment, purchase.expires_at = notice.payment, now + WAITING
    session.add(purchase)
    session.flush()
    return Outcome.DONE


def _failed(session: Session, purchase: Purchase, _notice: Notice, now: datetime) -> Outcome:
    return _ended(session, purchase, PurchaseState.CANCELLED, now, FAILED)


def _expired(session: Session, purchase: Purchase, _notice: Notice, now: datetime) -> Outcome:
    return _ended(session, purchase, PurchaseState.EXPIRED, now, "")


def _ended(session: Session, purchase: Purchase, state: PurchaseState, now: datetime, words: str) -> Outcome:
    if purchase.state is not PurchaseState.OPEN:
        return Outcome.IGNORED
    purchases.end(session, purchase, state, now, words=words)
    return Outcome.DONE


def _refunded(session: Session, purchase: Purchase, notice: Notice, now: datetime) -> Outcome:
    """Also before the payment itself was heard of: then that one finds the purchase ended."""
    known = purchase.state is PurchaseState.REFUNDED
    if purchase.state in payments.RETURNABLE:
        try:
            payments.taken_back_by_provider(session, purchase, now)
        except Conflict:
            return Outcome.REFUND_USED
    elif not known:
        purchases.end(session, purchase, PurchaseState.REFUNDED, now)
    payments.note_refund(session, purchase.id, notice.event_id)
    return Outcome.IGNORED if known else Outcome.DONE


def _partly_refunded(_session: Session, _purchase: Purchase, _notice: Notice, _now: datetime) -> Outcome:
    return Outcome.PARTLY_REFUNDED


def _other(_session: Session, _purchase: Purchase, _notice: Notice, _now: datetime) -> Outcome:
    return Outcome.IGNORED


_DEEDS: Final[Mapping[What, Callable[[Session, Purchase, Notice, datetime], Outcome]]] = {
    What.PAID: _paid,
    What.WAITING: _waiting,
    What.FAILED: _failed,
    What.EXPIRED: _expired,
    What.REFUNDED: _refunded,
    What.PARTLY_REFUNDED: _partly_refunded,
    What.OTHER: _other,
}
