"""Every page of the consoles as a picture: `python -m tools.consoles [--language th] [--width 360] [--only operator_money]`.

Makes a studio with the demo's half year in a home that is thrown away afterwards, follows the links of the operator, of agents, of an
enterprise's administrator and member and of somebody for herself, and takes one page of each kind, whole, at both widths in every language
of the interface. The pictures lie under `var/consoles`, which is not kept. Pages that nobody is led to, or wider than the screen, are told.
"""

import argparse
import html
import logging
import re
import secrets
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

import structlog
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlmodel import Session
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from tools.screenshots import REPOSITORY, chromium
from webapp import create_app
from webapp.database import Database
from webapp.extensions import detach
from webapp.models.columns import utc_now
from webapp.models.everything import METADATA
from webapp.models.tenant import TenantKind
from webapp.services import demo_consoles, people, signin
from webapp.services.languages import LANGUAGES
from webapp.services.people import Address
from webapp.services.signin import Present
from webapp.settings import Environment, Settings

PICTURES: Final = REPOSITORY / "var" / "consoles"
WIDTHS: Final = (1440, 360)
SECRET: Final = secrets.token_hex()
CONSOLES: Final = frozenset(
    {"account", "agent", "agent_customers", "agent_records", "audit", "bindings", "consumption", "entitlements", "members", "operator"}
    | {"operator_approvals", "operator_grants", "operator_money", "operator_products", "operator_staff", "operator_tenants", "orders"}
    | {"purchases", "seats", "second_factor", "training"},
)
"""Blueprints whose pages are looked at."""

ACTORS: Final[Mapping[str, tuple[str, TenantKind]]] = {
    "operator": ("operator@example.com", TenantKind.OPERATOR),
    "agent": ("lantern@example.com", TenantKind.AGENT),
    "second-agent": ("river@example.com", TenantKind.AGENT),
    "admin": ("ann@example.com", TenantKind.ENTERPRISE),
    "member": ("bo@example.com", TenantKind.ENTERPRISE),
    "person": ("bo@example.com", TenantKind.PERSONAL),
}
"""Who looks, and as what."""

EACH_MAX: Final = 4
"""So many pages of a kind are read for their links: not every customer's page leads everywhere."""
LINK: Final = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
FILES: Final = re.compile(r"[?&]as=|\.(?:csv|xlsx)$")


@dataclass(frozen=True, slots=True)
class Sight:
    """A page somebody is led to: its endpoint, its address, and whether it opens."""

    endpoint: str
    address: str
    status: int


def main() -> int:
    """Take the pictures; 1 when there are pages of the consoles that nobody is led to."""
    options = _parser().parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with _studio() as app:
        tokens = tokens_of(app, utc_now())
        sights = {name: _chosen(app, token, options.only) for name, token in tokens.items()}
        for language in options.language or LANGUAGES:
            with chromium() as browser:
                for name, width in product(sights, options.width or WIDTHS):
                    with _window(app, browser, tokens[name], width, language) as page:
                        _take(page, sights[name], options.folder / language / name, width)
    return 0 if options.only else _tell_missing(app, {sight.endpoint for seen in sights.values() for sight in seen})


def tokens_of(app: Flask, now: datetime, actors: Mapping[str, tuple[str, TenantKind]] = ACTORS) -> dict[str, str]:
    """The login of each actor, the second factor given."""
    database: Database = app.extensions["piying"][1]
    with database.transaction() as session:
        return {name: _token(session, address, kind, now) for name, (address, kind) in actors.items()}


def browser_of(app: Flask, token: str) -> FlaskClient:
    """A browser without a screen that holds this login."""
    client = app.test_client()
    client.set_cookie(_cookie(app), token)
    return client


def walk(app: Flask, client: FlaskClient, *, each_max: int) -> Iterator[tuple[Sight, str]]:
    """Follow every link from the first page on, a kind of page so many times; gives the pages with their text."""
    waiting, seen, counts = ["/projects"], set[str](), dict[tuple[object, ...], int]()
    while waiting:
        address = waiting.pop(0)
        kind = _kind(app, address)
        if address in seen or kind is None or counts.get(kind, 0) >= each_max:
            continue
        seen.add(address)
        counts[kind] = counts.get(kind, 0) + 1
        answer = client.get(address)
        if answer.status_code // 100 == 3:  # noqa: PLR2004 - led elsewhere
            waiting.append(answer.location)
        elif answer.mimetype == "text/html":
            waiting += [html.unescape(link) for link in LINK.findall(answer.text)]
            yield Sight(str(kind[0]), address, answer.status_code), answer.text


def _kind(app: Flask, address: str) -> tuple[object, ...] | None:
    """What makes pages alike: their endpoint and what else the address asks for; none for what is no page of ours."""
    parts = urlsplit(address)
    try:
        endpoint, _ = app.url_map.bind("localhost").match(parts.path)
    except HTTPException:
        return None
    blueprint = endpoint.partition(".")[0]
    if FILES.search(address) or not (blueprint in CONSOLES or endpoint == "projects.index"):
        return None
    return endpoint, *sorted(part.partition("=")[0] for part in parts.query.split("&") if part)


def _chosen(app: Flask, token: str, only: str | None) -> tuple[Sight, ...]:
    """One page of each endpoint: the one that says most."""
    fullest: dict[str, tuple[int, Sight]] = {}
    for sight, text in walk(app, browser_of(app, token), each_max=EACH_MAX):
        if sight.endpoint != "projects.index" and (only or "") in sight.endpoint:
            fullest[sight.endpoint] = max(fullest.get(sight.endpoint, (0, sight)), (len(text), sight), key=lambda each: each[0])
    return tuple(sight for _, sight in fullest.values())


@contextmanager
def _window(app: Flask, browser: Browser, token: str, width: int, language: str) -> Iterator[Page]:
    address = app.extensions["piying"][0].public_url
    context = browser.new_context(base_url=address, locale=language, viewport={"width": width, "height": 800})
    context.add_cookies([{"name": _cookie(app), "value": token, "url": address}])
    yield context.new_page()
    context.close()


def _take(page: Page, seen: Iterable[Sight], folder: Path, width: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for sight in seen:
        answer = page.goto(sight.address)
        if answer is None or not answer.ok:
            print(f"{folder.parent.name} {sight.address}: {answer.status if answer else 'no answer'}")
        page.screenshot(path=folder / f"{sight.endpoint}-{width}.png", full_page=True)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            print(f"{folder.parent.name} {sight.address}: {wide} px wide at {width}")


def _tell_missing(app: Flask, seen: set[str]) -> int:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    missing = sorted(each for each in pages - seen if each.partition(".")[0] in CONSOLES)
    print("not led to:", ", ".join(missing) or "none")
    return 1 if missing else 0


def _token(session: Session, address: str, kind: TenantKind, now: datetime) -> str:
    user = people.find_or_open(session, Address("email", address), "", now)
    tenant = next(each.tenant for each in people.identities(session, user.id) if each.tenant.kind is kind)
    token = signin.open_login(session, user, None, now)
    token = signin.switch(session, _present(session, token, now), tenant.id, now)
    return signin.prove(session, _present(session, token, now), now)


def _present(session: Session, token: str, now: datetime) -> Present:
    return cast("Present", signin.recognise(session, token, now))


def _cookie(app: Flask) -> str:
    return f"piying_login_{app.extensions['piying'][0].cookie_suffix}"


@contextmanager
def _studio() -> Iterator[Flask]:
    """A web with the demo's consoles that a browser can ask."""
    with tempfile.TemporaryDirectory(prefix="piying-") as home:
        server = make_server("127.0.0.1", 0, lambda *request: app.wsgi_app(*request), threaded=True)  # noqa: PLW0108 - its address comes first
        app = create_app(
            Settings(
                home=Path(home),
                models=REPOSITORY / ".models",
                database_url=f"sqlite:///{home}/piying.sqlite3",
                secret_key=SECRET,
                public_url=f"http://127.0.0.1:{server.port}",
                environment=Environment.TEST,
            ),
        )
        database: Database = app.extensions["piying"][1]
        METADATA.create_all(database.engine)
        with database.transaction() as session:
            demo_consoles.seed(session, utc_now())
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield app
        finally:
            server.shutdown()
            thread.join()
            detach(app)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.consoles", description="Take every page of the consoles.")
    parser.add_argument("--language", action="append", choices=list(LANGUAGES), help="only this language (may be repeated)")
    parser.add_argument("--width", action="append", type=int, help="only this width in px (may be repeated)")
    parser.add_argument("--only", help="only pages whose endpoint has this in its name")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="where they go (default var/consoles)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
