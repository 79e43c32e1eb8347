"""From the tables of the first release, with rows in them, to those of today: nothing is lost."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from tests.production.town import alembic_of, upgrade
from webapp.database import Database, driver_url
from webapp.models.identity import User
from webapp.models.project import Project
from webapp.models.tenant import Membership, Tenant

FIRST = "0001"
THEN = "2026-03-04 05:06:07+00:00"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/old.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def fill(url: str) -> dict[str, int]:
    """A row in every table of the first release; how many rows each has now."""
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert().values({column.name: _value(column) for column in table.columns}))
        return _counts(connection, tables)


def _value(column: sa.Column) -> object:
    """The same id everywhere, so that every reference finds its row."""
    if isinstance(column.type, sa.JSON):
        return {}
    if isinstance(column.type, sa.DateTime):
        return sa.literal_column(f"'{THEN}'")
    if isinstance(column.type, sa.Boolean):
        return False
    if isinstance(column.type, (sa.Integer, sa.Float)):
        return 1
    return {"kind": "personal", "role": "admin", "state": "done"}.get(column.name, "a" * 8)


def _counts(connection: sa.Connection, tables: sa.MetaData) -> dict[str, int]:
    names = (name for name in tables.tables if name != "alembic_version")
    return {name: connection.execute(sa.select(sa.func.count()).select_from(tables.tables[name])).scalar_one() for name in names}


def test_rows_of_the_first_release_are_there_after_the_upgrade(url: str) -> None:
    upgrade(url, FIRST)
    before = fill(url)
    upgrade(url)
    command.check(alembic_of(url))

    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        after = _counts(connection, tables)
    assert {name: count for name, count in after.items() if name in before and count < before[name]} == {}
    assert set(before) - set(after) == set()
    database = Database(url)
    with database.reading() as session:
        for model in (Tenant, User, Membership, Project):
            assert session.exec(sa.select(model)).scalars().all(), model  # type: ignore[call-overload]
    database.dispose()
