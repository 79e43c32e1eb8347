"""Dashboards: what a tenant has and shares, and how much was used by day, by person and by customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.ledger.entries import Account
from webapp.ledger.kinds import SEATS, Kind
from webapp.models.binding import Binding
from webapp.models.identity import User
from webapp.models.ledger import Entry, Seat
from webapp.models.tenant import Membership, Tenant
from webapp.services import bindings, entitlements, seats
from webapp.services.entitlements import Balance

DAYS: Final = 30
TOP_COUNT: Final = 5
LAPSED_SHOWN: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a tenant has of a kind: the balance, the first moment at which something of it ends, how many share it."""

    balance: Balance
    ends_at: datetime | None
    sharers: int


@dataclass(frozen=True, slots=True)
class Home:
    """What a customer's first page tells: everything it has, its agent, its people, and the seats that ended of late."""

    holdings: tuple[Holding, ...]
    agent: Tenant | None
    members: int
    lapsed: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What was used on one day (UTC), in the kind's unit."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody used; nobody's id where it was nobody's doing."""

    name: str
    amount: int
    user_id: str


@dataclass(frozen=True, slots=True)
class Total:
    """What a customer used of a kind."""

    tenant_id: str
    name: str
    kind: Kind
    amount: int


def home(session: Session, tenant: Tenant, now: datetime) -> Home:
    """Everything for a customer's first page."""
    bound = bindings.current(session, tenant.id)
    people = session.execute(sa.select(sa.func.count()).where(col(Membership.tenant_id) == tenant.id)).scalar_one()
    taken = [seat.kind for seat in seats.all_of(session, tenant, now) if seat.user_id]
    holdings = [
        Holding(balance, _ends_at(balance), taken.count(balance.kind) if balance.kind in SEATS else people)
        for balance in entitlements.balances(session, tenant, now)
    ]
    lapsed = tuple(seats.lapsed(session, tenant, now - LAPSED_SHOWN))
    return Home(tuple(holdings), bound[1] if bound else None, people, lapsed)


def of_tenant(tenant: Tenant) -> sa.ColumnElement[bool]:
    """The condition on entries that keeps to one tenant."""
    return col(Entry.tenant_id) == tenant.id


def of_agent(agent: Tenant) -> sa.ColumnElement[bool]:
    """The condition on entries that keeps to an agent's customers, each while it was one."""
    return sa.and_(col(Entry.tenant_id).in_(customer_ids(agent)), bindings.period(agent.id, col(Entry.tenant_id), col(Entry.posted_at)))


def customer_ids(agent: Tenant) -> sa.Select[str]:
    """Everybody who is or was the agent's customer; what may be seen of whom, `bindings.period` says."""
    return sa.select(col(Binding.customer_id)).where(col(Binding.agent_id) == agent.id)


def per_day(session: Session, whose: sa.ColumnElement[bool], kind: Kind, now: datetime) -> tuple[Day, ...]:
    """What was used on each of the last days, today last."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    sums = [_used(whose, kind, start, start + timedelta(days=1), index) for index, start in enumerate(starts)]
    found = {int(row[0]): int(row[1]) for row in session.execute(sa.union_all(*sums))}
    return tuple(Day(start.date(), found[index]) for index, start in enumerate(starts))


def top_users(session: Session, tenant: Tenant, kind: Kind, now: datetime) -> tuple[Share, ...]:
    """Who used most in the last days."""
    total = sa.func.sum(col(Entry.amount))
    most = sa.select(col(Entry.user_id), total).where(of_tenant(tenant), *_recent(kind, now)).group_by(col(Entry.user_id))
    rows = session.execute(most.having(total > 0).order_by(total.desc(), col(Entry.user_id)).limit(TOP_COUNT)).all()
    names = _names(session, tenant, [row[0] for row in rows if row[0]])
    return tuple(Share(names.get(row[0], ""), int(row[1]), row[0] or "") for row in rows)


def totals(session: Session, agent: Tenant, now: datetime) -> tuple[Total, ...]:
    """What each of an agent's customers used of each kind in the last days, most of a kind first."""
    amount = sa.func.sum(col(Entry.amount))
    recent: Any = sa.select(col(Tenant.id), col(Tenant.name), col(Entry.unit), amount).join(Tenant, col(Tenant.id) == col(Entry.tenant_id))
    recent = recent.where(of_agent(agent), *_recent(None, now)).group_by(col(Tenant.id), col(Tenant.name), col(Entry.unit))
    rows = session.execute(recent.having(amount > 0)).all()
    found = [Total(row[0], row[1], Kind(row[2]), int(row[3])) for row in rows]
    return tuple(sorted(found, key=lambda total: (list(Kind).index(total.kind), -total.amount, total.name)))


def _ends_at(balance: Balance) -> datetime | None:
    return min((lot.expires_at for lot in balance.lots if lot.available and lot.expires_at), default=None)


def _used(whose: sa.ColumnElement[bool], kind: Kind, since: datetime, until: datetime, index: int) -> sa.Select[Any]:
    """One day's sum, marked with its place."""
    total = sa.func.coalesce(sa.func.sum(col(Entry.amount)), 0)
    used = (col(Entry.account) == Account.USED, col(Entry.unit) == kind.value)
    asked = sa.select(sa.literal(index), total).where(whose, *used, col(Entry.posted_at) >= since, col(Entry.posted_at) < until)
    return cast("sa.Select[Any]", asked)


def _recent(kind: Kind | None, now: datetime) -> list[sa.ColumnElement[bool]]:
    kinds = [each.value for each in ([kind] if kind else Kind)]
    return [col(Entry.account) == Account.USED, col(Entry.unit).in_(kinds), col(Entry.posted_at) >= now - timedelta(days=DAYS)]


def _names(session: Session, tenant: Tenant, user_ids: Sequence[str]) -> dict[str, str]:
    """What the tenant calls its people; those who have left, by their own names."""
    here = sa.and_(col(Membership.user_id) == col(User.id), col(Membership.tenant_id) == tenant.id)
    rows = session.exec(select(User, Membership).outerjoin(Membership, here).where(col(User.id).in_(user_ids)))
    return {user.id: (member.label if member else "") or user.name or user.email or user.phone or "" for user, member in rows}
