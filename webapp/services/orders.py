"""Orders: how entitlements come to a tenant. Each line grants one lot and keeps the prices of its day.

A personal tenant buys, an enterprise deals with the operator, either may be served by its agent. What comes again with the same `key` is
the same order.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.ledger import money
from webapp.ledger.kinds import Currency, Kind
from webapp.ledger.lots import Category
from webapp.ledger.money import FULL, Priced
from webapp.models.binding import Binding
from webapp.models.ledger import Book, Journal
from webapp.models.order import OrderLine, Source
from webapp.models.product import Product
from webapp.models.tenant import Agent, Tenant
from webapp.services import bookkeeping, cash, entitlements, order_terms, products, reversals
from webapp.services.order_terms import Bought, Gift, Item, Terms

NUMBER_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Change:
    """A balance before and after."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a grant would do to both ledgers: the agent's cash, in minor units, and what the customer can use of each kind."""

    currency: Currency
    lines: tuple[OrderLine, ...]
    cost: int
    cash: Change
    customer: Mapping[Kind, Change]

    @property
    def missing(self) -> int:
        """How much cash is missing, in minor units; 0 when it is enough."""
        return max(-self.cash.after, 0)


def place(session: Session, tenant: Tenant, items: Sequence[Item | Gift | Bought], terms: Terms, now: datetime) -> list[OrderLine]:
    """Take an order in and grant its lots. Raises Invalid (with the right value where a discount differs), Forbidden and NotFound."""
    book = bookkeeping.open_book(session, tenant.id)
    if known := _known(session, tenant, terms.key):
        return known
    lines = _lines(session, items, terms, now)
    order_terms.check(session, tenant, lines, terms, now)
    return _grant(session, book, tenant, lines, terms, now)


def simulate_grant(
    session: Session, agent: Tenant, customer: Tenant, items: Sequence[Item], *, currency: Currency, now: datetime
) -> Simulation:
    """What `grant` would do. Changes nothing. Raises NotFound for a customer who is not bound to the agent, and Invalid."""
    _check_bound(session, agent, customer, now)
    lines = _agent_lines(session, agent, items, Terms(source=Source.AGENT, key="", currency=currency), now)
    cost, has = sum(line.price_paid for line in lines), cash.balance(session, agent, currency)
    left = {balance.kind: balance.available for balance in entitlements.balances(session, customer, now)}
    gain = {kind: sum(line.quantity for line in lines if line.kind is kind) for kind in {line.kind for line in lines}}
    changes = {kind: Change(left[kind], left[kind] + more) for kind, more in sorted(gain.items())}
    return Simulation(currency, tuple(lines), cost, Change(has, has - cost), changes)


def grant(
    session: Session,
    agent: Tenant,
    customer: Tenant,
    items: Sequence[Item],
    *,
    currency: Currency,
    cost: int,
    created_by: str | None,
    key: str,
    now: datetime,
) -> list[OrderLine]:
    """Grant from an agent to its customer for exactly `cost`, as it was simulated; both books in one transaction.

    Raises CashShort with the shortfall, Conflict("cost-changed") when it would now cost something else, NotFound and Invalid.
    """
    books = bookkeeping.open_books(session, (agent.id, customer.id))
    if known := _known(session, customer, key):
        return known
    simulated = simulate_grant(session, agent, customer, items, currency=currency, now=now)
    if simulated.cost != cost:
        raise Conflict("cost-changed", currency=currency.value, cost=money.told(simulated.cost))
    if simulated.missing:
        raise cash.CashShort(currency, simulated.cost, simulated.cash.before)
    terms = Terms(source=Source.AGENT, key=key, currency=currency, created_by=created_by)
    lines = _grant(session, books[customer.id], customer, list(simulated.lines), terms, now)
    for line in lines:
        cash.spend(session, books[agent.id], line, now)
    return lines


def reverse(session: Session, tenant: Tenant, order_id: str, *, reason: str, user_id: str | None, now: datetime) -> OrderLine:
    """Take an order line back, and give an agent its cash back. Raises NotFound, Invalid, and Conflict once something of it was used."""
    line = find(session, tenant, order_id)
    agent = session.get(Tenant, line.agent_id) if line.agent_id else None
    bookkeeping.open_books(session, [tenant.id] + ([agent.id] if agent else []))
    for owner, verb in ((tenant, "grant"), (agent, "spend")):
        journal = _journal(session, owner, f"{verb}:{line.id}") if owner else None
        if owner and journal:
            reversals.reverse(session, owner, journal.id, reason=reason, user_id=user_id, now=now)
    line.reversed_at = line.reversed_at or now
    session.add(line)
    session.flush()
    return line


def find(session: Session, tenant: Tenant, order_id: str) -> OrderLine:
    """One of the tenant's order lines. Raises NotFound."""
    line = session.exec(select(OrderLine).where(OrderLine.id == order_id, OrderLine.tenant_id == tenant.id)).first()
    if line is None:
        raise NotFound
    return line


def is_placed(session: Session, tenant: Tenant, key: str) -> bool:
    """Whether an order with this key was taken in."""
    return bool(_known(session, tenant, key))


def query(
    tenant_ids: Sequence[str] | sa.Select[str],
    *,
    kinds: Iterable[Kind] = (),
    sources: Iterable[Source] = (),
    agent_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> sa.Select[Any]:
    """Order lines with their prices: (OrderLine, Product or None, Tenant). Sort by `OrderLine.created_at`, tie `OrderLine.id`.

    For the operator, and for an agent (with its `agent_id`: what it granted). Whoever asks has made sure that the tenants may be looked at.
    """
    rows: Any = sa.select(OrderLine, Product, Tenant).outerjoin(Product, col(Product.id) == col(OrderLine.product_id))
    rows = rows.join(Tenant, col(Tenant.id) == col(OrderLine.tenant_id)).where(col(OrderLine.tenant_id).in_(tenant_ids))
    if agent_id:
        rows = rows.where(col(OrderLine.agent_id) == agent_id)
    return _filtered(rows, kinds, sources, since, until)


def query_all() -> sa.Select[Any]:
    """Everybody's order lines with their prices, for the operator: (OrderLine, Tenant)."""
    return cast("sa.Select[Any]", sa.select(OrderLine, Tenant).join(Tenant, col(Tenant.id) == col(OrderLine.tenant_id)))


def quantities(
    tenant: Tenant,
    *,
    kinds: Iterable[Kind] = (),
    sources: Iterable[Source] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> sa.Select[Any]:
    """The tenant's own order lines without any money, for its own eyes. Sort by `OrderLine.created_at`, tie `OrderLine.id`."""
    seen = (OrderLine.id, OrderLine.number, OrderLine.created_at, OrderLine.source, OrderLine.kind, OrderLine.count, OrderLine.quantity)
    columns: list[Any] = [*seen, OrderLine.expires_at, OrderLine.reversed_at, col(Product.name).label("product")]
    rows: Any = sa.select(*columns).outerjoin(Product, col(Product.id) == col(OrderLine.product_id))
    return _filtered(rows.where(col(OrderLine.tenant_id) == tenant.id), kinds, sources, since, until)


def _filtered(
    rows: Any, kinds: Iterable[Kind], sources: Iterable[Source], since: datetime | None, until: datetime | None
) -> sa.Select[Any]:
    if wanted := list(kinds):
        rows = rows.where(col(OrderLine.kind).in_(wanted))
    if named := list(sources):
        rows = rows.where(col(OrderLine.source).in_(named))
    if since is not None:
        rows = rows.where(col(OrderLine.created_at) >= since)
    return cast("sa.Select[Any]", rows if until is None else rows.where(col(OrderLine.created_at) < until))


def _known(session: Session, tenant: Tenant, key: str) -> list[OrderLine]:
    """The lines of an order that was taken in before."""
    mine = select(OrderLine).where(OrderLine.tenant_id == tenant.id, col(OrderLine.key).startswith(f"{key}:", autoescape=True))
    return list(session.exec(mine.order_by(col(OrderLine.key))))


def _lines(session: Session, items: Sequence[Item | Gift | Bought], terms: Terms, now: datetime) -> list[OrderLine]:
    """The lines of an order, with their prices, not yet anybody's."""
    if not items:
        raise Invalid("items", "items-missing")
    lines = [_gift(item, terms, now) if isinstance(item, Gift) else _line(_sold(session, item, terms), terms, now) for item in items]
    listed = [Priced(line.list_price, line.count) for line in lines]
    if terms.source is Source.TEST or terms.currency is None:
        return lines
    total = sum(line.total for line in listed) if terms.contract_total is None else terms.contract_total
    right = money.discount_of(total, listed)
    if terms.discount is not None and terms.discount != right:
        raise Invalid("discount", "discount-differs", right=money.told(right))
    for line, paid in zip(lines, money.shares(total, listed), strict=True):
        line.discount, line.price_paid = right, paid
    return lines


def _agent_lines(session: Session, agent: Tenant, items: Sequence[Item], terms: Terms, now: datetime) -> list[OrderLine]:
    """The lines at the agent's own discount, each rounded by itself."""
    contract = session.get(Agent, agent.id)
    if contract is None:
        raise NotFound
    lines = _lines(session, items, terms, now)
    for line in lines:
        line.agent_id, line.discount = agent.id, contract.discount
        line.price_paid = money.cost(Priced(line.list_price, line.count), contract.discount)
    return lines


def _sold(session: Session, item: Item | Bought, terms: Terms) -> Bought:
    """What is sold, at the list price of today unless it was sold before. A test costs nothing, nor does an order without a currency."""
    if isinstance(item, Bought):
        return item
    product = products.find(session, item.product_id)
    free = terms.source is Source.TEST or terms.currency is None
    price = 0 if free or terms.currency is None else products.price_of(product, terms.currency)
    return Bought(product.id, product.kind, product.quantity, price, item.count, product.valid_days)


def _line(item: Bought, terms: Terms, now: datetime) -> OrderLine:
    if item.count <= 0:
        raise Invalid("count", "count-wrong")
    return OrderLine(
        product_id=item.product_id,
        kind=item.kind,
        count=item.count,
        quantity=item.quantity * item.count,
        list_price=item.list_price,
        expires_at=terms.expires_at or (now + timedelta(days=item.valid_days) if item.valid_days else None),
        **_shared(terms, now),
    )


def _gift(item: Gift, terms: Terms, now: datetime) -> OrderLine:
    if item.quantity <= 0:
        raise Invalid("quantity", "quantity-wrong")
    return OrderLine(kind=item.kind, quantity=item.quantity, expires_at=terms.expires_at, **_shared(terms, now))


def _shared(terms: Terms, now: datetime) -> dict[str, Any]:
    dates = {name: on.isoformat() for name, on in (("contract_on", terms.contract_on), ("opened_on", terms.opened_on)) if on}
    evidence = dict(terms.evidence) | dates | ({"approval": terms.approval_id} if terms.approval_id else {})
    number = f"{now:%y%m%d}-{''.join(secrets.choice(NUMBER_LETTERS) for _ in range(6))}"
    return {
        "number": number,
        "source": terms.source,
        "currency": None if terms.source is Source.TEST else terms.currency,
        "discount": FULL,
        "cost_owner": terms.cost_owner.strip(),
        "evidence": evidence,
        "created_by": terms.created_by,
        "created_at": now,
    }


def _grant(session: Session, book: Book, tenant: Tenant, lines: list[OrderLine], terms: Terms, now: datetime) -> list[OrderLine]:  # noqa: PLR0917 - one step
    category = Category.TEST if terms.source is Source.TEST else Category.PAID
    for index, line in enumerate(lines):
        line.tenant_id, line.key = tenant.id, f"{terms.key}:{index:03}"
        session.add(line)
        session.flush()
        entitlements.open_lot(session, book, line, category, now, priority=terms.priority)
    return lines


def _check_bound(session: Session, agent: Tenant, customer: Tenant, now: datetime) -> None:
    """An agent knows only those who are bound to it now."""
    mine = select(Binding.id).where(Binding.agent_id == agent.id, Binding.customer_id == customer.id)
    if session.exec(mine.where(Binding.since <= now, sa.or_(col(Binding.until).is_(None), col(Binding.until) > now))).first() is None:
        raise NotFound


def _journal(session: Session, tenant: Tenant, key: str) -> Journal | None:
    return session.exec(select(Journal).where(Journal.tenant_id == tenant.id, Journal.key == key)).first()
