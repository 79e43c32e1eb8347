"""Eviction: what can be made again goes when it has not been used for long, or when there is too much of it.

Pieces of exports (segments and mixes) are bounded by size and age; those of tenants for whom an export is being made are left alone. In a
bucket a rule of the bucket does this: what is near is bounded by its own setting.
Sounds of sentences that no quote and no preview has named for long go with their rows, and are said again when somebody wants them.
Material that has lain in the trash for a week, used by nothing, keeps its original and its poster; put back, it is made anew.
"""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlmodel import Session, col, select

from render.graph.store import ends_sealed
from roles.house import House, house
from webapp.models.columns import utc_now
from webapp.models.job import Job, JobState
from webapp.services import artefacts, exports, library, linking, material, previews, projects, settlement
from webapp.services import pieces as shelf
from webapp.services.material import Part
from webapp.services.pieces import Bounds, Piece, Report

log = structlog.get_logger("eviction")


def evict(here: House) -> Report:
    """Look through everything once. Any number of processes may do so at once, and others may use what is looked at."""
    _forget(here, utc_now())
    if shelf.remembered(here.settings.pieces) is None:
        _remove_former(here)
    report = evict_pieces(here, time.time())
    shelf.remember(here.settings.pieces, report)
    if report.removed:
        log.info("pieces evicted", files=report.removed, bytes=report.removed_bytes)
    return report


def evict_pieces(here: House, now_s: float) -> Report:
    """Remove what is too old or too much of the pieces; says what is left."""
    if here.settings.storage:
        return Report(0, 0, 0, 0)
    with here.database.reading() as session:
        busy = {here.settings.pieces / tenant_id for tenant_id in _exporting(session)}
    found = [_weighed(here, piece) for piece in shelf.of_folder(here.settings.pieces) if piece.path.name != shelf.REPORT]
    idle = [piece for piece in found if _tenant_folder(here, piece.path) not in busy]
    busy_bytes = sum(piece.bytes for piece in found) - sum(piece.bytes for piece in idle)
    bounds = Bounds(here.settings.pieces_bytes_max, timedelta(days=here.settings.pieces_days_max).total_seconds())
    gone = [piece for piece in shelf.to_go(idle, busy_bytes, bounds, now_s) if _remove(here, piece)]
    gone_bytes = sum(piece.bytes for piece in gone)
    return Report(len(found) - len(gone), sum(piece.bytes for piece in found) - gone_bytes, len(gone), gone_bytes)


def delete_projects(session: Session, now: datetime) -> None:
    """What has lain in the trash for long goes for good, with its films. The clock calls this."""
    here, gone = house(), projects.expired(session, now)
    names = exports.files_under(session, gone)
    projects.delete_all(session, gone)
    session.flush()
    here.storage.remove(*(artefacts.named(here.settings.artefacts, name) for name in names))


def _forget(here: House, now: datetime) -> None:
    """What rows say of sounds, of trashed material and of scenes that were paid for long ago; files follow the commit."""
    with here.database.transaction() as session:
        sounds = linking.forget_unused(session, now - timedelta(days=here.settings.pieces_days_max))
        asleep = library.put_to_sleep(session, now)
        settlement.forget_paid_scenes(session, now)
    root = here.settings.artefacts
    here.storage.remove(*(artefacts.place(root, digest, "wav") for digest in sounds))
    made = [part for part in Part if part is not Part.POSTER]
    here.storage.remove(*(material.place(root, digest, part) for digest in asleep for part in made))


def _remove_former(here: House) -> None:
    """Once in a home: pieces lay among the artefacts before they had a folder of their own, and nobody asks for those any more."""
    for ending in ("mp4", "m4a"):
        for path in here.settings.artefacts.glob(f"*/*.{ending}"):
            with suppress(FileNotFoundError):
                if ends_sealed(path):
                    path.unlink()


def _exporting(session: Session) -> set[str]:
    """Tenants for whom an export waits or is being made."""
    live = select(Job.tenant_id).where(Job.kind == exports.KIND).where(col(Job.state).in_((JobState.QUEUED, JobState.RUNNING)))
    return set(session.exec(live.distinct()))


def _tenant_folder(here: House, path: Path) -> Path:
    return here.settings.pieces / path.relative_to(here.settings.pieces).parts[0]


def _weighed(here: House, piece: Piece) -> Piece:
    """The mark of a preview's sound weighs as much as the sound."""
    if piece.path.suffix != shelf.MARK:
        return piece
    sound = _sound_of(here, piece.path)
    return replace(piece, bytes=sound.stat().st_size if sound.is_file() else 0)


def _sound_of(here: House, mark: Path) -> Path:
    return artefacts.place(here.settings.artefacts, mark.stem, previews.SOUND)


def _remove(here: House, piece: Piece) -> bool:
    """Remove it unless it was used since it was looked at."""
    with suppress(FileNotFoundError):
        stat = piece.path.stat()
        if max(stat.st_atime, stat.st_mtime) > piece.used_at_s:
            return False
        piece.path.unlink()
        if piece.path.suffix == shelf.MARK:
            here.storage.remove(_sound_of(here, piece.path))
        with suppress(OSError):
            piece.path.parent.rmdir()
    return True
