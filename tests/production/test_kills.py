"""Webs, workers and the queue's server killed at random while films are ordered and made: every film is paid for once and lies there.

`KILLS=100 pytest -m soak tests/production/test_kills.py` kills that often; without it, as often as `make soak` is meant to.
"""

import os
import random
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
import requests
from sqlmodel import col, select

from tests.production.guests import a_project, enter, press, tenant_of
from tests.production.town import Town, until
from webapp.database import Database
from webapp.ledger.kinds import Kind
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.ledger import Hold, HoldState
from webapp.services import entitlements, exports, statements
from webapp.services.artefacts import named

KILLS = int(os.environ.get("KILLS", "1000"))
VICTIMS = ("web-1", "web-2", "render-0", "render-1", "valkey")
PAUSE_S = (0.5, 4.0)
RECOVERY_S = 90
"""So long after the last kill a hold may stand that nobody will capture."""

KILLS_IN_A_ROW = 5
START_S, FILM_S = 180, 600
OPEN_MAX = 6
"""So many films are under way; more would only wait."""


@dataclass
class Customer:
    """Mei, who orders one film after another and asks again when nobody answers."""

    town: Town
    books: Database
    browser: requests.Session
    ended: threading.Event = field(default_factory=threading.Event)
    faults: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        number = 0
        while not self.ended.is_set():
            if under_way(self.books) >= OPEN_MAX:
                self.ended.wait(0.5)
                continue
            number += 1
            try:
                self.order(a_project(self.town, f"第{number}支短片"))
            except BaseException as fault:  # noqa: BLE001 - told by the test itself
                self.faults.append(fault)
                return

    def order(self, project: str) -> None:
        page = f"{self.town.address}/projects/{project}/exports"
        offer = self.insisted(page, f"{page}/offer", preset="720p", language="zh")
        if found := re.search(r"/exports/([0-9a-f]{32})/order", offer):
            self.insisted(page, f"{self.town.address}{found[0]}")

    def insisted(self, page: str, address: str, **fields: str) -> str:
        """What is answered at last; a web that is being killed answers nothing, or nginx in its place."""
        while not self.ended.is_set():
            with suppress(requests.RequestException, AssertionError, TypeError):  # TypeError: a page without a form
                return press(self.browser, address, self.browser.get(page, timeout=20).text, **fields).text
            time.sleep(0.3)
        return ""


def under_way(books: Database) -> int:
    """How many films are ordered and not ended."""
    return counted(books, ExportState.HELD, ExportState.QUEUED, ExportState.RUNNING, ExportState.PUBLISHING)


def ended(books: Database) -> int:
    """How many films are finished, or given up."""
    return counted(books, *exports.ENDED)


def counted(books: Database, *states: ExportState) -> int:
    """How many films are in one of these states."""
    with books.reading() as session:
        return len(session.exec(select(Export.id).where(col(Export.state).in_(states))).all())


def killed(town: Town, books: Database, kills: int) -> None:
    """Kill one after another, each back a moment later; after some of them somebody's film must have been finished."""
    chance = random.Random(kills)
    for number in range(kills):
        time.sleep(chance.uniform(*PAUSE_S))
        name = chance.choice(VICTIMS)
        town.kill(name)
        time.sleep(chance.uniform(0, 1))
        town.start_again(name)
        if name.startswith("web"):
            until(lambda name=name: town.is_ready(name), START_S)  # type: ignore[misc]
        if number % KILLS_IN_A_ROW == 0:
            finished = ended(books)
            until(lambda finished=finished: ended(books) > finished, FILM_S)  # type: ignore[misc]


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
def test_whatever_is_killed_every_film_is_paid_for_once_and_lies_there(town: Town) -> None:
    mei, books = tenant_of(town), town.database()
    customer = Customer(town, books, enter(town))
    orders = threading.Thread(target=customer.run)
    orders.start()
    killed(town, books, KILLS)
    customer.ended.set()
    orders.join()
    until(lambda: under_way(books) == 0, RECOVERY_S + START_S)

    assert customer.faults == []
    with books.reading() as session:
        assert statements.verify(session) == []
        made = session.exec(select(Export).where(col(Export.state).in_(exports.ENDED))).all()
        held = session.exec(select(Hold).where(Hold.state == HoldState.OPEN)).all()
        balance = entitlements.balance(session, mei, Kind.VIDEO, utc_now())
    books.dispose()
    films = [export for export in made if export.state is ExportState.DONE]
    print(f"{KILLS} kills, {len(made)} films ordered, {len(films)} finished")  # noqa: T201 - what the suite measured
    assert films
    assert [export.state for export in made if export.state is not ExportState.DONE] == []
    assert held == []
    assert (balance.held, balance.used) == (0, sum(export.quote["charge"] for export in films))
    assert [export.id for export in films if not named(town.home / "artefacts", export.files["video"]).exists()] == []
