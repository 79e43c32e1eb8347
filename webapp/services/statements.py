"""Statements and audits: a month of a book, chained so that no line can be altered alone; every balance, recomputed from its entries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Invalid
from webapp.ledger import chain
from webapp.ledger import entries as events
from webapp.ledger.balances import Balances, Overdrawn
from webapp.ledger.entries import Account, Entries, Unbalanced
from webapp.models.ledger import Book, Cash, Entry, Hold, HoldState, Journal, Lot
from webapp.models.tenant import Tenant
from webapp.services import bookkeeping

FORM: Final = 1
MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in a book that is not what its entries say."""

    tenant_id: str
    what: str
    kept: str
    counted: str


def lines(session: Session, tenant: Tenant, month: str) -> Iterator[str]:
    """The statement of a month (`2026-11`, UTC): a line of JSON each for its head, every journal in order, and its foot. Raises Invalid.

    A journal's digest is that of the book's own chain; the foot's covers the head and the last journal.
    """
    start, end = _bounds(month)
    opening, before = _sums_before(session, tenant, start), _digest_before(session, tenant, start)
    head = {"form": FORM, "book": tenant.id, "month": month, "opening": _told(opening), "before": before}
    yield chain.canonical(head)
    closing, last, count = opening, before, 0
    for journal, entries in _journals(session, tenant.id, start, end):
        yield chain.canonical({**bookkeeping.line_of(journal, entries), "digest": journal.digest})
        closing, last, count = closing.posted(entries), journal.digest, count + 1
    foot = {"journals": count, "closing": _told(closing), "last": last}
    yield chain.canonical(foot | {"digest": chain.link(chain.link(last, head), foot)})


def verify(session: Session) -> list[Difference]:
    """Recompute every balance and every chain of every book; what differs, or nothing."""
    books = session.exec(select(Book).order_by(Book.tenant_id))
    return [difference for book in books.all() for difference in _verify_book(session, book)]


def _verify_book(session: Session, book: Book) -> Iterator[Difference]:
    sums, digest, number = Balances(), chain.START, 0
    for journal, entries in _journals(session, book.tenant_id):
        number += 1
        digest = chain.link(digest, bookkeeping.line_of(journal, entries))
        if (journal.number, journal.digest) != (number, digest):
            yield Difference(book.tenant_id, f"journal {number}", f"{journal.number} {journal.digest}", f"{number} {digest}")
            digest = journal.digest
        try:
            sums = sums.posted(entries)
        except (Unbalanced, Overdrawn) as error:
            yield Difference(book.tenant_id, f"journal {number}", str(error), "")
    if (book.number, book.digest) != (number, digest):
        yield Difference(book.tenant_id, "book", f"{book.number} {book.digest}", f"{number} {digest}")
    yield from _verify_rows(session, book, sums)


def _verify_rows(session: Session, book: Book, sums: Balances) -> Iterator[Difference]:
    """What is kept for speed: lots, cash, open holds."""
    kept: dict[tuple[str, str], int] = {}
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for lot in session.exec(select(Lot).where(Lot.tenant_id == book.tenant_id)):
        kept |= {(f"lot {lot.id}", place.account): amount for place, amount in bookkeeping.balances_of(lot).amounts.items()}
    for cash in session.exec(select(Cash).where(Cash.tenant_id == book.tenant_id)):
        kept["cash", cash.currency] = cash.balance
    for place, amount in sums.amounts.items():
        if place.account in bookkeeping.KEPT.values():
            counted[f"lot {place.lot}", place.account] = amount
            counted["holds", place.unit] += amount if place.account is Account.HELD else 0
        elif place.account is Account.CASH:
            counted["cash", place.unit] = amount
    kept |= _open_holds(session, book.tenant_id)
    for name in sorted(kept.keys() | counted.keys()):
        if kept.get(name, 0) != counted.get(name, 0):
            yield Difference(book.tenant_id, " ".join(name), str(kept.get(name, 0)), str(counted.get(name, 0)))


def _open_holds(session: Session, tenant_id: str) -> dict[tuple[str, str], int]:
    held = sa.select(col(Hold.kind), sa.func.sum(Hold.amount)).where(col(Hold.tenant_id) == tenant_id, col(Hold.state) == HoldState.OPEN)
    return {("holds", kind.value): int(amount) for kind, amount in session.execute(held.group_by(col(Hold.kind)))}


def _bounds(month: str) -> tuple[datetime, datetime]:
    year, _, number = month.partition("-")
    try:
        start = datetime(int(year), int(number), 1, tzinfo=UTC)
    except ValueError as error:
        raise Invalid("month", "month-wrong") from error
    return start, start.replace(year=start.year + start.month // MONTHS, month=start.month % MONTHS + 1)


def _journals(
    session: Session, tenant_id: str, start: datetime | None = None, end: datetime | None = None
) -> Iterator[tuple[Journal, Entries]]:
    query = select(Journal).where(Journal.tenant_id == tenant_id)
    if start is not None and end is not None:
        query = query.where(Journal.posted_at >= start, Journal.posted_at < end)
    for batch in session.exec(query.order_by(col(Journal.number)).execution_options(yield_per=500)).partitions():
        rows = _entries(session, [journal.id for journal in batch])
        yield from ((journal, rows[journal.id]) for journal in batch)


def _entries(session: Session, journal_ids: list[str]) -> Mapping[str, Entries]:
    found: dict[str, Entries] = defaultdict(tuple)
    for row in session.exec(select(Entry).where(col(Entry.journal_id).in_(journal_ids)).order_by(col(Entry.journal_id), col(Entry.line))):
        found[row.journal_id] += (bookkeeping.value_of(row),)
    return found


def _sums_before(session: Session, tenant: Tenant, start: datetime) -> Balances:
    places = (col(Entry.account), col(Entry.unit), col(Entry.lot_id))
    before = sa.select(*places, sa.func.sum(Entry.amount)).where(col(Entry.tenant_id) == tenant.id, col(Entry.posted_at) < start)
    rows = session.execute(before.group_by(*places))
    return Balances({events.Entry(account, unit, lot or "", 0): int(amount) for account, unit, lot, amount in rows})


def _digest_before(session: Session, tenant: Tenant, start: datetime) -> str:
    last = select(Journal.digest).where(Journal.tenant_id == tenant.id, Journal.posted_at < start)
    return session.exec(last.order_by(col(Journal.number).desc()).limit(1)).first() or chain.START


def _told(sums: Balances) -> list[list[Any]]:
    """Every balance that is not zero, in one order."""
    rows: Iterable[tuple[events.Entry, int]] = sums.amounts.items()
    return sorted([place.account.value, place.unit, place.lot, amount] for place, amount in rows if amount)
