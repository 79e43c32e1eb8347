"""The role that web and workers have in production: it owns nothing and passes no row policy by."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from webapp.database import driver_url

ROLE = "piying_of_tests"


@contextmanager
def plain(url: str | sa.URL) -> Iterator[sa.Connection]:
    """A connection that says nothing of whom it works for."""
    engine = sa.create_engine(driver_url(url) if isinstance(url, str) else url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


def stripped(url: str) -> sa.URL:
    """The same database, as web and workers come to it."""
    return driver_url(url).set(username=ROLE)


def admit(url: str) -> None:
    """Give the role what `deploy/postgresql/roles.sql` gives; do it before the tables are made."""
    with plain(url) as connection:
        known = connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": ROLE}).first()
        if known is None:
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")
        rights = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
        connection.exec_driver_sql(f"{rights} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ROLE}")
        connection.exec_driver_sql(f"{rights} USAGE, SELECT ON SEQUENCES TO {ROLE}")
