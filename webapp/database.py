"""The database: one engine, two ways in. SQLite (WAL) and PostgreSQL behave alike from here on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlmodel import Session

SQLITE_BUSY_MS = 15_000


class Database:
    """Opens `url`. A transaction that writes takes SQLite's write lock at its start, so it never fails half-way for being late."""

    def __init__(self, url: str) -> None:
        self.url = driver_url(url)
        self.engine = _engine(self.url)
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


def driver_url(url: str) -> URL:
    """`url` with the driver that we ship: postgres:// and postgresql:// mean psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
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
