"""What is written in the ledger's books cannot be changed or deleted, not even past the application."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from webapp.database import driver_url

REPOSITORY = Path(__file__).resolve().parents[2]
ROWS = (
    "INSERT INTO tenant (id, kind, name, created_at) VALUES ('t', 'personal', '', '2026-03-04')",
    "INSERT INTO ledger_book (tenant_id, number, digest) VALUES ('t', 1, '0')",
    (
        "INSERT INTO ledger_journal (id, tenant_id, number, verb, key, subject, note, posted_at, digest)"
        " VALUES ('j', 't', 1, 'grant', 'k', '', '', '2026-03-04', '0')"
    ),
    (
        "INSERT INTO ledger_entry (id, journal_id, tenant_id, line, account, unit, amount, posted_at)"
        " VALUES ('e', 'j', 't', 0, 'cash', 'CNY', 1, '2026-03-04')"
    ),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    url = f"sqlite:///{tmp_path}/m.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    config = Config(toml_file=None)
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", driver_url(url).render_as_string(hide_password=False).replace("%", "%%"))
    command.upgrade(config, "0002")
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for row in ROWS:
            connection.exec_driver_sql(row)
    return engine


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["ledger_entry", "ledger_journal"])
def test_a_book_takes_nothing_back(engine, statement, table):
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement.format(table))

    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one() == 1
