"""Approvals: one person asks, as many others as there are required roles agree. Nobody decides twice, nor on what she asked for herself.

approval = approvals.ask(session, actor, Request("test-grant", order_draft_id, (StaffRole.PRODUCT,), tenant_id), now)
…
if approvals.is_approved(session, "test-grant", order_draft_id):
    orders.place(…)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models.approval import Approval, ApprovalState, ApprovalVote
from webapp.models.identity import User
from webapp.models.staff import StaffRole
from webapp.models.tenant import Tenant
from webapp.services import audit, permissions
from webapp.services.audit import Actor, Subject
from webapp.services.listing import Query

NOTE_LENGTH_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `facts` are shown to whoever decides; `roles` are whose agreement it takes, each from another person."""

    kind: str
    subject_id: str
    roles: tuple[StaffRole, ...]
    tenant_id: str = ""
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def ask(session: Session, actor: Actor, request: Request, now: datetime) -> Approval:
    """Put a request into the queue. Raises Conflict while the same is open."""
    if _find_open(session, request) is not None:
        raise Conflict("approval-open")
    approval = Approval(
        kind=request.kind,
        subject_id=request.subject_id,
        tenant_id=request.tenant_id or None,
        roles=[role.value for role in request.roles],
        facts=request.facts,
        reason=request.reason[:NOTE_LENGTH_MAX],
        asked_by_id=actor.user_id,
        created_at=now,
    )
    session.add(approval)
    session.flush()
    audit.note(session, actor, "approval.asked", _subject(approval), now)
    return approval


def decide(session: Session, actor: Actor, approval_id: str, role: StaffRole, now: datetime, *, agrees: bool, note: str = "") -> Approval:
    """Give one's word in a role. The request is approved when every role has agreed, refused when one has not.

    Raises NotFound, Conflict when it is decided or the role has spoken, Forbidden for whoever may not: the asker, somebody who has
    spoken already, somebody without the role (administrators may stand in for any).
    """
    approval = find(session, approval_id, lock=True)
    votes = votes_on(session, approval.id)
    if approval.state is not ApprovalState.OPEN or role not in open_roles(approval, votes):
        raise Conflict("approval-decided")
    _refuse_unfit(approval, votes, actor, role, permissions.roles_of(session, actor.user_id))
    vote = ApprovalVote(approval_id=approval.id, user_id=actor.user_id, role=role, agrees=agrees, note=_note(note), created_at=now)
    session.add(vote)
    _settle(approval, (*votes, vote), now)
    session.flush()
    audit.note(session, actor, "approval.agreed" if agrees else "approval.refused", _subject(approval), now, role=role.value)
    return approval


def withdraw(session: Session, actor: Actor, approval_id: str, now: datetime) -> None:
    """Take back what one asked for. Raises NotFound, Forbidden for anybody else, Conflict when it is decided."""
    approval = find(session, approval_id, lock=True)
    if approval.asked_by_id != actor.user_id:
        raise Forbidden
    if approval.state is not ApprovalState.OPEN:
        raise Conflict("approval-decided")
    approval.state, approval.decided_at = ApprovalState.WITHDRAWN, now
    session.flush()
    audit.note(session, actor, "approval.withdrawn", _subject(approval), now)


def is_approved(session: Session, kind: str, subject_id: str) -> bool:
    """Whether this was asked for and approved."""
    query = select(Approval.id).where(Approval.kind == kind, Approval.subject_id == subject_id)
    return session.exec(query.where(Approval.state == ApprovalState.APPROVED)).first() is not None


def find(session: Session, approval_id: str, *, lock: bool = False) -> Approval:
    """One request. Raises NotFound."""
    approval = session.get(Approval, approval_id, with_for_update=lock or None)
    if approval is None:
        raise NotFound
    return approval


def votes_on(session: Session, approval_id: str) -> tuple[ApprovalVote, ...]:
    """What was said on a request, in order."""
    query = select(ApprovalVote).where(ApprovalVote.approval_id == approval_id)
    return tuple(session.exec(query.order_by(col(ApprovalVote.created_at), col(ApprovalVote.id))))


def open_roles(approval: Approval, votes: Iterable[ApprovalVote]) -> tuple[StaffRole, ...]:
    """The roles that have not spoken yet."""
    spoken = {vote.role for vote in votes}
    return tuple(role for role in map(StaffRole, approval.roles) if role not in spoken)


def roles_to_decide(approval: Approval, votes: tuple[ApprovalVote, ...], user_id: str, held: frozenset[StaffRole]) -> tuple[StaffRole, ...]:
    """The roles in which this person may still give her word."""
    if approval.state is not ApprovalState.OPEN or user_id == approval.asked_by_id or user_id in {vote.user_id for vote in votes}:
        return ()
    return tuple(role for role in open_roles(approval, votes) if role in held or StaffRole.ADMIN in held)


def query() -> Query:
    """Every request, with whoever asked and the tenant it concerns."""
    asker = sa.outerjoin(Approval, User, col(User.id) == col(Approval.asked_by_id))
    return sa.select(Approval, User, Tenant).select_from(asker.outerjoin(Tenant, col(Tenant.id) == col(Approval.tenant_id)))


def _find_open(session: Session, request: Request) -> Approval | None:
    query = select(Approval).where(Approval.kind == request.kind, Approval.subject_id == request.subject_id)
    return session.exec(query.where(Approval.state == ApprovalState.OPEN)).first()


def _refuse_unfit(approval: Approval, votes: tuple[ApprovalVote, ...], actor: Actor, role: StaffRole, held: frozenset[StaffRole]) -> None:
    if actor.user_id == approval.asked_by_id:
        raise Forbidden("approval-own")
    if actor.user_id in {vote.user_id for vote in votes}:
        raise Forbidden("approval-twice")
    if role not in roles_to_decide(approval, votes, actor.user_id, held):
        raise Forbidden


def _settle(approval: Approval, votes: tuple[ApprovalVote, ...], now: datetime) -> None:
    if not all(vote.agrees for vote in votes):
        approval.state = ApprovalState.REFUSED
    elif not open_roles(approval, votes):
        approval.state = ApprovalState.APPROVED
    else:
        return
    approval.decided_at = now


def _note(text: str) -> str:
    if len(text) > NOTE_LENGTH_MAX:
        raise Invalid("note", "text-long", length_max=NOTE_LENGTH_MAX)
    return text.strip()


def _subject(approval: Approval) -> Subject:
    """The request, under no tenant: what staff discuss among themselves is not in a customer's own log."""
    return Subject("approval", approval.id, approval.kind)
