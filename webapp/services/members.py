"""The people of an enterprise or agent: one administrator, who adds the others."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from webapp.errors import Conflict, NotFound
from webapp.models.identity import User
from webapp.models.tenant import Membership, Role, Tenant, TenantKind
from webapp.services import audit, people, seats, signin
from webapp.services.audit import Actor, Subject
from webapp.services.listing import Query
from webapp.services.people import Address

TEAMS: Final = (TenantKind.ENTERPRISE, TenantKind.AGENT)
"""Tenants with more than one person."""


def query(tenant_id: str) -> Query:
    """A tenant's people."""
    joined = sa.select(Membership, User).join(User, col(User.id) == col(Membership.user_id))
    return joined.where(col(Membership.tenant_id) == tenant_id)


def find(session: Session, tenant: Tenant, member_id: str) -> tuple[Membership, User]:
    """One of the tenant's people. Raises NotFound, for another tenant's as for none."""
    row = session.execute(query(tenant.id).where(col(Membership.id) == member_id)).first()
    if row is None:
        raise NotFound
    return row.Membership, row.User


def add(session: Session, actor: Actor, tenant: Tenant, address: Address, now: datetime, *, label: str, language: str) -> Membership:
    """Take somebody in; at first sight she gets a personal tenant too. Raises Invalid, and Conflict for one who belongs already."""
    called = people.tidy_name(label, "label") if label.strip() else ""
    user = people.find_or_open(session, address, language, now)
    member = Membership(tenant_id=tenant.id, user_id=user.id, role=Role.MEMBER, label=called, created_at=now)
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError as error:
        raise Conflict("member-there") from error
    audit.note(session, actor, "member.added", _subject(member, user), now)
    return member


def relabel(session: Session, actor: Actor, tenant: Tenant, member_id: str, now: datetime, *, label: str) -> None:
    """Call somebody something else here; nothing is her own name again. Raises NotFound and Invalid."""
    member, user = find(session, tenant, member_id)
    member.label = people.tidy_name(label, "label") if label.strip() else ""
    session.flush()
    audit.note(session, actor, "member.renamed", _subject(member, user), now, label=member.label)


def remove(session: Session, actor: Actor, tenant: Tenant, member_id: str, now: datetime) -> User:
    """Send somebody away; she is out at once, her seats wait for others. Raises NotFound, and Conflict for the administrator."""
    member, user = find(session, tenant, member_id)
    if member.role is Role.ADMIN:
        raise Conflict("member-admin")
    seats.release_all(session, tenant, user.id)
    session.delete(member)
    session.flush()
    signin.end_under(session, user.id, tenant.id, now)
    audit.note(session, actor, "member.removed", _subject(member, user), now)
    return user


def hand_over(session: Session, actor: Actor, tenant: Tenant, member_id: str, now: datetime) -> None:
    """Make another member the one administrator. Raises NotFound, and Conflict for whoever is it already."""
    member, user = find(session, tenant, member_id)
    if member.role is Role.ADMIN:
        raise Conflict("member-admin")
    ruled = select(Membership).where(Membership.tenant_id == tenant.id, Membership.role == Role.ADMIN)
    for former in session.exec(ruled.with_for_update()):
        former.role = Role.MEMBER
    member.role = Role.ADMIN
    session.flush()
    audit.note(session, actor, "member.admin", _subject(member, user), now)


def _subject(member: Membership, user: User) -> Subject:
    return Subject("member", member.id, people.called(user), member.tenant_id)
