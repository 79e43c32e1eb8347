"""Entitlements: what a tenant has, what is set aside and what was used. Every function that changes something may be called twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.ledger import entries as events
from webapp.ledger import lots as pools
from webapp.ledger.entries import Account, Verb
from webapp.ledger.kinds import Kind, told
from webapp.ledger.lots import Category, Shortfall
from webapp.models.identity import User
from webapp.models.ledger import Book, Entry, Hold, HoldState, Journal, Lot, MemberCap
from webapp.models.order import OrderLine
from webapp.models.project import Project
from webapp.models.tenant import Membership, Tenant
from webapp.services import bookkeeping
from webapp.services.bookkeeping import Event

CONSUMED: Final = col(Entry.account) == Account.USED
"""Of entries, those that tell what was used."""


class Insufficient(Conflict):
    """There is less than is needed. Facts: `kind`, and `needed`, `available`, `missing` as people read them."""

    default_code = "entitlement-short"

    @classmethod
    def of(cls, kind: Kind, short: Shortfall) -> Self:
        """Told of a kind."""
        available, missing = told(kind, short.available, down=True), told(kind, short.needed - short.available)
        return cls(kind=kind.value, needed=told(kind, short.needed), available=available, missing=missing)


class CapReached(Insufficient):
    """The tenant has enough, and this member may not use so much of it. The facts are those of her own share."""

    default_code = "cap-reached"


@dataclass(frozen=True, slots=True)
class LotBalance:
    """One grant and what became of it; `order_id` is the order line that opened it."""

    id: str
    order_id: str
    category: Category
    available: int
    held: int
    used: int
    expired: int
    granted_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What a tenant has of one kind, and the lots that it stands in, in the order in which they are spent."""

    kind: Kind
    available: int = 0
    held: int = 0
    used: int = 0
    expired: int = 0
    lots: tuple[LotBalance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to use. `subject` (`export:<id>`) makes it happen once; `scenes`: keys and milliseconds of what it pays for."""

    kind: Kind
    amount: int
    subject: str
    user_id: str | None = None
    project_id: str | None = None
    scenes: tuple[tuple[str, int], ...] = ()


def balances(session: Session, tenant: Tenant, now: datetime) -> tuple[Balance, ...]:
    """What the tenant has now, one for every kind. Lots whose time is up count as expired, whether or not the clock has said so."""
    rows = session.exec(select(Lot).where(Lot.tenant_id == tenant.id)).all()
    return tuple(_balance(kind, [lot for lot in rows if lot.kind is kind], now) for kind in Kind)


def balance(session: Session, tenant: Tenant, kind: Kind, now: datetime) -> Balance:
    """What the tenant has of one kind."""
    return _balance(kind, _lots(session, tenant.id, kind), now)


def hold(session: Session, tenant: Tenant, wish: Wish, now: datetime) -> Hold:
    """Set aside what is wished; asked again for the same subject, the same hold. Raises Insufficient and CapReached."""
    book = bookkeeping.open_book(session, tenant.id)
    known = session.exec(select(Hold).where(Hold.tenant_id == tenant.id, Hold.subject == wish.subject)).first()
    if known is not None:
        return known
    parts = _drawn(session, tenant, wish, now)
    held = Hold(
        tenant_id=tenant.id,
        kind=wish.kind,
        subject=wish.subject,
        amount=wish.amount,
        user_id=wish.user_id,
        project_id=wish.project_id,
        scenes=[list(scene) for scene in wish.scenes],
        created_at=now,
    )
    session.add(held)
    session.flush()
    _post(session, book, held, Verb.HOLD, events.held(wish.kind.value, parts), now)
    return held


def shortfall(session: Session, tenant: Tenant, wish: Wish, now: datetime) -> Insufficient | None:
    """Why a wish could not be held now, if so. Changes nothing."""
    try:
        _drawn(session, tenant, wish, now)
    except Insufficient as short:
        return short
    return None


def capture(session: Session, tenant: Tenant, hold_id: str, amount: int, now: datetime) -> Hold:
    """Use `amount` of a hold, at most all of it, and give the rest back. A hold that is closed stays as it is. Raises NotFound."""
    book = bookkeeping.open_book(session, tenant.id)
    held = find_hold(session, tenant, hold_id)
    if held.state is HoldState.OPEN:
        held.captured = min(amount, held.amount)
        entries = events.captured(held.kind.value, _parts(session, book, held), held.captured)
        _close(session, book, held, HoldState.CAPTURED, entries, now)
    return held


def release(session: Session, tenant: Tenant, hold_id: str, now: datetime) -> Hold:
    """Give a hold back. A hold that is closed stays as it is. Raises NotFound."""
    book = bookkeeping.open_book(session, tenant.id)
    held = find_hold(session, tenant, hold_id)
    if held.state is HoldState.OPEN:
        _close(session, book, held, HoldState.RELEASED, events.released(held.kind.value, _parts(session, book, held)), now)
    return held


def use(session: Session, tenant: Tenant, wish: Wish, now: datetime) -> Journal:
    """Use at once, without a hold; for the same subject once. Raises Insufficient and CapReached."""
    book = bookkeeping.open_book(session, tenant.id)
    event = _event(Verb.USE, wish.subject, wish.user_id, wish.project_id)
    known = bookkeeping.posted(session, book, event.key)
    if known is not None:
        return known
    return bookkeeping.post(session, book, event, events.used(wish.kind.value, _drawn(session, tenant, wish, now)), now)


def open_lot(session: Session, book: Book, line: OrderLine, category: Category, now: datetime, *, priority: int = 0) -> Lot:
    """The lot that an order line grants. Whoever calls holds the book, and makes a line once."""
    lot = Lot(
        tenant_id=book.tenant_id,
        order_id=line.id,
        kind=line.kind,
        category=category,
        priority=priority,
        granted_at=now,
        expires_at=line.expires_at,
    )
    session.add(lot)
    session.flush()
    event = Event(verb=Verb.GRANT, key=f"grant:{line.id}", subject=f"order:{line.id}", user_id=line.created_by)
    bookkeeping.post(session, book, event, events.granted(line.kind.value, lot.id, line.quantity), now)
    return lot


def expire(session: Session, now: datetime) -> None:
    """Write off what was not used in time. The clock calls this; what a later release gives back is written off the next time."""
    over = select(Lot.tenant_id).where(col(Lot.expires_at) <= now, col(Lot.available) > 0).distinct()
    for tenant_id in sorted(session.exec(over)):
        book = bookkeeping.open_book(session, tenant_id)
        due = select(Lot).where(Lot.tenant_id == tenant_id, col(Lot.expires_at) <= now, col(Lot.available) > 0)
        for lot in session.exec(due.order_by(col(Lot.id)).execution_options(populate_existing=True)).all():
            event = Event(verb=Verb.EXPIRE, key=f"expire:{lot.id}:{book.number}", subject=f"order:{lot.order_id}")
            bookkeeping.post(session, book, event, events.expired(lot.kind.value, lot.id, lot.available), now)


def find_hold(session: Session, tenant: Tenant, hold_id: str) -> Hold:
    """One of the tenant's holds, as it stands now. Raises NotFound."""
    mine = select(Hold).where(Hold.id == hold_id, Hold.tenant_id == tenant.id)
    held = session.exec(mine.execution_options(populate_existing=True)).first()
    if held is None:
        raise NotFound
    return held


def set_cap(session: Session, tenant: Tenant, user_id: str, kind: Kind, amount: int | None) -> None:
    """Say how much of a kind a member may use in all; None takes the cap away. Raises NotFound and Invalid."""
    if session.exec(select(Membership).where(Membership.tenant_id == tenant.id, Membership.user_id == user_id)).first() is None:
        raise NotFound
    if amount is not None and amount < 0:
        raise Invalid("amount", "cap-negative")
    row = session.get(MemberCap, (tenant.id, user_id, kind))
    if amount is None:
        if row is not None:
            session.delete(row)
    else:
        row = row or MemberCap(tenant_id=tenant.id, user_id=user_id, kind=kind, amount=amount)
        row.amount = amount
        session.add(row)
    session.flush()


def forget_caps(session: Session, tenant: Tenant, user_id: str) -> None:
    """A member goes: should she come back, nothing limits her that was said to her before."""
    session.execute(sa.delete(MemberCap).where(col(MemberCap.tenant_id) == tenant.id, col(MemberCap.user_id) == user_id))


def caps(session: Session, tenant: Tenant) -> list[MemberCap]:
    """Every cap of the tenant's members."""
    return list(session.exec(select(MemberCap).where(MemberCap.tenant_id == tenant.id).order_by(MemberCap.user_id, MemberCap.kind)))


def used_by(session: Session, tenant: Tenant, user_id: str, kind: Kind) -> int:
    """What a member has used of a kind, or set aside for it."""
    hers = sa.select(sa.func.coalesce(sa.func.sum(Entry.amount), 0)).where(
        col(Entry.tenant_id) == tenant.id,
        col(Entry.user_id) == user_id,
        col(Entry.unit) == kind.value,
        col(Entry.account).in_([Account.HELD, Account.USED]),
    )
    return int(session.execute(hers).scalar_one())


def entries(
    tenant: Tenant, *, kind: Kind | None = None, account: Account | None = None, lot_id: str = "", subject: str = ""
) -> sa.Select[Any]:
    """The entries behind a number, each with its journal. Sort by `Entry.posted_at`, tie `Entry.id`."""
    query: Any = sa.select(Entry, Journal).join(Journal, col(Journal.id) == col(Entry.journal_id)).where(col(Entry.tenant_id) == tenant.id)
    if kind is not None:
        query = query.where(col(Entry.unit) == kind.value)
    if account is not None:
        query = query.where(col(Entry.account) == account)
    if lot_id:
        query = query.where(col(Entry.lot_id) == lot_id)
    if subject:
        query = query.where(col(Journal.subject) == subject)
    return cast("sa.Select[Any]", query)


def consumption(
    tenant_ids: Sequence[str] | sa.Select[str],
    *,
    kinds: Iterable[Kind] = (),
    user_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> sa.Select[Any]:
    """What was used: (Entry, Journal, Lot, Project or None, User or None), an entry for each lot.

    Sort by `Entry.posted_at`, tie `Entry.id`. `since` and `until` are half-open. Whoever asks for several tenants has made sure that they
    may be looked at. A use that was taken back is a second row with a negative amount.
    """
    query: Any = (
        sa.select(Entry, Journal, Lot, Project, User)
        .join(Journal, col(Journal.id) == col(Entry.journal_id))
        .join(Lot, col(Lot.id) == col(Entry.lot_id))
        .outerjoin(Project, col(Project.id) == col(Journal.project_id))
        .outerjoin(User, col(User.id) == col(Entry.user_id))
        .where(col(Entry.tenant_id).in_(tenant_ids), CONSUMED)
    )
    if wanted := [kind.value for kind in kinds]:
        query = query.where(col(Entry.unit).in_(wanted))
    if user_id:
        query = query.where(col(Entry.user_id) == user_id)
    if since is not None:
        query = query.where(col(Entry.posted_at) >= since)
    if until is not None:
        query = query.where(col(Entry.posted_at) < until)
    return cast("sa.Select[Any]", query)


def consumption_seen(whose: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """What several tenants used, for whoever `whose` lets see entries: (Entry, category, customer), nothing of their projects and people.

    Nothing is joined: so the rows of each tenant come from the index in their order, and a page of many tenants costs what one of one does.
    """
    category = sa.select(col(Lot.category)).where(col(Lot.id) == col(Entry.lot_id)).scalar_subquery()
    customer = sa.select(col(Tenant.name)).where(col(Tenant.id) == col(Entry.tenant_id)).scalar_subquery()
    query: Any = sa.select(Entry, category.label("category"), customer.label("customer"))
    return cast("sa.Select[Any]", query.where(whose, CONSUMED))


def _balance(kind: Kind, rows: Iterable[Lot], now: datetime) -> Balance:
    by_id = {lot.id: lot for lot in rows}
    lots = tuple(_lot_balance(by_id[value.id], now) for value in pools.in_order(map(_value, by_id.values())))
    sums = {name: sum(getattr(lot, name) for lot in lots) for name in bookkeeping.KEPT}
    return Balance(kind, lots=lots, **sums)


def _lot_balance(lot: Lot, now: datetime) -> LotBalance:
    gone = lot.available if pools.lapsed(lot.expires_at, now) else 0
    left, expired = lot.available - gone, lot.expired + gone
    return LotBalance(lot.id, lot.order_id, lot.category, left, lot.held, lot.used, expired, lot.granted_at, lot.expires_at)


def _value(lot: Lot) -> pools.Lot:
    return pools.Lot(lot.id, lot.available, lot.category, lot.granted_at, lot.expires_at, lot.priority)


def _lots(session: Session, tenant_id: str, kind: Kind) -> Sequence[Lot]:
    mine = select(Lot).where(Lot.tenant_id == tenant_id, Lot.kind == kind)
    return session.exec(mine.execution_options(populate_existing=True)).all()


def _drawn(session: Session, tenant: Tenant, wish: Wish, now: datetime) -> tuple[events.Part, ...]:
    """The lots that pay, within the tenant's pool and the member's cap."""
    if wish.amount < 0:
        raise Invalid("amount", "amount-negative")
    cap = session.get(MemberCap, (tenant.id, wish.user_id, wish.kind)) if wish.user_id else None
    if cap is not None:
        left = max(cap.amount - used_by(session, tenant, cap.user_id, wish.kind), 0)
        if wish.amount > left:
            raise CapReached.of(wish.kind, Shortfall(wish.amount, left))
    try:
        return pools.draw(map(_value, _lots(session, tenant.id, wish.kind)), wish.amount, now)
    except Shortfall as short:
        raise Insufficient.of(wish.kind, short) from short


def _parts(session: Session, book: Book, held: Hold) -> tuple[events.Part, ...]:
    """What a hold has set aside, as its journal says; nothing where there was nothing to pay."""
    journal = bookkeeping.posted(session, book, f"{Verb.HOLD}:{held.subject}")
    return events.held_parts(bookkeeping.entries_of(session, journal.id)) if journal else ()


def _close(session: Session, book: Book, held: Hold, state: HoldState, entries: events.Entries, now: datetime) -> None:  # noqa: PLR0917 - one step
    held.state, held.closed_at = state, now
    session.add(held)
    _post(session, book, held, Verb.CAPTURE if state is HoldState.CAPTURED else Verb.RELEASE, entries, now)
    session.flush()


def _post(session: Session, book: Book, held: Hold, verb: Verb, entries: events.Entries, now: datetime) -> None:  # noqa: PLR0917 - one step
    """Nothing is written of nothing."""
    if entries:
        bookkeeping.post(session, book, _event(verb, held.subject, held.user_id, held.project_id), entries, now)


def _event(verb: Verb, subject: str, user_id: str | None, project_id: str | None) -> Event:
    return Event(verb=verb, key=f"{verb}:{subject}", subject=subject, user_id=user_id, project_id=project_id)
