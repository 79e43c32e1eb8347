"""Tenants, who belongs to them, and what the operator notes about those it opened."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json_list, reference, reference_or_none


class TenantKind(StrEnum):
    """One person, a company, an agent who serves customers, or the platform's own staff."""

    PERSONAL = "personal"
    ENTERPRISE = "enterprise"
    AGENT = "agent"
    OPERATOR = "operator"


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
    """A person belongs to a tenant; `label` is what the tenant calls her."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "user_id"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    user_id: str = reference("user_account.id")
    role: Role = choice(Role, Role.MEMBER)
    label: str = Field(default="", max_length=100, sa_column_kwargs={"server_default": ""})
    created_at: datetime = created()


class Company(SQLModel, table=True):
    """What the operator notes about an enterprise or agent when opening it. Licence pictures are digests of the operator's assets."""

    __tablename__ = "company"

    tenant_id: str = Field(primary_key=True, foreign_key="tenant.id", ondelete="CASCADE", max_length=32)
    client_code: str = Field(unique=True, max_length=40)
    sales_owner: str = Field(default="", max_length=100)
    contact: str = Field(default="", max_length=100)
    licences: list[str] = json_list()
    opened_by_id: str | None = reference_or_none("user_account.id")
    created_at: datetime = created()


class Agent(SQLModel, table=True):
    """An agent's terms: the code customers bind to, its discount in hundredths of a 折 (1000 is the full price), its parent."""

    __tablename__ = "agent"
    __table_args__ = (sa.CheckConstraint("discount BETWEEN 1 AND 1000", "discount"),)

    tenant_id: str = Field(primary_key=True, foreign_key="tenant.id", ondelete="CASCADE", max_length=32)
    code: str = Field(unique=True, max_length=12)
    discount: int
    parent_id: str | None = reference_or_none("agent.tenant_id", index=True)
    created_at: datetime = created()
