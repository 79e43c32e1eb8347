"""Deletions: a tenant's data go when it asks for it, after a time in which the wish can be taken back.

A person asks for her own account and decides alone. For an enterprise its administrator asks, and the operator's staff agree
(`approvals`). Then `GRACE` runs; what is left to do is a job's (`roles.erasure`), which the clock begins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.approval import Approval, ApprovalState
from webapp.models.asset import Asset
from webapp.models.deletion import Deletion, DeletionState
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.presenter import Presenter
from webapp.models.project import Project
from webapp.models.share import Share
from webapp.models.staff import StaffRole
from webapp.models.tenant import Membership, Role, Tenant, TenantKind
from webapp.models.voice import LexiconEntry
from webapp.services import approvals, audit, jobs
from webapp.services.approvals import Request
from webapp.services.audit import Actor, Subject

GRACE: Final = timedelta(days=14)
KIND: Final = "erasure"
APPROVAL: Final = "deletion"
_WAITING: Final = (DeletionState.ASKED, DeletionState.DUE)


@dataclass(frozen=True, slots=True)
class Belongings:
    """What would go: how many there are of each, and the bytes of the originals."""

    projects: int
    assets: int
    bytes: int
    exports: int
    shares: int
    presenters: int
    words: int
    people: int


def belongings(session: Session, tenant: Tenant) -> Belongings:
    """What the tenant has."""
    return Belongings(
        projects=_count(session, Project, tenant),
        assets=_count(session, Asset, tenant),
        bytes=int(session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Asset.bytes), 0)).where(col(Asset.tenant_id) == tenant.id)) or 0),
        exports=_count(session, Export, tenant, col(Export.state) == ExportState.DONE),
        shares=_count(session, Share, tenant, col(Share.revoked_at).is_(None)),
        presenters=_count(session, Presenter, tenant),
        words=_count(session, LexiconEntry, tenant),
        people=_count(session, Membership, tenant),
    )


def ask(session: Session, actor: Actor, tenant: Tenant, typed: str, now: datetime) -> Deletion:
    """Somebody who decides for a tenant asks for everything of it to go; `typed` is its name, as proof that it is meant.

    Raises Invalid `deletion-name`, Conflict `deletion-asked`, and Conflict `deletion-rules` for a person who has companies or work at the
    operator's: those are handed over first.
    """
    if " ".join(typed.split()) != " ".join(tenant.name.split()):
        raise Invalid("name", "deletion-name", name=tenant.name)
    own = tenant.kind is TenantKind.PERSONAL
    if own and (named := ruled_by(session, actor.user_id)):
        raise Conflict("deletion-rules", names=", ".join(other.name for other in named))
    deletion = _opened(session, tenant, actor.user_id, now, own=own)
    if not own:
        approvals.ask(session, actor, Request(APPROVAL, deletion.id, (StaffRole.SALES,), tenant.id), now)
    audit.note(session, actor, "deletion.asked", _subject(tenant), now)
    return deletion


def ruled_by(session: Session, user_id: str) -> list[Tenant]:
    """The tenants that would be left without their administrator or staff if this person went."""
    own = select(Tenant).join(Membership).where(Membership.user_id == user_id, Tenant.kind != TenantKind.PERSONAL)
    return list(session.exec(own.where(sa.or_(col(Membership.role) == Role.ADMIN, col(Tenant.kind) == TenantKind.OPERATOR))))


def standing(session: Session, tenant_id: str) -> Deletion | None:
    """The deletion that waits or is being done; the tenant's people are told of it on every page."""
    return session.exec(_open_of(tenant_id)).first()


def latest(session: Session, tenant_id: str) -> Deletion | None:
    """The tenant's newest deletion, whatever became of it."""
    return session.exec(select(Deletion).where(Deletion.tenant_id == tenant_id).order_by(col(Deletion.asked_at).desc())).first()


def take_back(session: Session, actor: Actor, tenant: Tenant, now: datetime) -> None:
    """Nothing is to be deleted after all. Raises NotFound where nothing is, and Conflict `deletion-begun` once it has begun."""
    deletion = session.exec(_open_of(tenant.id).with_for_update()).first()
    if deletion is None:
        raise NotFound
    if deletion.state not in _WAITING:
        raise Conflict("deletion-begun")
    _end(session, deletion, DeletionState.TAKEN_BACK, now)
    request = _request(session, deletion)
    if request is not None and request.state is ApprovalState.OPEN:
        request.state, request.decided_at = ApprovalState.WITHDRAWN, now
        session.add(request)
        session.flush()
    audit.note(session, actor, "deletion.taken-back", _subject(tenant), now)


def follow(session: Session, now: datetime) -> None:
    """Hear what the operator's staff decided, and begin what is due. The clock calls this; the sweeper rings for the jobs."""
    for deletion in session.exec(select(Deletion).where(Deletion.state == DeletionState.ASKED)).all():
        _hear(session, deletion, now)
    begun = sa.or_(
        col(Deletion.state) == DeletionState.ERASING,
        sa.and_(col(Deletion.state) == DeletionState.DUE, col(Deletion.due_at) <= now),
    )
    for deletion in session.exec(select(Deletion).where(begun)).all():
        if not _has_job(session, deletion):
            jobs.create(session, deletion.tenant_id, KIND, deletion.id, queue=jobs.LONG, now=now)


def begin(session: Session, deletion_id: str) -> Deletion:
    """A worker has it: from now on it cannot be taken back. Raises NotFound for one that was, in time."""
    deletion = session.get(Deletion, deletion_id, with_for_update=True, populate_existing=True)
    if deletion is None or deletion.state not in {DeletionState.DUE, DeletionState.ERASING}:
        raise NotFound
    deletion.state = DeletionState.ERASING
    session.add(deletion)
    session.flush()
    return deletion


def done(session: Session, deletion_id: str, removed: dict[str, Any], now: datetime) -> None:
    """Everything has gone; how many of each is kept."""
    deletion = session.get_one(Deletion, deletion_id)
    deletion.removed = removed
    _end(session, deletion, DeletionState.DONE, now)
    tenant = session.get_one(Tenant, deletion.tenant_id)
    audit.note(session, audit.SYSTEM, "deletion.done", _subject(tenant), now)


def _hear(session: Session, deletion: Deletion, now: datetime) -> None:
    request = _request(session, deletion)
    if request is None or request.state in {ApprovalState.REFUSED, ApprovalState.WITHDRAWN}:
        _end(session, deletion, DeletionState.REFUSED, now)
    elif request.state is ApprovalState.APPROVED:
        deletion.state, deletion.due_at = DeletionState.DUE, (request.decided_at or now) + GRACE
        session.add(deletion)
        session.flush()


def _opened(session: Session, tenant: Tenant, user_id: str, now: datetime, *, own: bool) -> Deletion:
    state = DeletionState.DUE if own else DeletionState.ASKED
    deletion = Deletion(tenant_id=tenant.id, user_id=user_id, state=state, asked_at=now, due_at=now + GRACE if own else None)
    try:
        with session.begin_nested():
            session.add(deletion)
    except IntegrityError as error:
        raise Conflict("deletion-asked") from error
    return deletion


def _request(session: Session, deletion: Deletion) -> Approval | None:
    return session.exec(select(Approval).where(Approval.kind == APPROVAL, Approval.subject_id == deletion.id)).first()


def _open_of(tenant_id: str) -> SelectOfScalar[Deletion]:
    return select(Deletion).where(Deletion.tenant_id == tenant_id, col(Deletion.ended_at).is_(None))


def _has_job(session: Session, deletion: Deletion) -> bool:
    live = select(Job.id).where(Job.kind == KIND, Job.subject_id == deletion.id, col(Job.state).not_in(jobs.ENDED))
    return session.exec(live).first() is not None


def _end(session: Session, deletion: Deletion, state: DeletionState, now: datetime) -> None:
    deletion.state, deletion.ended_at = state, now
    session.add(deletion)
    session.flush()


def _count(session: Session, model: type[SQLModel], tenant: Tenant, *which: sa.ColumnElement[bool]) -> int:
    owner = model.__table__.c.tenant_id  # type: ignore[attr-defined]
    return int(session.scalar(sa.select(sa.func.count()).select_from(model).where(owner == tenant.id, *which)) or 0)


def _subject(tenant: Tenant) -> Subject:
    return Subject("tenant", tenant.id, tenant.name, tenant.id)
