"""Bookkeeping: the one place that writes journals.

Whoever posts has the tenant's book first, so events of one tenant happen one after another. Books of several tenants
are opened in the order of their ids. Nothing locks a job or an export while it has a book.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from webapp.ledger import chain
from webapp.ledger import entries as events
from webapp.ledger.balances import Balances
from webapp.ledger.entries import Account, Entries, Verb
from webapp.ledger.kinds import Currency
from webapp.models.columns import new_id
from webapp.models.ledger import Book, Cash, Entry, Journal, Lot
from webapp.models.tenant import Tenant

KEPT: Final = {account.value: account for account in (Account.AVAILABLE, Account.HELD, Account.USED, Account.EXPIRED)}
"""The accounts whose sums stand in a lot's columns of the same names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a journal says of itself. `subject` is what it is about, `kind:id`; posting the same `key` again is a mistake of the caller."""

    verb: Verb
    key: str
    subject: str = ""
    user_id: str | None = None
    project_id: str | None = None
    note: str = ""
    reverses: str | None = None


def open_book(session: Session, tenant_id: str) -> Book:
    """The tenant's book, held until the transaction ends; a new one at first use."""
    return _locked(session, tenant_id) or _new_book(session, tenant_id)


def open_books(session: Session, tenant_ids: Iterable[str]) -> dict[str, Book]:
    """Several books at once, taken in an order in which nobody waits in a circle."""
    return {tenant_id: open_book(session, tenant_id) for tenant_id in sorted(set(tenant_ids))}


def posted(session: Session, book: Book, key: str) -> Journal | None:
    """The journal of an event that has happened already."""
    return session.exec(select(Journal).where(Journal.tenant_id == book.tenant_id, Journal.key == key)).first()


def post(session: Session, book: Book, event: Event, entries: Entries, now: datetime) -> Journal:
    """Write an event down and move the balances. Raises Unbalanced and Overdrawn."""
    _move_lots(session, book, entries)
    _move_cash(session, book, entries)
    at = max(now, book.posted_at or now)
    journal = Journal(
        tenant_id=book.tenant_id,
        number=book.number + 1,
        verb=event.verb,
        key=event.key,
        subject=event.subject,
        user_id=event.user_id,
        project_id=event.project_id,
        note=event.note,
        reverses=event.reverses,
        posted_at=at,
        digest="",
    )
    journal.digest = chain.link(book.digest, line_of(journal, entries))
    session.add(journal)
    session.flush()
    session.add_all(_rows(journal, entries))
    book.number, book.digest, book.posted_at = journal.number, journal.digest, at
    session.add(book)
    session.flush()
    return journal


def entries_of(session: Session, journal_id: str) -> Entries:
    """A journal's entries, as values."""
    rows = session.exec(select(Entry).where(Entry.journal_id == journal_id).order_by(col(Entry.line)))
    return tuple(value_of(row) for row in rows)


def value_of(row: Entry) -> events.Entry:
    """A stored entry as the ledger's value."""
    return events.Entry(row.account, row.unit, row.lot_id or "", row.amount)


def line_of(journal: Journal, entries: Entries) -> Mapping[str, Any]:
    """What the chain's digest covers: everything that is stored of an event."""
    return {
        "book": journal.tenant_id,
        "number": journal.number,
        "at": journal.posted_at.isoformat(),
        "verb": journal.verb.value,
        "key": journal.key,
        "subject": journal.subject,
        "user": journal.user_id or "",
        "project": journal.project_id or "",
        "note": journal.note,
        "reverses": journal.reverses or "",
        "entries": [[entry.account.value, entry.unit, entry.lot, entry.amount] for entry in entries],
    }


def balances_of(lot: Lot) -> Balances:
    """The sums that a lot's row keeps."""
    return Balances({events.Entry(account, lot.kind.value, lot.id, 0): getattr(lot, name) for name, account in KEPT.items()})


def _locked(session: Session, tenant_id: str) -> Book | None:
    return session.get(Book, tenant_id, with_for_update=True, populate_existing=True)


def _new_book(session: Session, tenant_id: str) -> Book:
    """Two who open the same new book meet at the tenant's row."""
    session.get_one(Tenant, tenant_id, with_for_update={"key_share": True})
    book = _locked(session, tenant_id) or Book(tenant_id=tenant_id)
    session.add(book)
    session.flush()
    return book


def _move_lots(session: Session, book: Book, entries: Entries) -> None:
    """Restate the lots' columns. A lot of another tenant is none."""
    names = sorted({entry.lot for entry in entries if entry.lot})
    mine = select(Lot).where(col(Lot.id).in_(names), Lot.tenant_id == book.tenant_id).execution_options(populate_existing=True)
    lots = {lot.id: lot for lot in session.exec(mine)}
    for name in names:
        lot = lots[name]
        after = balances_of(lot).posted(tuple(entry for entry in entries if entry.lot == name))
        for column, account in KEPT.items():
            setattr(lot, column, after.of(account, lot.kind.value, lot.id))
        session.add(lot)


def _move_cash(session: Session, book: Book, entries: Entries) -> None:
    money = tuple(entry for entry in entries if not entry.lot)
    for currency in sorted({entry.unit for entry in money}):
        row = session.get(Cash, (book.tenant_id, Currency(currency)), populate_existing=True)
        row = row or Cash(tenant_id=book.tenant_id, currency=Currency(currency))
        before = Balances({events.Entry(Account.CASH, currency, "", 0): row.balance})
        row.balance = before.posted(tuple(entry for entry in money if entry.unit == currency)).of(Account.CASH, currency)
        session.add(row)


def _rows(journal: Journal, entries: Entries) -> list[Entry]:
    return [
        Entry(
            id=new_id(),
            journal_id=journal.id,
            tenant_id=journal.tenant_id,
            line=line,
            account=entry.account,
            unit=entry.unit,
            lot_id=entry.lot or None,
            amount=entry.amount,
            user_id=journal.user_id,
            posted_at=journal.posted_at,
        )
        for line, entry in enumerate(entries)
    ]
