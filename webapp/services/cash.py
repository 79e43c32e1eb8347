"""Cash: what an agent has paid in and not yet spent, in one balance a currency. Nothing is converted."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col

from webapp.errors import Conflict, Invalid
from webapp.ledger import entries as events
from webapp.ledger.entries import Account, Verb
from webapp.ledger.kinds import Currency
from webapp.ledger.money import told
from webapp.models.ledger import Book, Cash, Entry, Journal
from webapp.models.order import OrderLine
from webapp.models.tenant import Tenant, TenantKind
from webapp.services import bookkeeping
from webapp.services.bookkeeping import Event

NOTE_LENGTH_MAX = 500


class CashShort(Conflict):
    """The agent has less than it costs. Facts: `currency`, and `needed`, `available`, `missing` in major units."""

    default_code = "cash-short"

    def __init__(self, currency: Currency, needed: int, available: int) -> None:
        super().__init__(currency=currency.value, needed=told(needed), available=told(available), missing=told(needed - available))


def balances(session: Session, agent: Tenant) -> dict[Currency, int]:
    """Minor units by currency, zero where nothing came yet."""
    return {currency: balance(session, agent, currency) for currency in Currency}


def balance(session: Session, agent: Tenant, currency: Currency) -> int:
    """What the agent has in one currency, in minor units."""
    row = session.get(Cash, (agent.id, currency), populate_existing=True)
    return row.balance if row else 0


def top_up(
    session: Session, agent: Tenant, currency: Currency, amount: int, *, evidence: str, created_by: str | None, key: str, now: datetime
) -> Journal:
    """Write down money that came in, with what proves it; the same `key` again is the same top-up. Raises Invalid."""
    if agent.kind is not TenantKind.AGENT:
        raise Invalid("agent", "agent-wrong")
    if amount <= 0:
        raise Invalid("amount", "amount-wrong")
    if not 0 < len(evidence.strip()) <= NOTE_LENGTH_MAX:
        raise Invalid("evidence", "evidence-wrong", length_max=NOTE_LENGTH_MAX)
    book = bookkeeping.open_book(session, agent.id)
    event = Event(verb=Verb.TOP_UP, key=f"top-up:{key}", subject="cash", user_id=created_by, note=evidence.strip())
    known = bookkeeping.posted(session, book, event.key)
    return known or bookkeeping.post(session, book, event, events.paid_in(currency.value, amount), now)


def spend(session: Session, book: Book, line: OrderLine, now: datetime) -> None:
    """The money leg of a grant, in the agent's book, which the caller holds and has found to hold enough. What is free is not written."""
    if line.currency is not None and line.price_paid:
        event = Event(verb=Verb.SPEND, key=f"spend:{line.id}", subject=f"order:{line.id}", user_id=line.created_by)
        bookkeeping.post(session, book, event, events.spent(line.currency.value, line.price_paid), now)


def entries(agent: Tenant, currency: Currency | None = None) -> sa.Select[Any]:
    """What moved the agent's cash: (Entry, Journal). Sort by `Entry.posted_at`, tie `Entry.id`."""
    query: Any = sa.select(Entry, Journal).join(Journal, col(Journal.id) == col(Entry.journal_id))
    query = query.where(col(Entry.tenant_id) == agent.id, col(Entry.account) == Account.CASH)
    if currency is not None:
        query = query.where(col(Entry.unit) == currency.value)
    return cast("sa.Select[Any]", query)
