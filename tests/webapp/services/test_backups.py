"""Backups: whole, verified, and never over somebody's work by mistake."""

import fcntl
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.plugins.bucket import Bucket
from webapp.database import Database
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.tenant import Tenant
from webapp.providers.storage.chosen import storage_of
from webapp.services import backups
from webapp.services.backups import BackupDamaged
from webapp.settings import Settings


@pytest.fixture
def home(app: Flask, settings: Settings, database: Database) -> Settings:
    """A home with a tenant, an asset and a certificate."""
    assert app
    with database.transaction() as session:
        session.add(Tenant(id="mei", name="Mei"))
    for name, text in (("assets/ab/abcd", "picture"), ("authority/ca.pem", "certificate"), ("logs/web.log", "chatter")):
        (settings.home / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.home / name).write_text(text)
    return settings


def elsewhere(settings: Settings, folder: Path) -> Settings:
    return replace(settings, home=folder, database_url=f"sqlite:///{folder / 'piying.sqlite3'}")


def test_a_restored_home_holds_the_rows_and_files_of_the_old_one(home: Settings, tmp_path: Path) -> None:
    new = elsewhere(home, tmp_path / "new")
    backups.write(home, tmp_path / "backup")
    backups.read(new, tmp_path / "backup")

    restored = Database(new.database_url)
    with restored.reading() as session:
        assert session.get(Tenant, "mei") is not None
    restored.dispose()
    assert (new.home / "assets" / "ab" / "abcd").read_text() == "picture"
    assert (new.home / "authority" / "ca.pem").read_text() == "certificate"
    assert not (new.home / "logs").exists()


def test_a_second_backup_into_one_folder_takes_what_is_new(home: Settings, tmp_path: Path) -> None:
    first = backups.write(home, tmp_path / "backup")
    (home.home / "assets" / "ab" / "abce").write_text("another")

    assert backups.write(home, tmp_path / "backup").files == first.files + 1


def test_a_damaged_backup_is_refused_before_anything_is_changed(home: Settings, tmp_path: Path) -> None:
    new = elsewhere(home, tmp_path / "new")
    backups.write(home, tmp_path / "backup")
    (tmp_path / "backup" / "assets" / "ab" / "abcd").write_text("pictura")

    with pytest.raises(BackupDamaged) as refusal:
        backups.read(new, tmp_path / "backup")

    assert refusal.value.field == "assets/ab/abcd"
    assert not new.home.exists()


@pytest.mark.parametrize("manifest", ["{", '{"../outside": "00"}'])
def test_a_manifest_that_is_broken_or_points_outside_is_refused(home: Settings, tmp_path: Path, manifest: str) -> None:
    backups.write(home, tmp_path / "backup")
    (tmp_path / "outside").touch()
    (tmp_path / "backup" / "manifest.json").write_text(manifest)

    with pytest.raises(BackupDamaged):
        backups.check(tmp_path / "backup")


def test_a_home_with_work_in_it_is_written_over_only_when_told_to(home: Settings, tmp_path: Path) -> None:
    backups.write(home, tmp_path / "backup")

    with pytest.raises(Conflict):
        backups.read(home, tmp_path / "backup")
    backups.read(home, tmp_path / "backup", replace=True)


def test_a_running_home_is_left_alone(home: Settings, tmp_path: Path) -> None:
    backups.write(home, tmp_path / "backup")
    with (home.home / "stack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict) as refusal:
            backups.read(home, tmp_path / "backup", replace=True)

    assert refusal.value.code == "home-running"


def test_what_is_not_there_is_said(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        backups.check(tmp_path / "nowhere")
    with pytest.raises(NotFound):
        backups.write(elsewhere(home, tmp_path / "empty"), tmp_path / "backup")
    with pytest.raises(Invalid):
        backups.write(replace(home, database_url="postgresql://db/piying"), tmp_path / "backup")


def test_files_in_a_bucket_are_saved_and_come_back_into_another(home: Settings, bucket: Bucket, tmp_path: Path) -> None:
    bucketed = replace(home, storage=bucket.address, database_url="postgresql://db/piying")
    storage = storage_of(bucketed, 0.0)
    film = home.home / "artefacts" / "ab" / "film.mp4"
    film.parent.mkdir(parents=True)
    film.write_bytes(b"film")
    for name in ("assets", "artefacts"):
        storage.keep(home.home / name)
    film.unlink()
    backups.write(bucketed, tmp_path / "backup", files_only=True)
    new = replace(bucketed, home=tmp_path / "new", storage=f"{bucket.address}-new")
    backups.read(new, tmp_path / "backup")

    other = storage_of(new, 0.0)
    assert list(other.kept(new.home / "artefacts")) == [new.home / film.relative_to(home.home)]
    assert [path.read_text() for path in other.kept(new.home / "assets") if other.bring(path)] == ["picture"]
    assert backups.DATABASE not in backups.check(tmp_path / "backup")
