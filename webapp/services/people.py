"""People: finding, making and changing users, and the tenants they act for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from webapp.database import for_everybody
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.identity import User
from webapp.models.tenant import Membership, Role, Tenant, TenantKind
from webapp.services import welcome

NAME_LENGTH_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address or a phone number (E.164), ready to be compared."""

    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A tenant that a person may act for as one of its own, and what she is there."""

    tenant: Tenant
    role: Role


def find(session: Session, address: Address) -> User | None:
    """The person with this address."""
    column = User.email if address.channel == "email" else User.phone
    return session.exec(select(User).where(column == address.text)).first()


def find_or_open(session: Session, address: Address, language: str, now: datetime) -> User:
    """The person with this address; at first sight, a new one with a personal tenant."""
    return find(session, address) or _open(session, address, language, now)


def called(user: User) -> str:
    """What a person is told apart by: her address."""
    return user.email or user.phone or user.name


def identities(session: Session, user_id: str) -> tuple[Identity, ...]:
    """Everything a person may act as, in the order of a switcher: herself, companies, agents, the operator."""
    query = select(Tenant, Membership).join(Membership, col(Membership.tenant_id) == Tenant.id).where(Membership.user_id == user_id)
    found = [Identity(tenant, membership.role) for tenant, membership in session.exec(query)]
    order = list(TenantKind)
    return tuple(sorted(found, key=lambda each: (order.index(each.tenant.kind), each.tenant.created_at, each.tenant.id)))


def membership(session: Session, tenant_id: str, user_id: str) -> Membership | None:
    """How a person belongs to a tenant."""
    return session.exec(select(Membership).where(Membership.tenant_id == tenant_id, Membership.user_id == user_id)).first()


def personal_tenant(session: Session, user_id: str) -> Tenant:
    """The tenant a person acts for when she signs in for the first time: her own, else the first she belongs to."""
    for identity in identities(session, user_id):
        return identity.tenant
    raise NotFound


def rename(session: Session, user_id: str, name: str) -> None:
    """Give a person another name. Raises Invalid."""
    user = session.get_one(User, user_id)
    user.name = tidy_name(name)
    session.flush()


def tidy_name(text: str, field: str = "name") -> str:
    """A name on one line. Raises Invalid for none and for one that is too long."""
    name = " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())
    if not name:
        raise Invalid(field, "name-empty")
    if len(name) > NAME_LENGTH_MAX:
        raise Invalid(field, "text-long", length_max=NAME_LENGTH_MAX)
    return name


def add_address(session: Session, user_id: str, address: Address) -> None:
    """Let a person sign in with this address too, in place of her former one of the kind. It is proved to be hers. Raises Conflict."""
    owner = find(session, address)
    if owner is not None and owner.id != user_id:
        raise Conflict("address-taken")
    user = session.get_one(User, user_id)
    if address.channel == "email":
        user.email = address.text
    else:
        user.phone = address.text
    session.flush()


def choose_language(session: Session, user_id: str, language: str) -> None:
    """Remember the interface language a person chose."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    user.ui_language = language
    session.add(user)
    session.flush()


def _open(session: Session, address: Address, language: str, now: datetime) -> User:
    user = User(name=_name(address), ui_language=language, created_at=now)
    if address.channel == "email":
        user.email = address.text
    else:
        user.phone = address.text
    tenant = Tenant(kind=TenantKind.PERSONAL, name=user.name, created_at=now)
    session.add_all([user, tenant])
    session.flush()
    session.add(Membership(tenant_id=tenant.id, user_id=user.id, role=Role.ADMIN, created_at=now))
    session.flush()
    with for_everybody(session):  # whoever takes her in is not of her tenant
        welcome.give(session, tenant, now)
    return user


def _name(address: Address) -> str:
    return address.text.split("@")[0][:100] if address.channel == "email" else address.text
