"""The shelf of projects: what is looked for on it, a copy of one, how long each film is, or about how long while words are unvoiced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from render.errors import DocumentRefused
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND
from webapp.models.export import Export, ExportState
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import documents, linking, listing, projects
from webapp.services.listing import Order

PAGE_ROWS: Final = 36
WORDS_MAX: Final = 8

_KEPT_MAX: Final = 2_000
_kept: Final[dict[tuple[str, int], "Length"]] = {}
"""Exact lengths by project and revision: neither changes any more."""


@dataclass(frozen=True, slots=True)
class Length:
    """A film's length in whole seconds; estimated while not all of its words are voiced."""

    seconds: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words of the title, a folder by id (or any), in the trash or out of it."""

    words: str = ""
    folder: str = ""
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some projects, the one changed last first, and the place where more of them begin; empty when there are none."""

    projects: tuple[Project, ...]
    following: str


def search(session: Session, tenant: Tenant, wanted: Wanted, after: str = "") -> Shelf:
    """One page of what is looked for. Raises Invalid for a place that is none."""
    trashed = col(Project.trashed_at)
    query = sa.select(Project).where(col(Project.tenant_id) == tenant.id, trashed.is_not(None) if wanted.trashed else trashed.is_(None))
    if wanted.folder:
        query = query.where(col(Project.folder_id) == wanted.folder)
    for word in wanted.words.split()[:WORDS_MAX]:
        query = query.where(col(Project.title).icontains(word, autoescape=True))
    order = Order(cast("sa.ColumnElement[datetime]", Project.updated_at), cast("sa.ColumnElement[str]", Project.id), descending=True)
    page = listing.read(session, query, order, after=after, size=PAGE_ROWS)
    return Shelf(tuple(row[0] for row in page.rows), page.following)


def duplicate(session: Session, tenant: Tenant, project_id: str, title: str, now: datetime) -> Project:
    """A project of its own that begins with the document of another as it stands, in the same folder. Raises NotFound and Invalid."""
    loaded = documents.current(session, tenant, project_id)
    document = loaded.document.model_copy(update={"title": projects.tidy_title(title)})
    copied = projects.keep(session, tenant, document, now)
    copied.folder_id = loaded.project.folder_id
    session.flush()
    return copied


def covers(session: Session, found: Iterable[Project]) -> dict[str, str]:
    """The newest finished export of each project that has one, by the project's id: its cover is the project's picture."""
    query = select(Export.project_id, Export.id).where(col(Export.project_id).in_([project.id for project in found]))
    rows = session.exec(query.where(Export.state == ExportState.DONE).order_by(col(Export.finished_at)))
    return dict(rows.all())


def lengths(session: Session, found: Iterable[Project]) -> dict[str, Length]:
    """The length of each project, by id; a project whose document cannot be read has none."""
    measured = ((project.id, _length(session, project)) for project in found)
    return {project_id: length for project_id, length in measured if length}


def _length(session: Session, project: Project) -> Length | None:
    key = (project.id, project.revision)
    if key in _kept:
        return _kept[key]
    try:
        length = _measured(session, project)
    except DocumentRefused:
        return None
    if not length.estimated:
        _keep(key, length)
    return length


def _measured(session: Session, project: Project) -> Length:
    document = documents.at_revision(session, project, project.revision)
    manifest = linking.gather(session, document, document.language, tenant_id=project.tenant_id).manifest
    seconds = round(resolve(document, manifest).duration / TICKS_PER_SECOND)
    return Length(seconds, any(block.times.estimated for block in manifest.blocks.values()))


def _keep(key: tuple[str, int], length: Length) -> None:
    _kept[key] = length
    while len(_kept) > _KEPT_MAX:
        _kept.pop(next(iter(_kept)), None)
