"""Projects of a tenant: find, start, throw away, take back, delete. Another title is an edit (`editing.rename`)."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Session, col, select

from render.errors import DocumentRefused
from render.timeline import codec, starters
from render.timeline.document import Canvas, Document
from webapp.errors import Invalid, NotFound
from webapp.models.project import Project, Snapshot
from webapp.models.tenant import Tenant
from webapp.services import presenters
from webapp.services.presenters import Offered

TITLE_LENGTH_MAX: Final = 200
TRASH_LIFE: Final = timedelta(days=30)
EXPIRED_AT_ONCE: Final = 200
FRAME_RATES: Final = (24, 25, 30, 50, 60)
LANGUAGES: Final = ("zh", "en")
SHAPES: Final = {
    "9:16": (1080, 1920),
    "16:9": (1920, 1080),
    "1:1": (1080, 1080),
    "3:4": (1080, 1440),
    "4:5": (1080, 1350),
}
"""Pixels at 1080p class, by the shape's name."""

VOICES: Final = {
    ("zh", "female"): "zf_xiaobei",
    ("zh", "male"): "zm_yunxi",
    ("en", "female"): "af_heart",
    ("en", "male"): "am_michael",
}
"""The voice a project starts with, by language and the presenter's sex."""


_FOUND: Final = select(Project).where(
    Project.id == sa.bindparam("project_id"), Project.tenant_id == sa.bindparam("tenant_id"), col(Project.trashed_at).is_(None)
)
"""Made once: building this question takes longer than asking it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants of a new project, as the form has it."""

    title: str = ""
    shape: str = "9:16"
    frame_rate: str = "25"
    language: str = "zh"
    presenter: str = ""
    script: str = ""


def find(session: Session, tenant: Tenant, project_id: str, *, held: bool = False) -> Project:
    """One project of the tenant; `held` as it stands now, and against other writers until the transaction ends.

    Raises NotFound, for another tenant's as for none.
    """
    query = _FOUND.with_for_update().execution_options(populate_existing=True) if held else _FOUND
    project = session.exec(query, params={"project_id": project_id, "tenant_id": tenant.id}).first()
    if project is None:
        raise NotFound
    return project


def start(session: Session, tenant: Tenant, wishes: Wishes, now: datetime) -> Project:
    """Make a project from a script: revision 0 and its snapshot. Raises Invalid."""
    document = first_document(wishes, _presenter(session, tenant, wishes.presenter))
    return keep(session, tenant, document, now)


def keep(session: Session, tenant: Tenant, document: Document, now: datetime) -> Project:
    """Make a project that starts with `document`."""
    canvas = document.canvas.model_dump(mode="json")
    project = Project(tenant_id=tenant.id, title=document.title, language=document.language, canvas=canvas, created_at=now, updated_at=now)
    session.add(project)
    session.flush()
    session.add(Snapshot(project_id=project.id, revision=0, document=codec.write(document).decode(), created_at=now))
    session.flush()
    return project


def throw_away(session: Session, tenant: Tenant, project_id: str, now: datetime) -> None:
    """Put a project into the trash, where it stays for `TRASH_LIFE`. Raises NotFound."""
    find(session, tenant, project_id).trashed_at = now
    session.flush()


def take_back(session: Session, tenant: Tenant, project_id: str) -> None:
    """Out of the trash, into the folder it lay in. Raises NotFound for one that is not there."""
    _find_trashed(session, tenant, project_id).trashed_at = None
    session.flush()


def delete(session: Session, tenant: Tenant, project_id: str) -> None:
    """For good, out of the trash, with its exports: a film that nobody can find needs no place. Raises NotFound."""
    session.delete(_find_trashed(session, tenant, project_id))
    session.flush()


def expired(session: Session, now: datetime) -> list[str]:
    """Projects that have lain in the trash for `TRASH_LIFE`, some at a time."""
    return list(session.exec(select(Project.id).where(col(Project.trashed_at) <= now - TRASH_LIFE).limit(EXPIRED_AT_ONCE)))


def delete_all(session: Session, project_ids: Sequence[str]) -> None:
    """These go for good, whosever they are."""
    session.execute(sa.delete(Project).where(col(Project.id).in_(project_ids)))


def _find_trashed(session: Session, tenant: Tenant, project_id: str) -> Project:
    query = select(Project).where(Project.id == project_id, Project.tenant_id == tenant.id, col(Project.trashed_at).is_not(None))
    project = session.exec(query).first()
    if project is None:
        raise NotFound
    return project


def first_document(wishes: Wishes, person: Offered) -> Document:
    """The document that a project starts with, presented by `person`. Raises Invalid for the first wish that cannot be had."""
    canvas = _canvas(wishes)
    if wishes.language not in LANGUAGES:
        raise Invalid("language", "language-unknown")
    script = _plain(wishes.script)
    voice = VOICES[wishes.language, person.sex]
    title = tidy_title(wishes.title) or _opening(script)
    try:
        return starters.from_script(script, canvas=canvas, language=wishes.language, voice=voice, presenter=person.id, title=title)
    except DocumentRefused as error:
        raise Invalid("script", error.reason, **error.facts) from error
    except ValidationError as error:
        raise Invalid("script", "script-broken") from error


def _canvas(wishes: Wishes) -> Canvas:
    if wishes.shape not in SHAPES:
        raise Invalid("shape", "canvas-unknown")
    rate = next((rate for rate in FRAME_RATES if str(rate) == wishes.frame_rate), None)
    if rate is None:
        raise Invalid("frame_rate", "rate-unknown")
    width_px, height_px = SHAPES[wishes.shape]
    return Canvas.model_validate({"width_px": width_px, "height_px": height_px, "frame_rate": rate})


def _presenter(session: Session, tenant: Tenant, presenter_id: str) -> Offered:
    try:
        return presenters.offer(session, tenant, presenter_id)
    except NotFound as error:
        raise Invalid("presenter", "presenter-unknown") from error


def tidy_title(text: str) -> str:
    """A title on one line, without what no person types. Raises Invalid `title-long`."""
    title = " ".join(_plain(text).split())
    if len(title) > TITLE_LENGTH_MAX:
        raise Invalid("title", "title-long", length_max=TITLE_LENGTH_MAX)
    return title


def _opening(script: str) -> str:
    """The script's first words, for a project without a title."""
    first = next((line.strip() for line in script.splitlines() if line.strip()), "")
    return first if len(first) <= 40 else first[:39] + "…"  # noqa: PLR2004 - about what a card shows


def _plain(text: str) -> str:
    r"""`text` with line breaks as \n and without what no person types: control characters and halves of surrogate pairs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"})
