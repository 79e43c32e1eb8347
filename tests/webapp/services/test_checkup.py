"""The checkup's findings."""

from pathlib import Path

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


def test_little_room_is_a_warning() -> None:
    assert checkup.disk(Path("/"), 10**9).state is State.WARNING
    assert checkup.disk(Path("/"), 10**10).state is State.OK


def test_limits_alone_are_a_warning_at_home_and_broken_in_production() -> None:
    def lacks() -> bool:
        return False

    assert checkup.sandbox(lacks, lacks, production=False).state is State.WARNING
    assert checkup.sandbox(lacks, lacks, production=True).state is State.BROKEN
    assert checkup.sandbox(lacks, lambda: True, production=True).state is State.OK


def test_every_part_is_looked_at(settings: Settings, database: Database) -> None:
    names = [finding.name for finding in checkup.examine(settings, database)]

    assert names == ["python", "models", "fonts", "vendor", "database", "queue", "frames", "disk", "sandbox", "gpu"]
