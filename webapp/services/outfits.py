"""Outfits: up to three sets of one presenter, of the same light, format and resolution; a scene chooses one."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models.columns import new_id
from webapp.models.job import Job
from webapp.models.presenter import Outfit, Presenter, PresenterState
from webapp.models.tenant import Tenant
from webapp.services import consents, jobs, presenters
from webapp.services.presenters import Findings

SETS_MAX: Final = 3
"""The first one included."""
NAME_LENGTH_MAX: Final = 100
KIND: Final = "outfit"


def new_outfit_id() -> str:
    """The id of a set to be."""
    return new_id()


def original_of(root: Path, presenter_id: str, outfit_id: str) -> Path:
    """Where the film or picture of a set lies."""
    return root / presenter_id / "originals" / outfit_id


def folder_of(root: Path, presenter: Presenter, outfit_id: str) -> Path:
    """Where a set's files lie: in its presenter's folder."""
    return presenters.folder_of(root, presenter.id, presenter.revision) / "sets" / outfit_id


def of(session: Session, presenter_ids: Sequence[str]) -> dict[str, list[Outfit]]:
    """The further sets of presenters, by presenter, in the order they were brought."""
    rows = session.exec(select(Outfit).where(col(Outfit.presenter_id).in_(presenter_ids)).order_by(col(Outfit.created_at), col(Outfit.id)))
    found: dict[str, list[Outfit]] = {}
    for row in rows:
        found.setdefault(row.presenter_id, []).append(row)
    return found


def ready(session: Session, presenter_ids: Sequence[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Ids and names of the further sets that can be used, by presenter."""
    found = of(session, presenter_ids)
    return {name: tuple((row.id, row.name) for row in rows if row.state is PresenterState.READY) for name, rows in found.items()}


def bring(session: Session, tenant: Tenant, presenter_id: str, outfit_id: str, *, name: str, now: datetime) -> tuple[Outfit, Job]:
    """A further set to be judged; ring for the job. Raises NotFound, Conflict `sets-full` or `presenter-unready`, Forbidden, Invalid."""
    presenter = presenters.find(session, tenant, presenter_id)
    if presenter.state is not PresenterState.READY:
        raise Conflict("presenter-unready", name=presenter.name)
    if code := consents.code_of(session, presenter):
        raise Forbidden(code, presenter=presenter_id, name=presenter.name)
    usable = [outfit for outfit in of(session, [presenter_id]).get(presenter_id, []) if outfit.state is not PresenterState.REFUSED]
    if len(usable) + 1 >= SETS_MAX:
        raise Conflict("sets-full", sets_max=SETS_MAX)
    title = name.strip()
    if not title or len(title) > NAME_LENGTH_MAX:
        raise Invalid("name", "outfit-name", length_max=NAME_LENGTH_MAX)
    outfit = Outfit(id=outfit_id, presenter_id=presenter_id, name=title, created_at=now)
    session.add(outfit)
    session.flush()
    return outfit, jobs.create(session, tenant.id, KIND, outfit.id, queue=presenters.queue_for(presenter.kind), now=now)


def to_be_judged(session: Session, outfit_id: str) -> tuple[Outfit, Presenter]:
    """The set that a worker is to judge, and whose it is. Raises NotFound, and Forbidden if the consent has ended."""
    outfit = session.get(Outfit, outfit_id)
    if outfit is None:
        raise NotFound
    return outfit, presenters.to_be_judged(session, outfit.presenter_id)


def judged(session: Session, outfit_id: str, findings: Findings) -> None:
    """Write the verdict on a set down."""
    outfit = session.get(Outfit, outfit_id)
    if outfit:
        outfit.state = PresenterState.REFUSED if findings.reasons else PresenterState.READY
        outfit.verdict = findings.as_json()
        session.add(outfit)
        session.flush()


def not_judged(session: Session, outfit_id: str, code: str) -> None:
    """The judging itself failed."""
    outfit = session.get(Outfit, outfit_id)
    if outfit:
        outfit.state, outfit.verdict = PresenterState.REFUSED, {"unjudged": code}
        session.add(outfit)
        session.flush()
