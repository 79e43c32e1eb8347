"""PostgreSQL as a production has it: its tables made by the owner, spoken to by a role that row policies hold.

`pytest --behind-the-wall tests/webapp/views` has every test of the web stand on such a database instead of on SQLite.
"""

from collections.abc import Iterator

import pytest

from tests.plugins.postgres import PostgresServer
from tests.production.roles import admit, stripped
from tests.production.town import upgrade

OPTION = "--behind-the-wall"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="tests of the web stand on PostgreSQL, in the role of web and workers")


@pytest.fixture(scope="session")
def walled_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database with every table and wall and no rows, to be copied."""
    with postgres_server.database() as url:
        admit(url)
        upgrade(url)
        yield url.rpartition("/")[2]


@pytest.fixture
def walled_owner_url(postgres_server: PostgresServer, walled_template: str) -> Iterator[str]:
    """A database behind its wall, as somebody comes to it whom no wall holds."""
    with postgres_server.database(walled_template) as url:
        yield url


@pytest.fixture
def walled_url(walled_owner_url: str) -> str:
    """The same database, as web and workers come to it."""
    return stripped(walled_owner_url).render_as_string(hide_password=False)
