"""Shares: pages on which anybody who has the address may watch one film."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from webapp.models.columns import ID_LENGTH, created, id_key, moment_or_none, new_id, reference, reference_or_none


class Share(SQLModel, table=True):
    """A page for one finished export. `key` is its address; whoever has that, and the password if there is one, sees the film."""

    __tablename__ = "share"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    export_id: str = reference("export.id")
    user_id: str | None = reference_or_none("user_account.id")
    key: str = Field(default_factory=new_id, unique=True, max_length=ID_LENGTH)
    password_hash: str = Field(default="", max_length=120)
    expires_at: datetime | None = moment_or_none()
    revoked_at: datetime | None = moment_or_none()
    views: int = 0
    created_at: datetime = created()
