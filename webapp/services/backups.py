"""Backups of a home: one folder with the database, every file that its rows name, and the digest of each."""

import fcntl
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webapp.errors import Conflict, Invalid, NotFound
from webapp.providers.storage.chosen import storage_of
from webapp.settings import Settings

DATABASE: Final = "piying.sqlite3"
MANIFEST: Final = "manifest.json"
SECRET: Final = "secret"  # noqa: S105 - a file's name
PATIENCE_S: Final = 60.0
KEPT: Final = ("assets", "artefacts", "presenters", "consents", "authority", SECRET)
CHUNK_BYTES: Final = 1 << 20


class BackupDamaged(Invalid):
    """A file of the backup is missing, or is not what it was."""

    default_code = "backup-damaged"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    files: int
    size_bytes: int


def write(settings: Settings, folder: Path, *, files_only: bool = False) -> Backup:
    """Copy the database as it stands at this moment, then the files, from wherever they are kept; what the folder has is not copied again.

    The database goes first: files are only ever added, so each that it names is still there. One that is not SQLite has tools of its own:
    Invalid is raised for it, unless it is left out.
    """
    source = None if files_only else _sqlite(settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    if source:
        _copy_database(source, folder / DATABASE)
    for path in _brought(settings):
        _copy(path, folder / path.relative_to(settings.home))
    databases = [folder / DATABASE] if source else []
    digests = {str(path.relative_to(folder)): digest(path) for path in (*databases, *_kept(folder))}
    (folder / MANIFEST).write_text(json.dumps(digests, indent=1, sort_keys=True))
    return _measured(folder, digests)


def read(settings: Settings, folder: Path, *, replace: bool = False) -> Backup:
    """Bring a backup to where files are kept, and its database, if it has one, into the home, once all of it is known to be whole.

    Raises BackupDamaged, NotFound, or Conflict when the home is at work or holds a database already.
    """
    _refuse_while_running(settings.home)
    digests = check(folder)
    target = _sqlite(settings) if DATABASE in digests else None
    if target and target.exists() and not replace:
        raise Conflict("home-in-use", home=str(settings.home))
    _read_files(settings, folder, [name for name in digests if name != DATABASE])
    if target:
        _read_database(folder, target)
    return _measured(folder, digests)


def _read_files(settings: Settings, folder: Path, names: Sequence[str]) -> None:
    storage = storage_of(settings, PATIENCE_S)
    for name in names:
        _copy(folder / name, settings.home / name)
        if name != SECRET:
            storage.keep(settings.home / name)


def _read_database(folder: Path, target: Path) -> None:
    for leftover in (f"{target}-wal", f"{target}-shm"):
        Path(leftover).unlink(missing_ok=True)
    _copy(folder / DATABASE, target)


def check(folder: Path) -> dict[str, str]:
    """The digests by name of a backup that is whole; raises NotFound or BackupDamaged."""
    try:
        digests: dict[str, str] = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError as error:
        raise NotFound("backup-missing", folder=str(folder)) from error
    except ValueError as error:
        raise BackupDamaged(MANIFEST) from error
    for name, expected in digests.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file() or digest(path) != expected:
            raise BackupDamaged(name)
    return digests


def digest(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            total.update(chunk)
    return total.hexdigest()


def _sqlite(settings: Settings) -> Path:
    prefix = "sqlite:///"
    if not settings.database_url.startswith(prefix):
        raise Invalid("DATABASE_URL", "backup-sqlite-only")
    return Path(settings.database_url.removeprefix(prefix))


def _refuse_while_running(home: Path) -> None:
    lock = home / "stack.lock"
    if not lock.exists():
        return
    with lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("home-running", home=str(home)) from error


def _copy_database(source: Path, target: Path) -> None:
    if not source.exists():
        raise NotFound("database-missing", path=str(source))
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _brought(settings: Settings) -> Iterator[Path]:
    """Every file that belongs into a backup, standing in the home."""
    storage = storage_of(settings, PATIENCE_S)
    for name in KEPT:
        for path in storage.kept(settings.home / name) if name != SECRET else ():
            if storage.bring(path):
                yield path
    if (settings.home / SECRET).is_file():
        yield settings.home / SECRET


def _kept(home: Path) -> Iterator[Path]:
    for name in KEPT:
        place = home / name
        yield from (path for path in sorted(place.rglob("*")) if path.is_file()) if place.is_dir() else [place] * place.is_file()


def _copy(source: Path, target: Path) -> None:
    """By rename, so that a torn copy is never taken for the file."""
    if target.exists() and _same(source, target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    shutil.copy2(source, partial)
    partial.replace(target)


def _same(source: Path, target: Path) -> bool:
    return source.stat().st_size == target.stat().st_size and digest(source) == digest(target)


def _measured(folder: Path, digests: dict[str, str]) -> Backup:
    return Backup(len(digests), sum((folder / name).stat().st_size for name in digests))
