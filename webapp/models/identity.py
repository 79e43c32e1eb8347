"""People, the codes that let them in, and the logins that keep them in."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from webapp.models.columns import created, id_key, moment, moment_or_none, reference


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
    """A browser that is signed in, acting for one tenant; the cookie's token is kept as a hash."""

    __tablename__ = "login"

    id: str = id_key()
    user_id: str = reference("user_account.id")
    tenant_id: str = reference("tenant.id")
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = created()
    seen_at: datetime = created()
    ended_at: datetime | None = moment_or_none()
