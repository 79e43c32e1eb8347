"""The database: one engine, two ways in. SQLite (WAL) and PostgreSQL behave alike from here on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlmodel import Session

SQLITE_BUSY_MS: Final = 15_000
POSTGRESQL_PATIENCE: Final = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
"""A server behind a cable that was pulled says nothing: it is believed to be gone after 5 s of connecting, 10 to 20 s of silence."""


class Audience(StrEnum):
    """Whose rows a transaction may meet: a tenant's own, also an agent's customers', or everybody's."""

    TENANT = "tenant"
    AGENT = "agent"
    OPERATOR = "operator"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Reach:
    """For whom a transaction works. PostgreSQL's row policies ask for it (migration 0008); SQLite has none."""

    tenant_id: str = ""
    audience: Audience = Audience.HOUSE


HOUSE: Final = Reach()
"""Workers, commands, and the guard that has yet to find out who is there."""

_REACH: Final = sa.text("SELECT current_setting('app.tenant_id', true), current_setting('app.audience', true)")
_SAY: Final = sa.text("SELECT set_config('app.tenant_id', :tenant_id, true), set_config('app.audience', :audience, true)")


class Database:
    """Opens `url`. A transaction that writes takes SQLite's write lock at its start, so it never fails half-way for being late.

    On PostgreSQL each transaction says first how far it reaches.
    """

    def __init__(self, url: str, reach: Callable[[], Reach] = lambda: HOUSE) -> None:
        self.url = driver_url(url)
        self.engine = _engine(self.url, reach)
        self._writing = self.engine.execution_options(write=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that writes: committed when the block is left, rolled back when it raises."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads; whatever it wrote is rolled back."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    def check(self) -> None:
        """Ask the database for a sign of life; raises what the driver raises."""
        with self.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def for_everybody(session: Session) -> Iterator[None]:
    """Inside the block this transaction reaches everybody's rows: for what is the house's business, whoever set it off.

    What fails in it is undone, and the wider reach with it.
    """
    if session.get_bind().dialect.name == "sqlite":
        yield
        return
    with session.begin_nested():
        tenant_id, audience = session.execute(_REACH).one()
        session.execute(_SAY, {"tenant_id": HOUSE.tenant_id, "audience": HOUSE.audience})
        yield
        session.flush()
        session.execute(_SAY, {"tenant_id": tenant_id, "audience": audience})


def is_away(error: BaseException) -> bool:
    """Whether the database itself was not to be had (gone, starting, shutting down, locked), so that the same may go well later.

    A statement that it refused would be refused again. What fails outside of any statement is connecting and committing.
    """
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
    lost = isinstance(error, (OperationalError, InterfaceError)) and error.statement is None
    return error.connection_invalidated or lost


def driver_url(url: str) -> URL:
    """`url` with the driver that we ship: postgres:// and postgresql:// mean psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: URL, reach: Callable[[], Reach]) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = sa.create_engine(url, pool_pre_ping=True, connect_args=POSTGRESQL_PATIENCE)
        event.listen(engine, "begin", lambda connection: _say_reach(connection, reach()))
        return engine
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": SQLITE_BUSY_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={SQLITE_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _say_reach(connection: Connection, reach: Reach) -> None:
    """For this transaction alone: the next one on the same connection may be somebody else's."""
    connection.execute(_SAY, {"tenant_id": reach.tenant_id, "audience": reach.audience})
