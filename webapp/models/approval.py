"""What somebody of the staff asked for, and who else agreed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, json_list, moment_or_none, reference, reference_or_none
from webapp.models.staff import StaffRole


class ApprovalState(StrEnum):
    """How far a request is."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Approval(SQLModel, table=True):
    """A request: `kind` says for what, `subject_id` for which thing, `tenant_id` whom it concerns, `roles` whose agreement it takes."""

    __tablename__ = "approval"
    __table_args__ = (
        sa.Index("ix_approval_kind_subject_id", "kind", "subject_id"),
        sa.Index("ix_approval_state_created_at", "state", "created_at"),
    )

    id: str = id_key()
    kind: str = Field(max_length=40)
    subject_id: str = Field(max_length=64)
    tenant_id: str | None = reference_or_none("tenant.id", index=True)
    roles: list[str] = json_list()
    facts: dict[str, Any] = json()
    reason: str = Field(default="", max_length=500)
    state: ApprovalState = choice(ApprovalState, ApprovalState.OPEN)
    asked_by_id: str = Field(max_length=32)
    created_at: datetime = created()
    decided_at: datetime | None = moment_or_none()


class ApprovalVote(SQLModel, table=True):
    """One person's word on a request, given in one role."""

    __tablename__ = "approval_vote"
    __table_args__ = (sa.UniqueConstraint("approval_id", "user_id"), sa.UniqueConstraint("approval_id", "role"))

    id: str = id_key()
    approval_id: str = reference("approval.id")
    user_id: str = Field(max_length=32)
    role: StaffRole = choice(StaffRole, StaffRole.SALES)
    agrees: bool
    note: str = Field(default="", max_length=500)
    created_at: datetime = created()
