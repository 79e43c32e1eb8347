"""Takeouts: a copy of a tenant's own data, packed by a worker, to be fetched for a week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, SQLModel, col, select

from render.errors import DocumentRefused
from render.timeline import codec
from webapp.errors import Conflict, NotFound
from webapp.models.asset import Asset
from webapp.models.deletion import Takeout
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.ledger import Journal
from webapp.models.presenter import Consent, Presenter
from webapp.models.project import Project
from webapp.models.spoken import SpokenConsent
from webapp.models.tenant import Tenant
from webapp.models.voice import LexiconEntry
from webapp.services import documents, export_links, jobs, statements

KIND: Final = "takeout"
LIFE: Final = timedelta(days=7)
EXTENSION: Final = "zip"

_ASSET: Final = ("digest", "kind", "media_type", "name", "bytes", "width_px", "height_px", "created_at", "trashed_at")
_CONSENT: Final = (
    "subject_name",
    "statement",
    "statement_digest",
    "language",
    "evidence",
    "scope",
    "created_at",
    "expires_at",
    "revoked_at",
)
_SPOKEN: Final = ("consent_id", "language", "sentence", "recording_digest", "state", "created_at", "heard_at")
_PRESENTER: Final = ("id", "name", "kind", "state", "revision", "created_at")
_WORD: Final = ("language", "written", "said", "created_at")
_EXPORT: Final = ("id", "project_id", "revision", "language", "preset", "variant", "extras", "state", "created_at", "finished_at")


@dataclass(frozen=True, slots=True)
class Told:
    """A takeout and the job that packs it, as a page shows them."""

    takeout: Takeout
    job: Job | None

    @property
    def ready(self) -> bool:
        """Whether it can be fetched."""
        return bool(self.takeout.file)

    @property
    def working(self) -> bool:
        """Whether it is still being packed."""
        return not self.ready and self.job is not None and self.job.state not in jobs.ENDED


@dataclass(frozen=True, slots=True)
class Member:
    """A file to be copied into the package: its name there, and the digest of the original or the name of the artefact."""

    name: str
    original: str = ""
    artefact: str = ""


def ask(session: Session, tenant: Tenant, user_id: str, now: datetime) -> Job:
    """Have everything packed; ring for the job after the commit. Raises Conflict `takeout-working` while one is on its way."""
    newest = latest(session, tenant)
    if newest is not None and newest.working:
        raise Conflict("takeout-working")
    takeout = Takeout(tenant_id=tenant.id, user_id=user_id, created_at=now)
    session.add(takeout)
    session.flush()
    job = jobs.create(session, tenant.id, KIND, takeout.id, queue=jobs.LONG, now=now)
    takeout.job_id = job.id
    session.flush()
    return job


def latest(session: Session, tenant: Tenant) -> Told | None:
    """The tenant's newest package."""
    rows = select(Takeout, Job).outerjoin(Job, col(Job.id) == col(Takeout.job_id)).where(Takeout.tenant_id == tenant.id)
    row = session.exec(rows.order_by(col(Takeout.created_at).desc(), col(Takeout.id))).first()
    return Told(*row) if row else None


def find(session: Session, tenant: Tenant, takeout_id: str, now: datetime) -> Takeout:
    """One that is packed and may still be fetched. Raises NotFound."""
    takeout = session.exec(select(Takeout).where(Takeout.id == takeout_id, Takeout.tenant_id == tenant.id)).first()
    if takeout is None or not takeout.file or (takeout.expires_at and takeout.expires_at <= now):
        raise NotFound
    return takeout


def digest_of(takeout_id: str) -> str:
    """The name of the package among the artefacts: however often it is packed, there is one."""
    return codec.digest({"takeout": takeout_id})


def packed(session: Session, takeout_id: str, size_bytes: int, now: datetime) -> None:
    """It stands in its place. Raises NotFound where it is wanted no more."""
    takeout = session.get(Takeout, takeout_id)
    if takeout is None:
        raise NotFound
    takeout.file, takeout.bytes, takeout.expires_at = f"{digest_of(takeout_id)}.{EXTENSION}", size_bytes, now + LIFE
    session.add(takeout)
    session.flush()


def forget_expired(session: Session, now: datetime) -> list[str]:
    """Packages whose week is over; the artefacts that may go."""
    old = session.exec(select(Takeout).where(col(Takeout.expires_at) <= now)).all()
    for takeout in old:
        session.delete(takeout)
    session.flush()
    return [takeout.file for takeout in old]


def project_ids(session: Session, tenant_id: str) -> list[str]:
    """The tenant's projects, those in the trash too."""
    return list(session.exec(select(Project.id).where(Project.tenant_id == tenant_id).order_by(col(Project.created_at), col(Project.id))))


def document_of(session: Session, project_id: str) -> tuple[str, bytes] | None:
    """A name for a project's newest document, and the document; None for one that cannot be read."""
    project = session.get(Project, project_id)
    try:
        return (
            None
            if project is None
            else (_named(project.title, project.id), codec.write(documents.at_revision(session, project, project.revision)))
        )
    except DocumentRefused:
        return None


def lists(session: Session, tenant_id: str) -> dict[str, list[dict[str, Any]]]:
    """What is told of everything else, by the name of its list."""
    return {
        "material": _rows(session, Asset, tenant_id, _ASSET),
        "presenters": _rows(session, Presenter, tenant_id, _PRESENTER),
        "consents": _rows(session, Consent, tenant_id, _CONSENT),
        "consents read aloud": _rows(session, SpokenConsent, tenant_id, _SPOKEN),
        "lexicon": _rows(session, LexiconEntry, tenant_id, _WORD),
        "exports": _rows(session, Export, tenant_id, _EXPORT),
    }


def members(session: Session, tenant_id: str) -> list[Member]:
    """Files to be packed: originals as they were brought, and finished films with their captions."""
    assets = session.exec(select(Asset).where(Asset.tenant_id == tenant_id).order_by(col(Asset.created_at), col(Asset.id)))
    brought = [Member(f"material/{_file(asset.digest, asset.name)}", original=asset.digest) for asset in assets]
    rows = session.exec(
        select(Export, Project.title)
        .join(Project)
        .where(Export.tenant_id == tenant_id, Export.state == ExportState.DONE)
        .order_by(col(Export.id))
    )
    return brought + [Member(f"exports/{name}", artefact=artefact) for export, title in rows for name, artefact in _films(export, title)]


def months(session: Session, tenant_id: str) -> list[str]:
    """The months in which something was written in the tenant's book, as statements are called."""
    moments = session.exec(select(Journal.posted_at).where(Journal.tenant_id == tenant_id))
    return sorted({f"{moment:%Y-%m}" for moment in moments})


def statement(session: Session, tenant_id: str, month: str) -> str:
    """The month's statement, a line of JSON each."""
    return "".join(f"{line}\n" for line in statements.lines(session, session.get_one(Tenant, tenant_id), month))


def _films(export: Export, title: str) -> Iterator[tuple[str, str]]:
    for kind in ("video", "srt", "vtt"):
        if artefact := export.files.get(kind):
            extension = str(artefact).partition(".")[2]
            yield f"{export.id[:8]} {export_links.file_name(title, export.preset, export.language, extension)}", str(artefact)


def _rows(session: Session, model: type[SQLModel], tenant_id: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    owner = model.__table__.c.tenant_id  # type: ignore[attr-defined]
    return [row.model_dump(mode="json", include=set(columns)) for row in session.exec(select(model).where(owner == tenant_id))]


def _named(title: str, project_id: str) -> str:
    return f"{project_id[:8]} {export_links.tidy(title)}.json"


def _file(digest: str, name: str) -> str:
    return f"{digest[:8]} {export_links.tidy(name)}"
