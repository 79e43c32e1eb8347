"""What each kind of work at the operator's permits: one table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from sqlmodel import Session, select

from webapp.models.staff import StaffMember, StaffRole


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
