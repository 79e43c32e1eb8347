"""People: finding, making and changing users, and the tenants they act for."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from webapp.errors import NotFound
from webapp.models.identity import User
from webapp.models.tenant import Membership, Role, Tenant, TenantKind


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address or a phone number (E.164), ready to be compared."""

    channel: str
    text: str


def find(session: Session, address: Address) -> User | None:
    """The person with this address."""
    column = User.email if address.channel == "email" else User.phone
    return session.exec(select(User).where(column == address.text)).first()


def find_or_open(session: Session, address: Address, language: str, now: datetime) -> User:
    """The person with this address; at first sight, a new one with a personal tenant."""
    return find(session, address) or _open(session, address, language, now)


def personal_tenant(session: Session, user_id: str) -> Tenant:
    """The tenant a person acts for when she signs in: her own, else the first she belongs to."""
    rows = session.exec(select(Tenant).join(Membership).where(Membership.user_id == user_id).order_by(Tenant.created_at, Tenant.id)).all()  # type: ignore[arg-type]
    own = [tenant for tenant in rows if tenant.kind is TenantKind.PERSONAL]
    for tenant in [*own, *rows]:
        return tenant
    raise NotFound


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
    return user


def _name(address: Address) -> str:
    return address.text.split("@")[0][:100] if address.channel == "email" else address.text
