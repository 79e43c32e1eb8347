"""A PostgreSQL server for the length of a test run: its own cluster in a temporary folder, spoken to by a socket there."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import sqlalchemy as sa

DEBIAN = Path("/usr/lib/postgresql")


@dataclass
class PostgresServer:
    """A cluster with no durability: quick, and gone afterwards."""

    programs: Path
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="pg-")))

    @classmethod
    def found(cls) -> Self | None:
        """A server made with the newest programs on this machine, if there are any."""
        on_path = shutil.which("initdb")
        folders = [Path(on_path).parent] if on_path else sorted(DEBIAN.glob("*/bin"))
        return cls(folders[-1]) if folders else None

    def __enter__(self) -> Self:
        """Make the cluster and start it."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "piying", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        settings = f"-F -k {self.folder} -c listen_addresses= -c full_page_writes=off -c synchronous_commit=off"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", settings, "start")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and leave nothing."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of its own, dropped afterwards."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self._execute(f"CREATE DATABASE {name}")
        try:
            yield self._url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://piying@/{name}?host={self.folder}"

    def _execute(self, statement: str) -> None:
        engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of its programs; the server refuses to be root."""
        user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        subprocess.run(
            [str(self.programs / program), *arguments],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
