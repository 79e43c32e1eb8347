"""Eight clients and three workers on the same books, with duplicates and retries: totals are right and nothing is charged twice."""

import os
import random
import threading
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from tests.accounts import NOW, agency, bound, differences, left, opened, product
from webapp.database import Database
from webapp.ledger.kinds import Currency, Kind
from webapp.models.ledger import Hold, HoldState
from webapp.models.tenant import Tenant
from webapp.services import cash, entitlements, orders
from webapp.services.cash import CashShort
from webapp.services.entitlements import Insufficient, Wish
from webapp.services.order_terms import Item

CLIENTS, WORKERS = 8, 3
CASH = 400_000
OPERATIONS = int(os.environ.get("OPERATIONS", "5000"))
"""So many the long suite does."""

SUBJECTS_PER_OPERATION = 0.6
"""Less than one: most wishes come twice, from another client or as a retry."""


@dataclass
class Market:
    """An agent, two customers and a pack; and what came of every operation."""

    database: Database
    agent: Tenant
    customers: list[Tenant]
    pack: str
    operations: int
    used: dict[str, int] = field(default_factory=dict)
    faults: list[BaseException] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def client(self, seed):
        chance = random.Random(seed)
        for _ in range(self.operations // CLIENTS):
            customer, number = chance.choice(self.customers), chance.randrange(int(self.operations * SUBJECTS_PER_OPERATION))
            act = chance.choices((self.grant, self.hold, self.use), (1, 5, 2))[0]
            for _ in range(chance.choice((1, 1, 2))):
                self.tried(lambda act=act, customer=customer, number=number: act(customer, number))

    def worker(self, seed):
        chance = random.Random(seed)
        while not self.done.is_set() or self.open_holds():
            for hold in chance.sample(found := self.open_holds(), min(4, len(found))):
                act = entitlements.release if int(hold.subject.split(":")[1]) % 5 == 0 else entitlements.capture
                self.tried(lambda hold=hold, act=act: self.close(hold, act))
            self.done.wait(0.01)

    def tried(self, act):
        """As people and workers do: what finds the database too busy is tried again."""
        try:
            act()
        except OperationalError:
            self.tried(act)
        except (Insufficient, CashShort):
            pass
        except BaseException as fault:  # noqa: BLE001 - told by the test itself
            self.faults.append(fault)

    def grant(self, customer, number):
        with self.database.transaction() as session:
            items = [Item(self.pack)]
            orders.grant(
                session, self.agent, customer, items, currency=Currency.CNY, cost=8_500, created_by=None, key=f"g{number}", now=NOW
            )

    def hold(self, customer, number):
        with self.database.transaction() as session:
            entitlements.hold(session, customer, Wish(kind=Kind.VIDEO, amount=100 + number, subject=f"export:{number}"), NOW)

    def use(self, customer, number):
        with self.database.transaction() as session:
            entitlements.use(session, customer, Wish(kind=Kind.VIDEO, amount=50 + number, subject=f"live:{number}"), NOW)
        self.used[f"{customer.id}:live:{number}"] = 50 + number

    def close(self, hold, act):
        customer = next(one for one in self.customers if one.id == hold.tenant_id)
        with self.database.transaction() as session:
            amount = () if act is entitlements.release else (hold.amount - 1,)
            closed = act(session, customer, hold.id, *amount, NOW)
        self.used[f"{customer.id}:{hold.subject}"] = closed.captured

    def open_holds(self):
        with self.database.reading() as session:
            return session.exec(select(Hold).where(Hold.state == HoldState.OPEN)).all()

    def run(self):
        clients = [threading.Thread(target=self.client, args=(seed,)) for seed in range(CLIENTS)]
        workers = [threading.Thread(target=self.worker, args=(100 + seed,)) for seed in range(WORKERS)]
        for thread in clients + workers:
            thread.start()
        for thread in clients:
            thread.join()
        self.done.set()
        for thread in workers:
            thread.join()


def traded(database: Database, operations: int) -> None:
    agent, customers = agency(database), [opened(database)[0] for _ in range(2)]
    for customer in customers:
        bound(database, agent, customer)
    pack = product(database, quantity=20_000)
    with database.transaction() as session:
        cash.top_up(session, agent, Currency.CNY, CASH, evidence="x", created_by=None, key="1", now=NOW)
    market = Market(database, agent, customers, pack.id, operations)
    market.run()

    assert market.faults == []
    assert differences(database) == []
    balances = [left(database, customer) for customer in customers]
    assert sum(used for _, _, used, _ in balances) == sum(market.used.values()) > 0
    assert [held for _, held, _, _ in balances] == [0, 0]
    with database.reading() as session:
        spent = CASH - cash.balance(session, agent, Currency.CNY)
    assert sum(map(sum, balances)) == spent // 8_500 * 20_000
    assert (spent % 8_500, 0 < spent <= CASH) == (0, True)


def test_clients_and_workers_together_charge_nothing_twice(any_database):
    traded(any_database, 160)


@pytest.mark.soak
def test_clients_and_workers_together_charge_nothing_twice_for_long(any_database):
    traded(any_database, OPERATIONS)
