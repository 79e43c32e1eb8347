from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from webapp.database import driver_url
from webapp.models.everything import METADATA

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def migrations(request, tmp_path):
    url = f"sqlite:///{tmp_path}/m.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    config = Config(toml_file=None)
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", driver_url(url).render_as_string(hide_password=False).replace("%", "%%"))
    return config


def tables(config):
    engine = sa.create_engine(config.get_main_option("sqlalchemy.url"), poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_migrations_go_up_match_the_tables_come_down_and_go_up_again(migrations):
    command.upgrade(migrations, "head")
    command.check(migrations)
    assert tables(migrations) == set(METADATA.tables)

    command.downgrade(migrations, "base")
    assert tables(migrations) == set()

    command.upgrade(migrations, "head")
    command.check(migrations)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_every_constraint_has_a_name_that_a_migration_can_use(dialect):
    for table in METADATA.sorted_tables:
        unnamed = [
            line
            for line in str(CreateTable(table).compile(dialect=dialect)).splitlines()
            if line.strip().startswith(("UNIQUE", "FOREIGN", "CHECK"))
        ]
        assert unnamed == []


def test_every_table_belongs_to_a_tenant_or_is_known_not_to():
    free = {"user_account", "login_code", "message", "voiced", "lease", "tenant", "product"}
    free |= {"second_factor", "recovery_code", "outside_identity", "staff_member", "binding", "approval_vote"}  # people's, the operator's
    parents = {"tenant_id", "project_id", "presenter_id"}

    orphans = {name for name, table in METADATA.tables.items() if not parents & set(table.columns.keys())}

    assert orphans <= free
