"""What tests of the web stand on: an application on a fresh SQLite database, a clock to move by hand, somebody signed in."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.plugins.wall import OPTION
from webapp import create_app
from webapp.database import Database
from webapp.extensions import detach
from webapp.models.everything import METADATA
from webapp.models.identity import User
from webapp.models.tenant import Tenant
from webapp.services import linking, people, signin
from webapp.services.documents import Kept
from webapp.settings import Environment, Settings

SECRET = "0123456789abcdef" * 4


@dataclass
class FakeClock:
    """A clock that stands still until it is moved."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))

    def __call__(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def forward(self, **by: float) -> None:
        """Move it: `clock.forward(minutes=10)`."""
        self.moment += timedelta(**by)


@dataclass(frozen=True)
class Person:
    """Somebody signed in: her browser, herself and the tenant she acts for."""

    client: FlaskClient
    user: User
    tenant: Tenant


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("blank") / "blank.sqlite3"
    database = Database(f"sqlite:///{path}")
    METADATA.create_all(database.engine)
    database.dispose()
    return path


@pytest.fixture
def clock() -> FakeClock:
    """The clock of the application."""
    return FakeClock()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, blank_database: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with all tables and no rows, of which no sentence has been read before."""
    monkeypatch.setattr(linking, "_times", Kept(64))
    if request.config.getoption(OPTION):
        return request.getfixturevalue("walled_url")
    shutil.copy(blank_database, tmp_path / "piying.sqlite3")
    return f"sqlite:///{tmp_path / 'piying.sqlite3'}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings for a home of its own."""
    return Settings(
        home=tmp_path,
        models=Path(".models").resolve(),
        database_url=database_url,
        secret_key=SECRET,
        public_url="http://localhost",
        environment=Environment.TEST,
    )


@pytest.fixture
def app(settings: Settings, clock: FakeClock) -> Iterator[Flask]:
    """The application, without form tokens (their own tests turn them on)."""
    app = create_app(settings, clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    detach(app)


@pytest.fixture
def database(app: Flask) -> Database:
    """The application's database."""
    return app.extensions["piying"][1]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, database: Database, clock: FakeClock) -> Person:
    """Somebody with a personal tenant, signed in."""
    return sign_in(app, database, clock, "mei@example.com")


@pytest.fixture
def stranger(app: Flask, database: Database, clock: FakeClock) -> Person:
    """Somebody of another tenant, signed in."""
    return sign_in(app, database, clock, "stranger@example.com")


def sign_in(app: Flask, database: Database, clock: FakeClock, email: str) -> Person:
    """Sign somebody in with a browser of her own."""
    with database.transaction() as session:
        user = people.find_or_open(session, people.Address("email", email), "en", clock())
        token = signin.open_login(session, user, None, clock())
        tenant = people.personal_tenant(session, user.id)
    client = app.test_client()
    settings: Settings = app.extensions["piying"][0]
    client.set_cookie(f"piying_login_{settings.cookie_suffix}", token)
    return Person(client, user, tenant)


@pytest.fixture
def world(app: Flask, database: Database, clock: FakeClock) -> object:
    """Short ways to enterprises, agents and staff."""
    from tests.consoles import World  # noqa: PLC0415 - it stands on this module

    return World(app, database, clock)
