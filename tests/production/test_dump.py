"""The drill of docs/scaling.md: a dump through the wall holds everything, and what is restored from it has its wall again."""

import os
import subprocess
from pathlib import Path

import sqlalchemy as sa

from tests import exporting
from tests.plugins.postgres import PostgresServer
from tests.production.roles import admit, plain, stripped
from tests.production.town import upgrade
from webapp.database import Database, driver_url
from webapp.models.tenant import Tenant

HOUSE = {"PGOPTIONS": "-c app.audience=house"}


def run(server: PostgresServer, program: str, *words: str, **environment: str) -> None:
    subprocess.run((server.programs / program, *words), env={**os.environ, **environment}, check=True)


def plain_url(url: str | sa.URL) -> str:
    """As PostgreSQL's own programs read it."""
    read = driver_url(url) if isinstance(url, str) else url
    return read.set(drivername="postgresql").render_as_string(hide_password=False)


def titles(url: str | sa.URL) -> list[str]:
    with plain(url) as connection:
        return sorted(connection.exec_driver_sql("SELECT title FROM project").scalars())


def test_a_dump_through_the_wall_is_whole_and_restores_with_its_wall(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    admit(postgres_url)
    upgrade(postgres_url)
    database = Database(postgres_url)
    for name in ("Mei", "Stranger"):
        tenant = Tenant(name=name)
        with database.transaction() as session:
            session.add(tenant)
        exporting.keep(database, tenant, exporting.small_document("词", title=name))
    database.dispose()

    file = str(tmp_path / "piying.dump")
    run(postgres_server, "pg_dump", "--enable-row-security", "-Fc", "-f", file, plain_url(stripped(postgres_url)), **HOUSE)
    with postgres_server.database() as fresh:
        run(postgres_server, "pg_restore", "--no-owner", "--exit-on-error", "-d", plain_url(fresh), file, **HOUSE)
        assert titles(fresh) == ["Mei", "Stranger"]
        assert titles(stripped(fresh)) == []
