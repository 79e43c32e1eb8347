"""The demo of the consoles: an operator, two agents, three enterprises with ten people, and half a year of what they bought and used.

One of the people buys for herself, too, and one delivery waits for its approvals.

Everything goes through the services, under a clock that moves from then to now, so that the books are as they would have come about.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from webapp.ledger.kinds import MINUTE_MS, Currency, Kind
from webapp.models.columns import new_id
from webapp.models.identity import User
from webapp.models.order import Source
from webapp.models.product import Product
from webapp.models.purchase import PurchaseState
from webapp.models.staff import StaffRole
from webapp.models.tenant import Tenant
from webapp.providers.payments.port import MANUAL
from webapp.services import (
    audit,
    bindings,
    cash,
    deliveries,
    entitlements,
    members,
    orders,
    payments,
    people,
    products,
    purchases,
    seats,
    staff,
    tenants,
)
from webapp.services.audit import Actor
from webapp.services.entitlements import Insufficient, Wish
from webapp.services.order_terms import Item
from webapp.services.order_terms import Terms as Deal
from webapp.services.people import Address
from webapp.services.products import Offer
from webapp.services.tenants import Opening, Terms

DAYS: Final = 180
RESTOCK_DAYS: Final = 30
OPERATOR: Final = Address("email", "operator@example.com")
PACKS: Final = (
    ("V60", "60 minutes", Kind.VIDEO, 60 * MINUTE_MS, (60_000, 8_900, 310_000)),
    ("V600", "600 minutes", Kind.VIDEO, 600 * MINUTE_MS, (500_000, 74_000, 2_600_000)),
    ("P5", "5 presenters", Kind.PRESENTER, 5, (250_000, 36_000, 1_280_000)),
    ("C5", "5 voices", Kind.VOICE, 5, (100_000, 14_500, 512_000)),
    ("VIP", "VIP, one year", Kind.VIP, 1, (99_900, 14_900, 499_000)),
)
"""Code, name, kind, quantity, and the prices by currency in minor units."""

VALID_DAYS: Final = 365
AGENTS: Final = (("Lantern Partners", "A-1001", "lantern@example.com", 655), ("River Partners", "A-1002", "river@example.com", 800))
ENTERPRISES: Final = (
    ("Summer Cup Coffee", "C-2001", ("ann@example.com", "bo@example.com", "chen@example.com", "dao@example.com")),
    ("Bright School", "C-2002", ("eva@example.com", "fang@example.com", "gim@example.com")),
    ("North Gate Outdoor", "C-2003", ("hui@example.com", "ivy@example.com", "jai@example.com")),
)
"""The first person of each is its administrator; the first two are the agents' customers, the third deals with the operator."""

BUYER: Final = Address("email", "bo@example.com")
PURCHASES: Final = ((0.4, "V60", PurchaseState.GRANTED), (0.7, "C5", PurchaseState.REFUNDED), (1.0, "V600", PurchaseState.OPEN))
"""When, as a part of the time; what, and what becomes of it."""

BANK: Final = timedelta(hours=1)
"""So long a transfer takes."""


@dataclass(frozen=True, slots=True)
class Account:
    """An enterprise with its people."""

    tenant: Tenant
    users: tuple[User, ...]


def seed(session: Session, now: datetime, *, days: int = DAYS) -> tuple[User, ...]:
    """Fill the consoles, once, with the last `days`.

    Gives whom to sign in as: the operator, the agents' and the enterprises' administrators.
    """
    told = (OPERATOR, *(Address("email", each[2]) for each in AGENTS), *(Address("email", each[2][0]) for each in ENTERPRISES))
    if people.find(session, OPERATOR) is None:
        _fill(session, now - timedelta(days=days), now, days)
    return tuple(people.find_or_open(session, address, "", now) for address in told)


def _fill(session: Session, start: datetime, now: datetime, days: int) -> None:
    operator = people.find_or_open(session, OPERATOR, "", start)
    staff.employ(session, audit.SYSTEM, operator, (StaffRole.ADMIN,), start)
    packs = _packs(session, start)
    agents, accounts = _agents(session, start), [_account(session, index, start) for index in range(len(ENTERPRISES))]
    for agent, account in zip(agents, accounts, strict=False):
        bindings.bind(session, audit.SYSTEM, account.tenant, agent, start, statement="Demo", may_visit=True)
    chance = random.Random(7)  # noqa: S311 - a demo, the same each time
    for day in range(days):
        moment = start + timedelta(days=day, hours=chance.randrange(10), minutes=chance.randrange(60))
        if day % RESTOCK_DAYS == 0:
            _restock(session, agents, accounts, packs, day, moment)
        if moment.weekday() < 5 and moment < now:  # noqa: PLR2004 - Monday to Friday
            for account in accounts:
                _work(session, account, chance, moment)
    _purchases(session, operator, packs, start, now - BANK)
    _early(session, operator, accounts[-1], packs, now)


def _packs(session: Session, now: datetime) -> dict[str, Product]:
    made = {}
    for position, (code, name, kind, quantity, prices) in enumerate(PACKS):
        listed, days = dict(zip(Currency, prices, strict=True)), VALID_DAYS if kind is Kind.VIDEO else None
        offer = Offer(code=code, name=name, kind=kind, quantity=quantity, prices=listed, valid_days=days, position=position)
        made[code] = products.add(session, offer, now)
    return made


def _agents(session: Session, now: datetime) -> list[Tenant]:
    """The second is under the first."""
    opened: list[Tenant] = []
    for name, code, address, discount in AGENTS:
        parent = tenants.agent_of(session, opened[0]).code if opened else ""
        opening = Opening(name, code, "Sam", name, Address("email", address))
        opened.append(tenants.open_agent(session, audit.SYSTEM, opening, Terms(discount, parent), now, language=""))
    return opened


def _account(session: Session, index: int, now: datetime) -> Account:
    name, code, addresses = ENTERPRISES[index]
    first, *others = (Address("email", text) for text in addresses)
    tenant = tenants.open_enterprise(session, audit.SYSTEM, Opening(name, code, "Sam", name, first), now, language="")
    for address in others:
        members.add(session, audit.SYSTEM, tenant, address, now, label=address.text.partition("@")[0].title(), language="")
    return Account(tenant, tuple(people.find_or_open(session, address, "", now) for address in (first, *others)))


def _restock(  # noqa: PLR0917 - one morning's work
    session: Session, agents: Sequence[Tenant], accounts: Sequence[Account], packs: dict[str, Product], day: int, now: datetime
) -> None:
    """Agents pay in and grant to their customers; the operator deals with the third."""
    for agent, account in zip(agents, accounts, strict=False):
        cash.top_up(session, agent, Currency.CNY, 1_000_000, evidence=f"Transfer {day:03}", created_by=None, key=f"demo-{day}", now=now)
        items = [Item(packs["V60"].id, 2), *([Item(packs["P5"].id), Item(packs["VIP"].id, 4)] if day == 0 else [])]
        told = orders.simulate_grant(session, agent, account.tenant, items, currency=Currency.CNY, now=now)
        orders.grant(
            session, agent, account.tenant, items, currency=Currency.CNY, cost=told.cost, created_by=None, key=f"demo-{day}", now=now
        )
    _deal(session, accounts[-1], packs, day, now)
    if day == 0:
        for account in accounts[:2]:
            for user in account.users[:3]:
                seats.assign(session, account.tenant, Kind.VIP, user.id, now)


def _deal(session: Session, account: Account, packs: dict[str, Product], day: int, now: datetime) -> None:
    """At 8.5 折 of the list."""
    terms = Deal(source=Source.OPERATOR, key=f"demo-{day}", currency=Currency.CNY, contract_total=102_000, discount=850)
    orders.place(session, account.tenant, [Item(packs["V60"].id, 2)], terms, now)


def _purchases(session: Session, operator: User, packs: dict[str, Product], start: datetime, end: datetime) -> None:
    """By transfer: one that was paid for, one whose money went back, and one that still waits for it."""
    user, staff_member = people.find_or_open(session, BUYER, "", start), Actor(operator.id, people.called(operator), "")
    tenant = people.personal_tenant(session, user.id)
    buyer = Actor(user.id, people.called(user), tenant.id)
    for share, code, state in PURCHASES:
        items, total, moment = [Item(packs[code].id)], packs[code].prices[Currency.CNY], start + (end - start) * share
        bought = purchases.order(
            session, buyer, tenant, items, currency=Currency.CNY, total=total, provider=MANUAL, key=f"demo-{code}", now=moment
        )
        if state is PurchaseState.OPEN:
            continue
        payments.confirm(session, staff_member, bought.id, currency=Currency.CNY, amount=total, evidence="Bank 4711", now=moment + BANK)
        payments.grant(session, bought.id, moment + BANK)
        if state is PurchaseState.REFUNDED:
            payments.take_back(session, staff_member, bought.id, reason="Ordered by mistake", refund="Bank 4712", now=moment + 2 * BANK)


def _early(session: Session, operator: User, account: Account, packs: dict[str, Product], now: datetime) -> None:
    """A delivery before its payment, asked for and not yet approved."""
    actor, deal = Actor(operator.id, people.called(operator), ""), deliveries.Deal((Item(packs["V600"].id),), Currency.CNY, 450_000, None)
    early = deliveries.Early(contract_on=(now - timedelta(days=1)).date(), opened_on=now.date(), cost_owner="Sales")
    deliveries.ask_early(session, actor, account.tenant, deal, early, now, reason="The campaign begins before the transfer", key="demo")


def _work(session: Session, account: Account, chance: random.Random, now: datetime) -> None:
    """A day's films, as long as there is something left to make them of."""
    for user, length_ms in _films(account, chance):
        subject = f"export:{new_id()}"
        try:
            held = entitlements.hold(
                session, account.tenant, Wish(kind=Kind.VIDEO, amount=length_ms, subject=subject, user_id=user.id), now
            )
        except Insufficient:
            return
        entitlements.capture(session, account.tenant, held.id, length_ms, now + timedelta(minutes=2))


def _films(account: Account, chance: random.Random) -> Iterator[tuple[User, int]]:
    for _ in range(chance.randrange(4)):
        yield chance.choice(account.users), chance.randrange(20_000, 180_000)
