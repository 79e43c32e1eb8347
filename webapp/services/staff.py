"""The platform's staff: who does which work, and what each kind of work permits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.identity import User
from webapp.models.staff import StaffMember, StaffRole
from webapp.models.tenant import Membership, Role, Tenant, TenantKind
from webapp.services import audit, people, signin
from webapp.services.audit import Actor, Subject
from webapp.services.listing import Query


class Permission(StrEnum):
    """What a page or an act of the operator's console asks for."""

    SEE_TENANTS = "see-tenants"
    OPEN_TENANTS = "open-tenants"
    VISIT_TENANTS = "visit-tenants"
    GRANT = "grant"
    ASK_APPROVAL = "ask-approval"
    DECIDE_APPROVAL = "decide-approval"
    SEE_MONEY = "see-money"
    TAKE_MONEY = "take-money"
    SET_PRICES = "set-prices"
    TRAIN = "train"
    SEE_AUDIT = "see-audit"
    MANAGE_STAFF = "manage-staff"


_EVERYBODY: Final = frozenset({Permission.SEE_TENANTS, Permission.DECIDE_APPROVAL})

PERMISSIONS: Final[Mapping[StaffRole, frozenset[Permission]]] = {
    StaffRole.SALES: _EVERYBODY | {Permission.OPEN_TENANTS, Permission.GRANT, Permission.ASK_APPROVAL, Permission.SEE_MONEY},
    StaffRole.PRODUCT: _EVERYBODY | {Permission.GRANT, Permission.ASK_APPROVAL, Permission.VISIT_TENANTS},
    StaffRole.FINANCE: _EVERYBODY | {Permission.SEE_MONEY, Permission.TAKE_MONEY, Permission.SET_PRICES, Permission.SEE_AUDIT},
    StaffRole.TRAINING: _EVERYBODY | {Permission.TRAIN, Permission.VISIT_TENANTS},
    StaffRole.ADMIN: frozenset(Permission),
}
"""The whole of who may do what: a new page of the console names one of these permissions and nothing else."""


def permissions(session: Session, user_id: str) -> frozenset[Permission]:
    """Everything a person's work at the operator's permits."""
    return permitted(roles_of(session, user_id))


def permitted(roles: Iterable[StaffRole]) -> frozenset[Permission]:
    """Everything these kinds of work permit together."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def roles_of(session: Session, user_id: str) -> frozenset[StaffRole]:
    """A person's kinds of work at the operator's; none for everybody else."""
    return frozenset(member.role for member in session.exec(select(StaffMember).where(StaffMember.user_id == user_id)))


def roles_by_user(session: Session) -> dict[str, tuple[StaffRole, ...]]:
    """Everybody's kinds of work."""
    found: dict[str, tuple[StaffRole, ...]] = {}
    for member in session.exec(select(StaffMember).order_by(col(StaffMember.created_at), col(StaffMember.id))):
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
