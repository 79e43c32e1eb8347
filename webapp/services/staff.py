"""The platform's staff: who does which work. What each kind of work permits stands in `permissions`."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.identity import User
from webapp.models.staff import StaffMember, StaffRole
from webapp.models.tenant import Membership, Role, Tenant, TenantKind
from webapp.services import audit, people, signin
from webapp.services.audit import Actor, Subject
from webapp.services.listing import Query
from webapp.services.permissions import roles_of


def roles_by_user(session: Session) -> dict[str, tuple[StaffRole, ...]]:
    """Everybody's kinds of work, in the order of the kinds."""
    found: dict[str, tuple[StaffRole, ...]] = {}
    order = list(StaffRole)
    for member in sorted(session.exec(select(StaffMember)), key=lambda member: order.index(member.role)):
        found[member.user_id] = (*found.get(member.user_id, ()), member.role)
    return found


def query() -> Query:
    """The staff."""
    return (
        sa.select(User, Membership)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .join(Tenant, col(Tenant.id) == col(Membership.tenant_id))
        .where(_is_operator())
    )


def console(session: Session, now: datetime) -> Tenant:
    """The operator's own tenant, made at first use."""
    tenant = session.exec(select(Tenant).where(_is_operator())).first()
    if tenant is None:
        tenant = Tenant(kind=TenantKind.OPERATOR, name="Piying", created_at=now)
        session.add(tenant)
        session.flush()
    return tenant


def employ(session: Session, actor: Actor, user: User, roles: Iterable[StaffRole], now: datetime) -> None:
    """Give a person exactly these kinds of work. Raises Invalid without any, Conflict when nobody would manage the staff any more."""
    wanted = frozenset(roles)
    if not wanted:
        raise Invalid("roles", "staff-roles-missing")
    tenant = console(session, now)
    if people.membership(session, tenant.id, user.id) is None:
        session.add(Membership(tenant_id=tenant.id, user_id=user.id, role=Role.MEMBER, created_at=now))
    _assign(session, user.id, wanted, now)
    _refuse_without_admin(session)
    audit.note(session, actor, "staff.employed", _subject(user), now, roles=", ".join(sorted(wanted)))


def dismiss(session: Session, actor: Actor, user_id: str, now: datetime) -> None:
    """Take all work away from a person. Raises NotFound, and Conflict for the last who manages the staff."""
    user = find(session, user_id)
    tenant = console(session, now)
    _assign(session, user.id, frozenset(), now)
    _refuse_without_admin(session)
    session.execute(sa.delete(Membership).where(col(Membership.tenant_id) == tenant.id, col(Membership.user_id) == user.id))
    signin.end_under(session, user.id, tenant.id, now)
    audit.note(session, actor, "staff.dismissed", _subject(user), now)


def find(session: Session, user_id: str) -> User:
    """One of the staff. Raises NotFound."""
    user = session.get(User, user_id)
    if user is None or not roles_of(session, user_id):
        raise NotFound
    return user


def _is_operator() -> sa.ColumnElement[bool]:
    return col(Tenant.kind) == TenantKind.OPERATOR


def _assign(session: Session, user_id: str, wanted: frozenset[StaffRole], now: datetime) -> None:
    held = roles_of(session, user_id)
    session.execute(sa.delete(StaffMember).where(col(StaffMember.user_id) == user_id, col(StaffMember.role).not_in(wanted)))
    session.add_all(StaffMember(user_id=user_id, role=role, created_at=now) for role in sorted(wanted - held))
    session.flush()


def _refuse_without_admin(session: Session) -> None:
    if session.exec(select(StaffMember).where(StaffMember.role == StaffRole.ADMIN)).first() is None:
        raise Conflict("staff-last-admin")


def _subject(user: User) -> Subject:
    return Subject("staff", user.id, people.called(user))
