"""The people of an enterprise or agent: one administrator, who adds the others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from webapp.errors import Conflict, NotFound
from webapp.ledger.kinds import Kind
from webapp.models.identity import User
from webapp.models.tenant import Membership, Role, Tenant, TenantKind
from webapp.services import audit, entitlements, people, seats, signin
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
    called = people.tidy_name(label, "label") if label.strip() else ""
    if called == member.label:
        return
    member.label = called
    session.flush()
    audit.note(session, actor, "member.renamed", _subject(member, user), now, label=called)


def limit(session: Session, actor: Actor, tenant: Tenant, member_id: str, now: datetime, *, caps: Mapping[Kind, int | None]) -> None:
    """Say how much of some kinds somebody may use in all; None is no limit. Raises NotFound and Invalid."""
    member, user = find(session, tenant, member_id)
    former = {cap.kind: cap.amount for cap in entitlements.caps(session, tenant) if cap.user_id == user.id}
    for kind, amount in caps.items():
        if amount == former.get(kind):
            continue
        entitlements.set_cap(session, tenant, user.id, kind, amount)
        verb, told = ("member.unlimited", {}) if amount is None else ("member.limited", {"cap": amount})
        audit.note(session, actor, verb, _subject(member, user), now, kind=kind.value, **told)


def give_seat(session: Session, actor: Actor, tenant: Tenant, member_id: str, kind: Kind, now: datetime) -> None:  # noqa: PLR0917 - who, whom, what and when
    """Give somebody a seat; who has one keeps it. Raises Invalid, NotFound and Insufficient."""
    member, user = find(session, tenant, member_id)
    has_one = any(seat.user_id == user.id and seat.kind is kind for seat in seats.all_of(session, tenant, now))
    seats.assign(session, tenant, kind, user.id, now)
    if not has_one:
        audit.note(session, actor, "seat.given", _subject(member, user), now, kind=kind.value)


def take_seat(session: Session, actor: Actor, tenant: Tenant, member_id: str, seat_id: str, now: datetime) -> None:  # noqa: PLR0917 - who, whom, what and when
    """Take a seat back; the rest of its term waits for the next. Raises NotFound."""
    member, user = find(session, tenant, member_id)
    seat = seats.release(session, tenant, seat_id)
    audit.note(session, actor, "seat.taken", _subject(member, user), now, kind=seat.kind.value)


def remove(session: Session, actor: Actor, tenant: Tenant, member_id: str, now: datetime) -> User:
    """Send somebody away at once; her seats wait for others, her limits end. Raises NotFound, and Conflict for the administrator."""
    member, user = find(session, tenant, member_id)
    if member.role is Role.ADMIN:
        raise Conflict("member-admin")
    seats.release_all(session, tenant, user.id)
    entitlements.forget_caps(session, tenant, user.id)
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
