"""Backups: `flask backup FOLDER`, `flask restore FOLDER`."""

from pathlib import Path
from typing import Final

import click

from webapp.errors import WebError
from webapp.extensions import settings
from webapp.services import backups
from webapp.services.backups import Backup

WORDS: Final = {
    "backup-damaged": "{field} is missing or is not what it was when the backup was made; nothing was changed.",
    "backup-missing": "There is no backup in {folder}.",
    "storage-away": "The storage does not answer; run the command again when it does, it goes on where it stopped.",
    "backup-sqlite-only": "The database is not SQLite: back it up with its own tools (pg_dump), then the files with --files-only.",
    "database-missing": "There is no database at {path} yet.",
    "home-running": "The studio runs in {home}: stop it first.",
    "home-in-use": "{home} holds a database already: stop the studio and give --replace to write over it.",
}


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--files-only", is_flag=True, help="Leave the database to its own tools.")
def backup(folder: Path, *, files_only: bool) -> None:
    """Copy the database and all files into FOLDER, also while the studio runs."""
    try:
        _tell("saved in", folder, backups.write(settings(), folder, files_only=files_only))
    except WebError as error:
        raise _worded(error) from error


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Write over what this home holds.")
def restore(folder: Path, *, replace: bool) -> None:
    """Bring the backup in FOLDER into this home; the studio must not be running."""
    try:
        _tell("restored from", folder, backups.read(settings(), folder, replace=replace))
    except WebError as error:
        raise _worded(error) from error


def _tell(what: str, folder: Path, made: Backup) -> None:
    click.echo(f"{made.files} files, {made.size_bytes / 10**6:.1f} MB, {what} {folder}; every digest is right")


def _worded(error: WebError) -> click.ClickException:
    return click.ClickException(WORDS[error.code].format(home=settings().home, **{k: v for k, v in error.facts.items() if k != "home"}))


COMMANDS: Final = (backup, restore)
