"""The audit log: every privileged act, written in the transaction that does it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from webapp.models.audit import AuditEntry
from webapp.services.listing import Query

NAME_LENGTH_MAX: Final = 254


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person under an identity, and the tenant she acts for if it is not her own."""

    user_id: str
    name: str
    identity_id: str
    acting_for_id: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted upon: a kind (`tenant`, `member`, `staff`, …), an id, what it was called, and the tenant it belongs to."""

    kind: str
    id: str
    name: str = ""
    tenant_id: str = ""


SYSTEM: Final = Actor("", "", "")
"""Acts of the installation itself: its command line and its clock."""


def note(session: Session, actor: Actor, verb: str, subject: Subject, now: datetime, **facts: str | int | bool) -> AuditEntry:
    """Write down that `actor` did `verb` (`noun.past`, as `tenant.opened`) to `subject`; `facts` hold what changed."""
    entry = AuditEntry(
        actor_id=actor.user_id,
        actor=actor.name[:NAME_LENGTH_MAX],
        acting_for_id=actor.acting_for_id,
        tenant_id=subject.tenant_id,
        verb=verb,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject=subject.name[:NAME_LENGTH_MAX],
        facts=dict(facts),
        created_at=now,
    )
    session.add(entry)
    session.flush()
    return entry


def query() -> Query:
    """Every entry, for the operator."""
    return sa.select(AuditEntry)


def query_of(tenant_id: str) -> Query:
    """What was done to a tenant and what belongs to it."""
    return sa.select(AuditEntry).where(col(AuditEntry.tenant_id) == tenant_id)
