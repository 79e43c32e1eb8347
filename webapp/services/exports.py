"""Exports: quoted, held, queued, running, publishing, and then done, failed or cancelled.

Functions that settle or end something do it in the caller's transaction, together with the change of state: there is never a hold without
its export, nor a film that nobody paid for. Where both rows are locked, the job is the first.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from render.presets.exports import FILES
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.job import Job, JobState
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import jobs, projects, settlement

KIND: Final = "export"
QUEUE: Final = "render"
ATTEMPTS_MAX: Final = 3
SHOWN_MAX: Final = 50
TOGETHER_MAX: Final = 50
QUOTES_KEPT: Final = timedelta(days=1)

_KEY: Final = re.compile(r"[0-9a-f]{32}")

_WAY_OUT: Final = frozenset({ExportState.FAILED, ExportState.CANCELLED})
TRANSITIONS: Final[Mapping[ExportState, frozenset[ExportState]]] = {
    ExportState.QUOTED: frozenset({ExportState.HELD, ExportState.CANCELLED}),
    ExportState.HELD: _WAY_OUT | {ExportState.QUEUED},
    ExportState.QUEUED: _WAY_OUT | {ExportState.RUNNING},
    ExportState.RUNNING: _WAY_OUT | {ExportState.PUBLISHING},
    ExportState.PUBLISHING: _WAY_OUT | {ExportState.RUNNING, ExportState.DONE},
    ExportState.DONE: frozenset(),
    ExportState.FAILED: frozenset(),
    ExportState.CANCELLED: frozenset(),
}
"""Where an export may go from where it stands. A new attempt begins again from wherever the last one was left."""

_COPIED: Final = ("tenant_id", "project_id", "revision", "language", "preset", "variant", "extras", "manifest", "quote")

ENDED: Final = frozenset(state for state, ways in TRANSITIONS.items() if not ways)


class OutOfTurn(Conflict):
    """The export cannot go there from where it stands."""

    default_code = "export-out-of-turn"


@dataclass(frozen=True, slots=True)
class Told:
    """An export with what is told of it: its project, and its job once there is one."""

    export: Export
    project: Project
    job: Job | None


def moved(state: ExportState, to: ExportState) -> ExportState:
    """`to`, if the export may go there; to stay is always allowed. Raises OutOfTurn."""
    if to is not state and to not in TRANSITIONS[state]:
        raise OutOfTurn(state=state.value, to=to.value)
    return to


def find(session: Session, tenant: Tenant, export_id: str) -> Export:
    """One of the tenant's exports. Raises NotFound, for another tenant's as for none."""
    export = session.exec(select(Export).where(Export.id == export_id, Export.tenant_id == tenant.id)).first()
    if export is None:
        raise NotFound
    return export


def tell(session: Session, tenant_id: str, export_id: str) -> Told:
    """One export with what is told of it, for a tenant who may be known by id only. Raises NotFound."""
    row = session.exec(_telling(tenant_id).where(Export.id == export_id)).first()
    if row is None:
        raise NotFound
    return Told(*row)


def all_of(session: Session, tenant: Tenant, project_id: str = "") -> list[Told]:
    """What the tenant ordered, the newest first; of one project, or of all."""
    query = _telling(tenant.id).where(Export.state != ExportState.QUOTED)
    if project_id:
        query = query.where(Export.project_id == project_id)
    newest = query.order_by(col(Export.created_at).desc(), col(Export.id)).limit(SHOWN_MAX)
    return [Told(*row) for row in session.exec(newest)]


def order(session: Session, tenant: Tenant, export_id: str, now: datetime, *, user_id: str | None = None) -> Export:
    """Confirm a quote for whoever is to account for it: hold what it says and make the job. Ring for the job after the commit.

    Once: confirming again changes nothing. Raises NotFound and Insufficient.
    """
    export = _locked(session, tenant, export_id)
    if export.state is not ExportState.QUOTED:
        return export
    _move(session, export, ExportState.HELD)
    export.settlement_ref = settlement.chosen().hold(session, tenant, export, user_id=user_id, now=now)
    job = jobs.create(session, tenant.id, KIND, export.id, queue=QUEUE, attempts_max=ATTEMPTS_MAX, now=now)
    export.job_id, export.created_at = job.id, now
    return _move(session, export, ExportState.QUEUED)


def order_all(
    session: Session, tenant: Tenant, project_id: str, export_ids: Sequence[str], now: datetime, *, user_id: str | None = None
) -> list[Export]:
    """Confirm several quotes of a project, all or none; they are made in this order. Raises Invalid for too many, else as `order`."""
    projects.find(session, tenant, project_id)
    if not 0 < len(export_ids) <= TOGETHER_MAX:
        raise Invalid("export", "exports-too-many", most=TOGETHER_MAX)
    return [order(session, tenant, export_id, now, user_id=user_id) for export_id in dict.fromkeys(export_ids)]


def retry(
    session: Session, tenant: Tenant, export_id: str, *, key: str, now: datetime, user_id: str | None = None, own_mouths: bool = False
) -> Export:
    """Order the same again as a new export called `key`, which the page made: sent twice, it is one order.

    With `own_mouths` the studio's own engine moves those that a server was to move.

    It costs what the first one was quoted at, less what was paid for meanwhile. Raises Invalid, OutOfTurn and Insufficient.
    """
    if not _KEY.fullmatch(key):
        raise Invalid("key")
    old = find(session, tenant, export_id)
    projects.find(session, tenant, old.project_id)
    if session.get(Export, key) is not None:
        return find(session, tenant, key)
    if old.state not in _WAY_OUT:
        raise OutOfTurn(state=old.state.value)
    copied = {name: getattr(old, name) for name in _COPIED}
    session.add(Export(id=key, created_at=now, own_mouths=own_mouths, **copied))
    session.flush()
    return order(session, tenant, key, now, user_id=user_id)


def cancel(session: Session, tenant: Tenant, export_id: str, now: datetime) -> Export:
    """Stop the export: at once while nobody works on it, else at its worker's next look. An ended one stays as it ended."""
    export = find(session, tenant, export_id)
    if export.job_id is None:
        export = _locked(session, tenant, export_id)
    if export.state in ENDED:
        return export
    if export.job_id is None:
        return _end(session, export, ExportState.CANCELLED, now)
    ended(session, jobs.cancel(session, tenant, export.job_id, now=now))
    return export


def pause(session: Session, tenant: Tenant, export_id: str) -> Export:
    """Let it wait until it is resumed; one that is being made stops after the piece that is being drawn. Raises NotFound."""
    return _with_job(find(session, tenant, export_id), lambda job_id: jobs.pause(session, tenant, job_id))


def resume(session: Session, tenant: Tenant, export_id: str, now: datetime) -> Export:
    """Go on with it. Ring for its job after the commit. Raises NotFound."""
    return _with_job(find(session, tenant, export_id), lambda job_id: jobs.resume(session, tenant, job_id, now))


def pause_all(session: Session, tenant: Tenant, project_id: str = "") -> None:
    """Let everything wait that was ordered and is not made yet: of one project, or of all."""
    for told in _in_hand(session, tenant, project_id):
        pause(session, tenant, told.export.id)


def resume_all(session: Session, tenant: Tenant, now: datetime, project_id: str = "") -> list[Told]:
    """Go on with everything; ring for the jobs of what is returned, after the commit."""
    found = _in_hand(session, tenant, project_id)
    for told in found:
        resume(session, tenant, told.export.id, now)
    return found


def put_first(session: Session, tenant: Tenant, export_id: str) -> Export:
    """Make it before the tenant's other waiting ones. Raises NotFound."""
    return _with_job(find(session, tenant, export_id), lambda job_id: jobs.put_first(session, tenant, job_id))


def begin(session: Session, export_id: str) -> Export:
    """A worker has it. Whoever called holds the job's fence in this transaction."""
    return _move(session, session.get_one(Export, export_id), ExportState.RUNNING)


def publish(session: Session, export_id: str) -> Export:
    """All pictures are drawn; what is left takes seconds."""
    return _move(session, session.get_one(Export, export_id), ExportState.PUBLISHING)


def complete(session: Session, export_id: str, files: dict[str, Any], milliseconds: int, now: datetime | None = None) -> Export:
    """The files stand in their places: take the hold and be done."""
    export = session.get_one(Export, export_id, with_for_update=True)
    moment = now or utc_now()
    settlement.chosen().capture(session, export, milliseconds, moment)
    export.files, export.finished_at = files, moment
    return _move(session, export, ExportState.DONE)


def ended(session: Session, job: Job) -> None:
    """The job failed or was cancelled: give the hold back and say so. Called in the job's own transaction."""
    export = session.get(Export, job.subject_id, with_for_update=True, populate_existing=True)
    if export is None or export.state in ENDED or job.state not in {JobState.FAILED, JobState.CANCELLED}:
        return
    to = ExportState.CANCELLED if job.state is JobState.CANCELLED else ExportState.FAILED
    _end(session, export, to, job.finished_at or utc_now())


def forget_quotes(session: Session, now: datetime) -> None:
    """Quotes that nobody confirmed. The clock calls this."""
    stale = sa.delete(Export).where(col(Export.state) == ExportState.QUOTED, col(Export.created_at) < now - QUOTES_KEPT)
    session.execute(stale)


def file_of(export: Export, name: str) -> str:
    """The artefact behind one of a done export's files, by its kind (`FILES`). Raises NotFound."""
    artefact = export.files.get(name) if export.state is ExportState.DONE and name in FILES else None
    if artefact is None:
        raise NotFound
    return str(artefact)


def files_under(session: Session, project_ids: Sequence[str]) -> list[str]:
    """The artefacts of all finished exports of projects: they may go when the projects have gone."""
    found = session.exec(select(Export.files).where(col(Export.project_id).in_(project_ids), Export.state == ExportState.DONE))
    return [str(name) for files in found for kind, name in files.items() if kind in FILES]


def _telling(tenant_id: str) -> Any:
    """Exports with project and job; the manifest, which is long, stays where it is."""
    rows = select(Export, Project, Job).join(Project, col(Project.id) == Export.project_id).outerjoin(Job, col(Job.id) == Export.job_id)
    return rows.where(Export.tenant_id == tenant_id).options(defer(Export.manifest))  # type: ignore[arg-type]


def _locked(session: Session, tenant: Tenant, export_id: str) -> Export:
    query = select(Export).where(Export.id == export_id, Export.tenant_id == tenant.id).with_for_update()
    export = session.exec(query.execution_options(populate_existing=True)).first()
    if export is None:
        raise NotFound
    return export


def _in_hand(session: Session, tenant: Tenant, project_id: str) -> list[Told]:
    return [told for told in all_of(session, tenant, project_id) if told.export.state not in ENDED]


def _with_job(export: Export, act: Callable[[str], Job]) -> Export:
    """Do it to the export's job, which a quote has none of and an ended export needs no more."""
    if export.job_id is not None and export.state not in ENDED:
        act(export.job_id)
    return export


def _end(session: Session, export: Export, to: ExportState, now: datetime) -> Export:
    if export.settlement_ref:
        settlement.chosen().release(session, export, now)
    export.finished_at = now
    return _move(session, export, to)


def _move(session: Session, export: Export, to: ExportState) -> Export:
    export.state = moved(export.state, to)
    session.add(export)
    session.flush()
    return export
