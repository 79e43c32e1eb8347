"""Reversals: the only way to correct a book. What was written stays; its opposite is written after it, once."""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.ledger import entries as events
from webapp.ledger.balances import Overdrawn
from webapp.ledger.entries import Verb
from webapp.models.ledger import Book, Hold, Journal, PaidScene
from webapp.models.tenant import Tenant
from webapp.services import bookkeeping
from webapp.services.bookkeeping import Event

REVERSIBLE: Final = frozenset({Verb.GRANT, Verb.USE, Verb.CAPTURE, Verb.TOP_UP, Verb.SPEND})
REASON_LENGTH_MAX: Final = 500


def reverse(session: Session, tenant: Tenant, journal_id: str, *, reason: str, user_id: str | None, now: datetime) -> Journal:
    """Take back one event of the tenant's book; asked again, the same reversal.

    Raises NotFound; Invalid without a reason; Conflict for what cannot be taken back, or no more: a grant of which something was used.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("reason", "reason-wrong", length_max=REASON_LENGTH_MAX)
    book = bookkeeping.open_book(session, tenant.id)
    journal = session.exec(select(Journal).where(Journal.id == journal_id, Journal.tenant_id == tenant.id)).first()
    if journal is None:
        raise NotFound
    if journal.verb not in REVERSIBLE:
        raise Conflict("not-reversible")
    event = Event(
        verb=Verb.REVERSE,
        key=f"reverse:{journal.id}",
        subject=journal.subject,
        user_id=journal.user_id if journal.verb in {Verb.USE, Verb.CAPTURE} else user_id,
        project_id=journal.project_id,
        note=reason.strip(),
        reverses=journal.id,
    )
    return bookkeeping.posted(session, book, event.key) or _post(session, book, journal, event, now)


def _post(session: Session, book: Book, journal: Journal, event: Event, now: datetime) -> Journal:
    taken_back = bookkeeping.entries_of(session, journal.id)
    if journal.verb is Verb.CAPTURE:
        taken_back = _hold_of(session, book, journal) + taken_back
        _forget_scenes(session, journal, now)
    try:
        return bookkeeping.post(session, book, event, events.reversal(taken_back), now)
    except Overdrawn as error:
        raise Conflict("reversal-used") from error


def _hold_of(session: Session, book: Book, journal: Journal) -> events.Entries:
    """The entries with which the hold of a capture was made: both are taken back together."""
    made = bookkeeping.posted(session, book, f"{Verb.HOLD}:{journal.subject}")
    return bookkeeping.entries_of(session, made.id) if made else ()


def _forget_scenes(session: Session, journal: Journal, now: datetime) -> None:
    """What is no longer paid for costs again."""
    mine = select(PaidScene).join(Hold, col(Hold.id) == col(PaidScene.hold_id))
    for scene in session.exec(mine.where(Hold.tenant_id == journal.tenant_id, Hold.subject == journal.subject)):
        scene.paid_until = min(scene.paid_until, now)
        session.add(scene)
