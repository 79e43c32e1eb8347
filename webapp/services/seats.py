"""Seats: yearly rights that are assigned by hand and renew themselves from what is left in stock."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Invalid, NotFound
from webapp.ledger import seats as terms
from webapp.ledger.kinds import SEATS, Kind
from webapp.models.columns import new_id
from webapp.models.ledger import Seat
from webapp.models.tenant import Membership, Tenant
from webapp.services import bookkeeping, entitlements
from webapp.services.entitlements import Insufficient, Wish


def assign(session: Session, tenant: Tenant, kind: Kind, user_id: str, now: datetime) -> Seat:
    """Give a member a seat: the rest of a term that nobody has, else a new term from stock. She who has one keeps it.

    Raises Invalid for a kind without seats, NotFound for somebody who is no member, Insufficient when there is no stock.
    """
    if kind not in SEATS:
        raise Invalid("kind", "kind-wrong")
    bookkeeping.open_book(session, tenant.id)
    if session.exec(select(Membership).where(Membership.tenant_id == tenant.id, Membership.user_id == user_id)).first() is None:
        raise NotFound
    rows = {seat.id: seat for seat in _of(session, tenant, kind)}
    values = [_value(seat) for seat in rows.values()]
    if known := terms.held_by(values, user_id, now):
        return rows[known.id]
    free = terms.vacant(values, now)
    seat = rows[free.id] if free else _new(session, tenant, kind, user_id, now)
    seat.user_id = user_id
    session.add(seat)
    session.flush()
    return seat


def release(session: Session, tenant: Tenant, seat_id: str) -> Seat:
    """Take a seat from whoever has it; the rest of its term is the tenant's. Raises NotFound."""
    bookkeeping.open_book(session, tenant.id)
    mine = select(Seat).where(Seat.id == seat_id, Seat.tenant_id == tenant.id)
    seat = session.exec(mine.execution_options(populate_existing=True)).first()
    if seat is None:
        raise NotFound
    seat.user_id = None
    session.add(seat)
    session.flush()
    return seat


def release_all(session: Session, tenant: Tenant, user_id: str) -> None:
    """A member goes: her seats' terms return to the tenant."""
    bookkeeping.open_book(session, tenant.id)
    hers = sa.update(Seat).where(col(Seat.tenant_id) == tenant.id, col(Seat.user_id) == user_id, col(Seat.lapsed_at).is_(None))
    session.execute(hers.values(user_id=None))


def all_of(session: Session, tenant: Tenant, now: datetime, kind: Kind | None = None) -> list[Seat]:
    """The tenant's seats that run, those that end first in front."""
    rows = [seat for seat in _of(session, tenant, kind) if terms.runs(_value(seat), now)]
    return sorted(rows, key=lambda seat: (seat.until, seat.id))


def lapsed(session: Session, tenant: Tenant, since: datetime) -> list[Seat]:
    """Seats that ended since then for want of stock, with who had them: what the tenant is to be told."""
    ended = select(Seat).where(Seat.tenant_id == tenant.id, col(Seat.lapsed_at) >= since, col(Seat.user_id).is_not(None))
    return list(session.exec(ended.order_by(col(Seat.lapsed_at), col(Seat.id))))


def renew(session: Session, now: datetime) -> None:
    """Begin the next term of every seat whose term is over, as long as there is stock; the others lapse. The clock calls this.

    A term begins when the last one ended, however late the clock comes, and is paid for once.
    """
    over = select(Seat.tenant_id).where(col(Seat.lapsed_at).is_(None), col(Seat.until) <= now).distinct()
    for tenant_id in sorted(session.exec(over)):
        tenant = session.get_one(Tenant, tenant_id)
        bookkeeping.open_book(session, tenant_id)
        while late := terms.due(map(_value, _of(session, tenant)), now):
            for value in late:
                _renew(session, tenant, session.get_one(Seat, value.id), value, now)


def _renew(session: Session, tenant: Tenant, seat: Seat, value: terms.Seat, now: datetime) -> None:
    """The stock is looked at as it was when the term ended: what has expired since could have paid."""
    paid = bool(value.holder) and _pay(session, tenant, seat, value.terms + 1, min(value.until, now))
    after = terms.renewed(value, in_stock=paid)
    seat.terms, seat.until = after.terms, after.until
    seat.lapsed_at = value.until if after.lapsed else None
    session.add(seat)
    session.flush()


def _pay(session: Session, tenant: Tenant, seat: Seat, term: int, now: datetime) -> bool:
    try:
        entitlements.use(session, tenant, Wish(kind=seat.kind, amount=1, subject=f"seat:{seat.id}:{term}", user_id=seat.user_id), now)
    except Insufficient:
        return False
    return True


def _new(session: Session, tenant: Tenant, kind: Kind, user_id: str, now: datetime) -> Seat:
    name = new_id()
    entitlements.use(session, tenant, Wish(kind=kind, amount=1, subject=f"seat:{name}:1", user_id=user_id), now)
    value = terms.Seat(name, user_id, now)
    return Seat(id=name, tenant_id=tenant.id, kind=kind, started_at=now, until=value.until)


def _of(session: Session, tenant: Tenant, kind: Kind | None = None) -> Iterable[Seat]:
    mine = select(Seat).where(Seat.tenant_id == tenant.id, col(Seat.lapsed_at).is_(None))
    if kind is not None:
        mine = mine.where(Seat.kind == kind)
    return session.exec(mine.execution_options(populate_existing=True)).all()


def _value(seat: Seat) -> terms.Seat:
    return terms.Seat(seat.id, seat.user_id or "", seat.started_at, seat.terms, seat.lapsed_at is not None)
