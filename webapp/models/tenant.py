"""Tenants, and who belongs to them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, reference


class TenantKind(StrEnum):
    """One person, a company, or an agent who serves companies."""

    PERSONAL = "personal"
    ENTERPRISE = "enterprise"
    AGENT = "agent"


class Role(StrEnum):
    """What a member may do."""

    ADMIN = "admin"
    MEMBER = "member"


class Tenant(SQLModel, table=True):
    """Whoever owns projects, assets and entitlements."""

    __tablename__ = "tenant"

    id: str = id_key()
    kind: TenantKind = choice(TenantKind, TenantKind.PERSONAL)
    name: str = Field(default="", max_length=100)
    created_at: datetime = created()


class Membership(SQLModel, table=True):
    """A person belongs to a tenant."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "user_id"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    user_id: str = reference("user_account.id")
    role: Role = choice(Role, Role.MEMBER)
    created_at: datetime = created()
