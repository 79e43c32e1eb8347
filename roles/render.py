"""The render role: an ordered export becomes a film, its captions and its cover.

Finished segments and sounds lie among the tenant's pieces under names that say what is in them, so an attempt after a killed one goes on
where that ended. The files of an export are named after the export: however often it is attempted, there is one of each.
"""

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
from sqlmodel import Session

from render import engine
from render.avatar.engine import WarpEngine
from render.engine import ExportResult
from render.graph.store import SegmentStore
from render.pixels.device import chosen
from render.ports.avatar import AvatarEngine
from render.ports.sources import Sources
from render.presets.exports import FILES, ExportPreset
from render.presets.platforms import OFFERED
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.resolve import resolve
from roles import passages
from roles.authority import authority
from roles.base import Running
from roles.house import House, house
from roles.sources import HouseSources
from webapp.errors import Forbidden
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.nudges import nudge_tenant
from webapp.providers.storage.port import Storage
from webapp.services import artefacts, consents, documents, exports, jobs, pieces, quotes
from webapp.services import mouths as outside_mouths
from webapp.settings import Settings

REPORT_EVERY_S: Final = 0.5
THREADS_MAX: Final = 4
FREE_BYTES_MIN: Final = 256 * 2**20
UNFINISHED_S: Final = 3600

log = structlog.get_logger("render")


@dataclass(frozen=True, slots=True)
class Order:
    """An export as it was ordered: everything that its files are made of."""

    export_id: str
    project_id: str
    title: str
    document: Document
    manifest: LinkManifest
    preset: ExportPreset
    extras: tuple[str, ...]
    outside: Mapping[str, str]
    """Whose mouths a server moves, and by which engine."""


@dataclass(frozen=True, slots=True)
class KeptByTurns(SegmentStore):
    """The store of an export that may have to wait after each piece that it has put there: what is kept is not lost, whoever goes on."""

    storage: Storage
    give_way: Callable[[], None]

    def has(self, name: str, suffix: str = ".mp4") -> bool:
        """Whether it is kept. What lies here and is not whole may be whole where it is kept."""
        path = self.path(name, suffix)
        pieces.note_use(path)
        return self.storage.bring(path) and (SegmentStore.has(self, name, suffix) or self._anew(name, suffix))

    def put(self, name: str, write: Callable[[Path], None], suffix: str = ".mp4") -> Path:
        """Put it there, then ask whose turn it is. Raises TurnOver."""
        made = SegmentStore.put(self, name, write, suffix)
        self.storage.keep(made)
        self.give_way()
        return made

    def _anew(self, name: str, suffix: str) -> bool:
        return self.storage.bring(self.path(name, suffix), anew=True) and SegmentStore.has(self, name, suffix)


def export(running: Running) -> None:
    """Make the files and settle, or raise what the job is to end with."""
    here = house()
    order = _take(running)
    _room(here.settings)
    passages.ensure(running, here, order.manifest, order.project_id)
    if running.claim.attempt > 1:
        _clear(here.settings.pieces / running.claim.tenant_id, time.time() - UNFINISHED_S)
    with _workplace(here, order.export_id, running.claim.fence) as folder:
        result = _make(running, here, order, folder)
        _settle(running, here, order, result)
    log.info("export done", export=order.export_id, rendered=result.segments_rendered, reused=result.segments_reused)
    nudge_tenant(running.claim.tenant_id, "export", order.export_id)


def threads(cores: int, document: Document) -> int:
    """How many segments one export draws at once: one for two cores, since what is drawn is encoded beside it; four at most.

    A presenter takes longer to draw than to encode: two draw her even on two cores. Each takes a quarter of a gigabyte, and more are
    waited for by few segments.
    """
    least = 2 if consents.shows_anybody(document) else 1
    return min(cores, max(least, min(THREADS_MAX, cores // 2)))


def avatars(settings: Settings) -> AvatarEngine:
    """The embedded presenters' engine; rigs that it has computed are kept."""
    return WarpEngine(settings.models, settings.home / "rigs", chosen(settings.device))


@dataclass(slots=True)
class Reporter:
    """Writes how far the job is, not more often than somebody would look."""

    running: Running
    at_stage: Callable[[str], None]
    stage: str = ""
    spoken_at: float = field(default=float("-inf"))

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear of progress. Raises JobCancelled or JobLost where there is no more reason to work."""
        new = stage != self.stage
        if not new and time.monotonic() - self.spoken_at < REPORT_EVERY_S:
            return
        if new:
            self.at_stage(stage)
        self.stage, self.spoken_at = stage, time.monotonic()
        self.running.progress(stage, done, total)


def _take(running: Running) -> Order:
    """The order, and the export marked as being worked on by whoever holds the fence."""
    claim = running.claim
    with running.database.transaction() as session:
        jobs.progress(session, claim.job_id, claim.fence, stage="linking", done=0, total=1)
        row = exports.begin(session, claim.subject_id)
        project = session.get_one(Project, row.project_id)
        preset = OFFERED[row.preset]
        document = quotes.as_made(documents.at_revision(session, project, row.revision), row.variant, preset)
        permit(session, claim.tenant_id, document)
        manifest = quotes.manifest_from_json(row.manifest)
        outside = {} if row.own_mouths else outside_mouths.outside(session, claim.tenant_id, document)
    return Order(row.id, project.id, project.title or document.title, document, manifest, preset, tuple(row.extras.split()), outside)


def permit(session: Session, tenant_id: str, document: Document) -> None:
    """Refuse a likeness whose consent does not stand: pictures of it may still be kept from before. Raises Forbidden."""
    for refusal in consents.may_render(session, session.get_one(Tenant, tenant_id), document):
        raise Forbidden(refusal.code, presenter=refusal.name or refusal.presenter_id)


def _make(running: Running, here: House, order: Order, folder: Path) -> ExportResult:
    def at_stage(stage: str) -> None:
        if stage == "joining":
            with running.database.transaction() as session:
                jobs.progress(session, running.claim.job_id, running.claim.fence, stage=stage, done=0, total=1)
                exports.publish(session, order.export_id)

    sources = HouseSources(here, running.claim.tenant_id)
    store = KeptByTurns(here.settings.pieces / running.claim.tenant_id, here.storage, running.give_way)
    return engine.export(
        order.document,
        preset=order.preset,
        language=order.manifest.language,
        manifest=order.manifest,
        sources=sources,
        avatars=_cast(running, here, order, sources, store),
        store=store,
        out_folder=folder,
        extras=order.extras,
        authority=authority(here),
        producer=here.settings.producer,
        produce_id=order.export_id,
        device=chosen(here.settings.device),
        workers=threads(len(os.sched_getaffinity(0)), order.document),
        progress=Reporter(running, at_stage),
        cancelled=running.cancelled,
    )


def _cast(running: Running, here: House, order: Order, sources: Sources, store: SegmentStore) -> AvatarEngine:
    own = avatars(here.settings)
    if not order.outside:
        return own
    from roles import mouths  # noqa: PLC0415 - all that draws presenters comes with it, torch too

    return mouths.cast(running, here, mouths.Play(resolve(order.document, order.manifest), sources, order.outside), store, own)


def _settle(running: Running, here: House, order: Order, result: ExportResult) -> None:
    """Move the files to their places, take the hold and finish the job, all under the job's fence: whoever has lost it moves nothing."""
    made = {"video": result.mp4, "srt": result.srt, "vtt": result.vtt, "cover": result.cover} | dict(result.extras)
    facts = {
        "bytes": result.mp4.stat().st_size,
        "frame_count": result.frame_count,
        "segments_rendered": result.segments_rendered,
        "segments_reused": result.segments_reused,
    }
    for path in made.values():
        here.storage.keep(path)
    with running.database.transaction() as session:
        running.finish(session)
        permit(session, running.claim.tenant_id, order.document)
        names = {kind: _move(here, order.export_id, kind, path) for kind, path in made.items()}
        exports.complete(session, order.export_id, names | facts, result.duration // 240)


def _move(here: House, export_id: str, kind: str, made: Path) -> str:
    target = artefacts.place(here.settings.artefacts, codec.digest({"export": export_id, "file": kind}), FILES[kind])
    here.storage.move(made, target)
    return target.name


@contextmanager
def _workplace(here: House, export_id: str, fence: int) -> Iterator[Path]:
    """A folder for this attempt, gone at its end; those that killed attempts left go now."""
    root = here.settings.home / "work"
    here.storage.remove_folders(root, f"{export_id}-")
    folder = root / f"{export_id}-{fence}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(folder: Path, before: float) -> None:
    """Remove what a killed attempt was writing. Nothing alive leaves a file it is writing untouched for so long."""
    for path in folder.glob("*/.*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


def _room(settings: Settings) -> None:
    """Say at once, and not after all pictures are drawn, that the disk is full."""
    settings.home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.home).free < FREE_BYTES_MIN:
        raise OSError(errno.ENOSPC, "too little room for an export")
