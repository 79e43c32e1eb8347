"""What a page of the consoles costs the server with a long history: `python -m bench consoles [--records 100000] [--rounds 20]`.

Fills a database with one enterprise's consumption, asks for its pages and its agent's, and prints one JSON object: the 95th percentile of
each page's time in milliseconds, in this process, without a network. The database is SQLite and thrown away; `--database postgresql://…`
names an empty one of a role that is no superuser, so that its row policies hold.
"""

import argparse
import json
import logging
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlmodel import Session, select

from webapp import create_app
from webapp.database import Database
from webapp.extensions import detach
from webapp.ledger.entries import Account, Verb
from webapp.ledger.kinds import Kind
from webapp.models.columns import new_id, utc_now
from webapp.models.ledger import Book, Entry, Journal, Lot
from webapp.models.tenant import Tenant
from webapp.services import demo_consoles, people, signin
from webapp.services.people import Address
from webapp.services.signin import Present
from webapp.settings import Environment, Settings

DEMO_DAYS: Final = 8
HISTORY_DAYS: Final = 180
BATCH: Final = 5_000
PAGES: Final = {
    "ann@example.com": (
        "/entitlements",
        "/orders",
        "/consumption",
        "/consumption?kind=video&user=bo",
        "/entitlements/entries?account=used",
    ),
    "lantern@example.com": ("/agent", "/agent/orders", "/agent/consumption", "/agent/consumption/totals"),
}


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench consoles", description="The consoles with a long history.")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database (default: SQLite in a folder that is thrown away)")
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="piying-") as home:
        app = _app(Path(home), options.database or f"sqlite:///{home}/piying.sqlite3")
        database: Database = app.extensions["piying"][1]
        with database.transaction() as session:
            demo_consoles.seed(session, utc_now(), days=DEMO_DAYS)
        with database.transaction() as session:
            _fill(session, options.records)
        _note_statistics(database)
        print(json.dumps({"records": options.records, "p95_ms": dict(_measured(app, database, options.rounds))}, indent=2))
        detach(app)
    return 0


def _app(home: Path, address: str) -> Flask:
    subprocess.run((sys.executable, "-m", "alembic", "upgrade", "head"), env=os.environ | {"DATABASE_URL": address}, check=True)
    settings = Settings(
        home=home,
        models=home,
        database_url=address,
        secret_key=secrets.token_hex(32),
        public_url="http://localhost",
        environment=Environment.TEST,
    )
    return create_app(settings)


def _fill(session: Session, records: int) -> None:
    """Consumption of the demo's first enterprise, spread evenly; written past the services, which would take an hour."""
    tenant = session.exec(select(Tenant).where(Tenant.name == demo_consoles.ENTERPRISES[0][0])).one()
    lot = session.exec(select(Lot).where(Lot.tenant_id == tenant.id, Lot.kind == Kind.VIDEO)).first()
    number, user = session.get_one(Book, tenant.id).number, people.find(session, Address("email", "bo@example.com"))
    start, step = utc_now() - timedelta(days=HISTORY_DAYS), timedelta(days=HISTORY_DAYS) / records
    for first in range(0, records, BATCH):
        rows = [
            _record(tenant.id, lot.id if lot else "", user.id if user else None, number + 1 + index, start + step * index)
            for index in range(first, min(first + BATCH, records))
        ]
        session.execute(sa.insert(Journal), [journal for journal, _ in rows])
        session.execute(sa.insert(Entry), [entry for _, entry in rows])


def _record(tenant_id: str, lot_id: str, user_id: str | None, number: int, at: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    shared = {"tenant_id": tenant_id, "user_id": user_id, "posted_at": at}
    journal = {"id": new_id(), "number": number, "verb": Verb.USE, "key": f"use:{number}", "subject": f"export:{number}", "digest": "-"}
    entry = {
        "id": new_id(),
        "journal_id": journal["id"],
        "line": 0,
        "account": Account.USED,
        "unit": "video",
        "lot_id": lot_id,
        "amount": 60_000,
    }
    return journal | shared | {"note": ""}, entry | shared


def _note_statistics(database: Database) -> None:
    """What a server does by itself within minutes of so many new rows."""
    if database.url.get_backend_name() == "postgresql":
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _measured(app: Flask, database: Database, rounds: int) -> Iterator[tuple[str, float]]:
    for address, pages in PAGES.items():
        client = app.test_client()
        client.set_cookie(f"piying_login_{app.extensions['piying'][0].cookie_suffix}", _signed_in(database, address))
        for page in pages:
            client.get(page)
            yield page, round(statistics.quantiles([_asked(client, page) for _ in range(rounds)], n=20)[-1], 1)


def _asked(client: Any, page: str) -> float:
    began = time.perf_counter()
    answer = client.get(page)
    if answer.status_code != 200:  # noqa: PLR2004 - the page
        raise RuntimeError(f"{page} answers {answer.status}")
    return (time.perf_counter() - began) * 1000


def _signed_in(database: Database, address: str) -> str:
    """A login under the identity that is not the person's own, its second factor given."""
    with database.transaction() as session:
        user = people.find_or_open(session, Address("email", address), "", utc_now())
        own = people.personal_tenant(session, user.id)
        ruled = next(each.tenant for each in people.identities(session, user.id) if each.tenant.id != own.id)
        token = signin.open_login(session, user, None, utc_now())
        token = signin.switch(session, _present(session, token), ruled.id, utc_now())
        return signin.prove(session, _present(session, token), utc_now())


def _present(session: Session, token: str) -> Present:
    found = signin.recognise(session, token, utc_now())
    if found is None:
        raise RuntimeError("nobody is signed in")
    return found
