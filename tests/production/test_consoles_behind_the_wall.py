"""Every page of the consoles, asked behind PostgreSQL's wall and in front of it: the wall takes nothing away that is somebody's to see."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import FakeClock
from tests.consoles import World
from tools.consoles import ACTORS, CONSOLES, browser_of, tokens_of, walk
from webapp import create_app
from webapp.extensions import detach
from webapp.services import demo_consoles
from webapp.settings import Settings

DAYS, DAYS_OF_SOAK = 3, 180
OWN_NAME = re.compile(r"/[0-9a-f]{32}\b")
MADE_ANEW = re.compile(r'[\w-]+\.[\w-]{6}\.[\w-]+|name="key" value="[0-9a-f]{32}"|nonce-[\w-]+|nonce="[\w-]+"')
"""Of a page: form tokens and keys, and what its programs are let in by."""

FOREIGN = {"agent": "second-agent", "second-agent": "agent", "admin": "second-admin", "person": "admin"}
"""Who is shown nothing of what somebody is led to by a name of its own."""


@pytest.fixture
def sides(walled_owner_url: str, walled_url: str, settings: Settings, clock: FakeClock) -> Iterator[tuple[Flask, Flask]]:
    """The same studio as web processes have it, and as somebody has it whom no policy holds."""
    apps = tuple(create_app(replace(settings, database_url=url), clock) for url in (walled_url, walled_owner_url))
    yield apps
    for app in apps:
        detach(app)


def seeded(app: Flask, clock: FakeClock, days: int) -> dict[str, str]:
    """The login of each actor of a demo that long."""
    with app.extensions["piying"][1].transaction() as session:
        demo_consoles.seed(session, clock(), days=days)
    return tokens_of(app, clock(), ACTORS | {"second-admin": ("eva@example.com", ACTORS["admin"][1])})


def walked(sides: tuple[Flask, Flask], clock: FakeClock, *, days: int, each_max: int) -> None:
    walled, open_side = sides
    tokens = seeded(walled, clock, days)
    met: set[str] = set()
    for name in ACTORS:
        plain = browser_of(open_side, tokens[name])
        stranger = browser_of(walled, tokens[FOREIGN[name]]) if name in FOREIGN else None
        for sight, text in walk(walled, browser_of(walled, tokens[name]), each_max=each_max):
            met.add(sight.endpoint)
            assert sight.status == 200, (name, sight)
            answer = plain.get(sight.address)
            assert MADE_ANEW.sub("", text) == MADE_ANEW.sub("", answer.text), (name, sight)
            if stranger and OWN_NAME.search(sight.address):
                assert stranger.get(sight.address).status_code in {403, 404}, (name, sight)
    assert {endpoint.partition(".")[0] for endpoint in met} >= CONSOLES - {"operator", "seats"}


def test_an_administrator_takes_in_somebody_new_who_gets_an_account_of_her_own(sides: tuple[Flask, Flask], clock: FakeClock) -> None:
    walled, _ = sides
    walled.config.update(WTF_CSRF_ENABLED=False)
    world = World(walled, walled.extensions["piying"][1], clock)
    admin = world.enter("admin", world.enterprise()).client

    assert admin.post("/members", data={"address": "new@example.com"}).status_code == 302
    assert world.enter("new").client.get("/entitlements").status_code == 200


def test_every_page_shows_behind_the_wall_what_it_shows_in_front_of_it(sides: tuple[Flask, Flask], clock: FakeClock) -> None:
    walked(sides, clock, days=DAYS, each_max=1)


@pytest.mark.soak
def test_every_page_of_half_a_year_shows_behind_the_wall_what_it_shows_in_front_of_it(sides: tuple[Flask, Flask], clock: FakeClock) -> None:
    walked(sides, clock, days=DAYS_OF_SOAK, each_max=8)
