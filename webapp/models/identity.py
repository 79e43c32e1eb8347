"""People, the codes and factors that let them in, and the logins that keep them in."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import created, id_key, moment, moment_or_none, reference, reference_or_none


class User(SQLModel, table=True):
    """A person, known by an e-mail address or a phone number (E.164)."""

    __tablename__ = "user_account"

    id: str = id_key()
    email: str | None = Field(default=None, unique=True, max_length=254)
    phone: str | None = Field(default=None, unique=True, max_length=16)
    name: str = Field(default="", max_length=100)
    ui_language: str = Field(default="", max_length=12)
    created_at: datetime = created()


class LoginCode(SQLModel, table=True):
    """A one-time code or link sent to `address`; only its hash is kept."""

    __tablename__ = "login_code"

    id: str = id_key()
    address: str = Field(index=True, max_length=254)
    code_hash: str = Field(max_length=64)
    attempts: int = 0
    expires_at: datetime = moment()
    used_at: datetime | None = moment_or_none()
    created_at: datetime = created()


class Login(SQLModel, table=True):
    """A browser that is signed in under one identity; the cookie's token is kept as a hash.

    `tenant_id` is the identity; `visiting_id` the tenant it acts for instead of its own, as an agent or the operator does.
    """

    __tablename__ = "login"

    id: str = id_key()
    user_id: str = reference("user_account.id")
    tenant_id: str = reference("tenant.id")
    visiting_id: str | None = reference_or_none("tenant.id")
    token_hash: str = Field(unique=True, max_length=64)
    device: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    proved_at: datetime | None = moment_or_none()
    created_at: datetime = created()
    seen_at: datetime = created()
    ended_at: datetime | None = moment_or_none()


class SecondFactor(SQLModel, table=True):
    """The secret a person's authenticator shares with us, sealed with the installation's key; not asked for until it is confirmed."""

    __tablename__ = "second_factor"

    user_id: str = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE", max_length=32)
    sealed: str = Field(max_length=200)
    step_used: int = 0
    failures: int = 0
    locked_until: datetime | None = moment_or_none()
    confirmed_at: datetime | None = moment_or_none()
    created_at: datetime = created()


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for the authenticator once; only its hash is kept."""

    __tablename__ = "recovery_code"

    id: str = id_key()
    user_id: str = reference("user_account.id")
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = moment_or_none()


class OutsideIdentity(SQLModel, table=True):
    """A person as an identity provider knows her."""

    __tablename__ = "outside_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: str = id_key()
    user_id: str = reference("user_account.id")
    issuer: str = Field(max_length=200)
    subject: str = Field(max_length=255)
    created_at: datetime = created()
