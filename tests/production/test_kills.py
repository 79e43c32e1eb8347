"""Webs, workers and the queue's server killed at random while films are ordered and made: every film is paid for once and lies there.

`KILLS=100 pytest -m soak -s tests/production/test_kills.py` kills that often; without it, as often as `make soak` is meant to.
"""

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from sqlmodel import col, select

from tests.production.guests import a_project, enter, press, tenant_of
from tests.production.town import READY_S, Town, until
from webapp.database import Database
from webapp.ledger.kinds import Kind
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.ledger import Hold, HoldState
from webapp.services import entitlements, exports, statements
from webapp.services.artefacts import named

KILLS = int(os.environ.get("KILLS", "1000"))
WEBS, RENDERS = ("web-1", "web-2"), ("render-0", "render-1")
VICTIMS = {"film": 6, "worker": 2, "render": 1, "web": 1, "valkey": 3, "clock": 1}
"""How often each is killed: the child that makes a film, the worker that bore it, the whole render process, a web, the queue's server."""

PAUSE_S = (0.3, 1.7)
AWAY_S = 0.7
RECOVERY_S = 90
"""So long after everything is back and ended a hold may stand."""

KILLS_IN_A_ROW = 25
FILM_S = 600
OPEN_MAX = 4
"""So many films are under way; more would only wait."""


@dataclass
class Customer:
    """Mei, who orders one film after another and asks again when nobody answers."""

    town: Town
    books: Database
    browser: requests.Session
    ended: threading.Event = field(default_factory=threading.Event)
    faults: list[BaseException] = field(default_factory=list)

    @contextmanager
    def ordering(self) -> Iterator[None]:
        """Let her order as long as this lasts."""
        orders = threading.Thread(target=self.run)
        orders.start()
        try:
            yield
        finally:
            self.ended.set()
            orders.join()

    def run(self) -> None:
        number = 0
        while not self.ended.is_set():
            if under_way(self.books) >= OPEN_MAX:
                self.ended.wait(0.3)
                continue
            number += 1
            try:
                self.order(a_project(self.town, f"第{number}支", "短片"))
            except BaseException as fault:  # noqa: BLE001 - told by the test itself
                self.faults.append(fault)
                return

    def order(self, project: str) -> None:
        page = f"{self.town.address}/projects/{project}/exports"
        offer = self.insisted(page, f"{page}/offer", preset="480p", language="zh")
        if found := re.search(r"/exports/([0-9a-f]{32})/order", offer):
            self.insisted(page, f"{self.town.address}{found[0]}")

    def insisted(self, page: str, address: str, **fields: str) -> str:
        """What is answered at last; a web that is being killed answers nothing, or nginx in its place."""
        while not self.ended.is_set():
            with suppress(requests.RequestException, AssertionError, TypeError):  # TypeError: a page without a form
                return press(self.browser, address, self.browser.get(page, timeout=20).text, **fields).text
            time.sleep(0.3)
        return ""


@dataclass
class Chance:
    """What kills; whatever looks after processes starts them again."""

    town: Town
    dice: random.Random = field(default_factory=random.Random)
    killed: Counter[str] = field(default_factory=Counter)

    def strike(self) -> None:
        """Kill something that lives."""
        while True:
            time.sleep(self.dice.uniform(*PAUSE_S))
            (victim,) = self.dice.choices(tuple(VICTIMS), tuple(VICTIMS.values()))
            if self._kill(victim):
                self.killed[victim] += 1
                return

    def _kill(self, victim: str) -> bool:
        if victim == "web":
            return self._restart(self.dice.choice([name for name in WEBS if self.town.is_ready(name)] or [""]))
        if victim == "render":
            return self._restart(self.dice.choice([name for name in RENDERS if self._below(name, 1)] or [""]))
        if victim in {"film", "worker"}:
            return self._kill_below(2 if victim == "film" else 1)
        return self._restart("clock-2" if victim == "clock" else victim)

    def _restart(self, name: str) -> bool:
        if name:
            self.town.kill(name)
            time.sleep(self.dice.uniform(0, AWAY_S))
            self.town.start_again(name)
        return bool(name)

    def _kill_below(self, depth: int) -> bool:
        """A process so many births below a render process; its parent sees it die."""
        alive = [pid for name in RENDERS for pid in self._below(name, depth)]
        if not alive:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.dice.choice(alive), signal.SIGKILL)
        return True

    def _below(self, name: str, depth: int) -> list[int]:
        found = [self.town.processes[name].pid]
        parents = parents_of_all()
        for _ in range(depth):
            found = [pid for pid, parent in parents.items() if parent in found]
        return found


def parents_of_all() -> dict[int, int]:
    """Of every process that is alive, who bore it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            parents |= {int(path.parent.name): int(parent)} if state != "Z" else {}
    return parents


def under_way(books: Database) -> int:
    """How many films are ordered and not ended."""
    return counted(books, ExportState.HELD, ExportState.QUEUED, ExportState.RUNNING, ExportState.PUBLISHING)


def counted(books: Database, *states: ExportState) -> int:
    """How many films are in one of these states."""
    with books.reading() as session:
        return len(session.exec(select(Export.id).where(col(Export.state).in_(states))).all())


def open_holds(books: Database) -> int:
    """How often something is set aside."""
    with books.reading() as session:
        return len(session.exec(select(Hold.id).where(Hold.state == HoldState.OPEN)).all())


def differences(books: Database) -> list[statements.Difference]:
    """What the audit of all books finds wrong."""
    with books.reading() as session:
        return statements.verify(session)


def killed(town: Town, books: Database, kills: int) -> Counter[str]:
    """Kill one after another; after some of them another film must have been finished, and the books be right while all that goes on."""
    chance, done = Chance(town), 0
    for number in range(1, kills + 1):
        chance.strike()
        if number % KILLS_IN_A_ROW == 0:
            until(lambda done=done: counted(books, ExportState.DONE) > done, FILM_S)  # type: ignore[misc]
            done = counted(books, ExportState.DONE)
            assert differences(books) == []
            print(f"{number} kills, {done} films", flush=True)  # noqa: T201 - how far a long suite is
    until(lambda: all(map(town.is_ready, WEBS)), READY_S)
    return chance.killed


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
def test_whatever_is_killed_every_film_is_paid_for_once_and_lies_there(town: Town) -> None:
    mei, books = tenant_of(town), town.database()
    customer = Customer(town, books, enter(town))
    with customer.ordering():
        victims = killed(town, books, KILLS)
    until(lambda: under_way(books) == 0, FILM_S)
    until(lambda: open_holds(books) == 0, RECOVERY_S)

    assert (customer.faults, differences(books)) == ([], [])
    with books.reading() as session:
        ended = session.exec(select(Export, Job).join(Job, col(Job.id) == Export.job_id).where(col(Export.state).in_(exports.ENDED))).all()
        balance = entitlements.balance(session, mei, Kind.VIDEO, utc_now())
    books.dispose()
    films = [export for export, _ in ended if export.state is ExportState.DONE]
    print(f"{dict(victims)}: {len(ended)} films ordered, {len(films)} finished")  # noqa: T201 - what the suite measured
    assert films
    assert {job.error_code for export, job in ended if export not in films} <= {"worker-lost"}
    assert (balance.held, balance.used) == (0, sum(export.quote["charge"] for export in films))
    assert [export.id for export in films if not named(town.home / "artefacts", export.files["video"]).exists()] == []
