"""Assets: files that people brought, named by the digest of their bytes."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, moment_or_none, reference


class AssetKind(StrEnum):
    """What an asset is used as."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Asset(SQLModel, table=True):
    """A file of one tenant. The same bytes are one row per tenant and one file on disk."""

    __tablename__ = "asset"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "digest"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id", index=False)
    digest: str = Field(index=True, max_length=64)
    kind: AssetKind = choice(AssetKind, AssetKind.IMAGE)
    media_type: str = Field(max_length=100)
    name: str = Field(default="", max_length=200)
    bytes: int = Field(default=0, sa_type=sa.BigInteger)
    width_px: int | None = None
    height_px: int | None = None
    created_at: datetime = created()
    trashed_at: datetime | None = moment_or_none()
