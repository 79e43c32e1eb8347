"""A PostgreSQL of our own, started when the first test asks: in a folder of its own, on a free port, gone at the end."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from roles.lifeline import tied
from tools.stack.ports import free_port
from webapp.database import Database
from webapp.models.everything import METADATA

READY_S = 20
NOT_LASTING = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
"""Nothing here outlives the run, so nothing waits for a disk."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server with no durability, and the folder of its programs."""

    programs: Path
    address: str

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A database of its own, a copy of `template`; dropped afterwards."""
        name = f"test_{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield f"{self.address}/{name}"
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server(programs: Path) -> Iterator[PostgresServer]:
    """A server of one's own, made by these programs."""
    folder, port = Path(tempfile.mkdtemp(prefix="postgres-")), free_port()
    process = None
    try:
        process = _start(programs, folder, port)
        yield PostgresServer(programs, f"postgresql://postgres@127.0.0.1:{port}")
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def installed() -> Path | None:
    """Where the newest PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for this run."""
    programs = installed()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with running_server(programs) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A new, empty database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """All tables and no rows, on each kind of database that people run this with."""
    url = f"sqlite:///{tmp_path / 'any.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(url)
    METADATA.create_all(database.engine)
    yield database
    database.dispose()


def _start(programs: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """PostgreSQL refuses to run as root: it runs as the user that its package made."""
    user = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    initdb = (programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
    subprocess.run(initdb, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
    options = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *NOT_LASTING)
    command = [programs / "postgres", "-D", data, *(part for option in options for part in ("-c", option))]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=subprocess.STDOUT, preexec_fn=tied(signal.SIGINT))  # noqa: PLW1509 - one thread
    log.close()
    _wait(port, folder / "log")
    return process


def _wait(port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.1)
        else:
            return
