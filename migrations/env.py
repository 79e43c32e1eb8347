"""Migrations: which database, which tables, and how our column types are written down so that a migration imports nothing of ours."""

import os
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from webapp.database import driver_url
from webapp.models.columns import JSON_TYPE, Choice, Moment
from webapp.models.everything import METADATA
from webapp.settings import Settings


def written(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """The source text for a column type of ours."""
    if kind != "type":
        return False
    if item is JSON_TYPE:
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Choice | AutoString):
        length = item.impl.length if isinstance(item, Choice) else item.length  # type: ignore[attr-defined]
        return f"sa.String({length or ''})"
    return False


def address() -> sa.URL:
    """The database that was handed over, else the one of the environment."""
    given = context.config.get_main_option("sqlalchemy.url")
    return driver_url(given or Settings.from_environment(os.environ).database_url)


def migrate() -> None:
    """Run the migrations in one transaction."""
    engine = sa.create_engine(address(), poolclass=sa.NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # the owner's rows are walled off, too
            connection.exec_driver_sql("SELECT set_config('app.audience', 'house', false)")
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
            render_item=written,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


def write_down() -> None:
    """Print the SQL instead of running it."""
    context.configure(url=str(address()), target_metadata=METADATA, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    write_down()
else:
    migrate()
