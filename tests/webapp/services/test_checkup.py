"""The checkup's findings."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from redis import Redis

from tools.stack.ports import free_port
from webapp.database import Database
from webapp.services import checkup
from webapp.services.checkup import State
from webapp.settings import Settings


def test_an_old_python_is_broken() -> None:
    assert checkup.python((3, 10)).state is State.BROKEN
    assert checkup.python((3, 13)).state is State.OK


def test_what_set_up_did_not_bring_is_named() -> None:
    finding = checkup.present("models", ["kokoro"], "in .models")

    assert finding.state is State.BROKEN
    assert "kokoro" in finding.words
    assert "make setup" in finding.words
    assert checkup.present("models", [], "in .models").state is State.OK


def test_tables_that_were_never_made_are_broken(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    finding = checkup.tables(database)
    database.dispose()

    assert finding.state is State.BROKEN
    assert "make migrate" in finding.words


def test_a_queue_that_may_forget_is_broken_and_one_that_may_not_is_well(queue_url: str) -> None:
    assert checkup.server("queue", queue_url).state is State.OK
    assert checkup.server("queue", f"redis://127.0.0.1:{free_port()}/0").state is State.BROKEN
    assert checkup.server("queue", "").state is State.OK


def test_a_queue_that_evicts_is_broken(queue_url: str) -> None:
    with Redis.from_url(queue_url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        finding, frames = checkup.server("queue", queue_url), checkup.server("frames", queue_url)
        client.config_set("maxmemory-policy", "noeviction")

    assert finding.state is State.BROKEN
    assert "noeviction" in finding.words
    assert frames.state is State.OK


def test_tables_that_fit_are_well_and_a_database_that_does_not_answer_is_broken(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'made.sqlite3'}")
    with database.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": checkup.newest_tables()})
    assert checkup.tables(database).state is State.OK
    database.dispose()

    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    assert checkup.tables(away).state is State.BROKEN
    away.dispose()


def test_packages_and_programs_that_are_not_there_are_missed(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, database: Database
) -> None:
    monkeypatch.setattr(checkup, "FONTS", ("a-font-that-nobody-made",))
    monkeypatch.setattr(checkup, "BUBBLEWRAP", ("a-sandbox-that-nobody-made",))
    monkeypatch.setattr(checkup, "NAMESPACES", ("false",))

    found = {finding.name: finding.state for finding in checkup.examine(settings, database)}

    assert (found["fonts"], found["sandbox"]) == (State.BROKEN, State.WARNING)


def test_little_room_is_a_warning() -> None:
    assert checkup.disk(Path("/"), 10**9).state is State.WARNING
    assert checkup.disk(Path("/"), 10**10).state is State.OK


def test_limits_alone_are_a_warning_at_home_and_broken_in_production() -> None:
    def lacks() -> bool:
        return False

    assert checkup.sandbox(lacks, lacks, production=False).state is State.WARNING
    assert checkup.sandbox(lacks, lacks, production=True).state is State.BROKEN
    assert checkup.sandbox(lacks, lambda: True, production=True).state is State.OK
    assert checkup.sandbox(lambda: True, lacks, production=True).state is State.OK


def test_every_part_is_looked_at(settings: Settings, database: Database) -> None:
    names = [finding.name for finding in checkup.examine(settings, database)]

    assert names == ["python", "models", "fonts", "vendor", "database", "queue", "frames", "storage", "disk", "pieces", "sandbox", "gpu"]
