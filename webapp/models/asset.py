"""Assets: files that people brought, named by the digest of their bytes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, moment_or_none, reference


class AssetKind(StrEnum):
    """What an asset is used as."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class AssetState(StrEnum):
    """How far the ingest is."""

    CHECKING = "checking"
    USABLE = "usable"
    """The first seconds can be worked with; the rest is being made."""
    READY = "ready"
    ASLEEP = "asleep"
    """In the trash for long: what was made of the original is gone, and is made anew when it is put back."""
    REFUSED = "refused"


class Asset(SQLModel, table=True):
    """A file of one tenant. The same bytes are one row per tenant and one file on disk.

    `reason` says why it was refused, with `facts` for the words. Sizes and length are of what is seen: upright, in square pixels.
    """

    __tablename__ = "asset"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "digest"),
        sa.Index("ix_asset_tenant_created", "tenant_id", "created_at"),
    )

    id: str = id_key()
    tenant_id: str = reference("tenant.id", index=False)
    digest: str = Field(index=True, max_length=64)
    kind: AssetKind = choice(AssetKind, AssetKind.IMAGE)
    media_type: str = Field(max_length=100)
    name: str = Field(default="", max_length=200)
    bytes: int = Field(default=0, sa_type=sa.BigInteger)
    width_px: int | None = None
    height_px: int | None = None
    state: AssetState = choice(AssetState, AssetState.CHECKING)
    reason: str | None = Field(default=None, max_length=60)
    facts: dict[str, Any] = json()
    duration_ticks: int = Field(default=0, sa_type=sa.BigInteger)
    has_sound: bool = False
    has_alpha: bool = False
    created_at: datetime = created()
    trashed_at: datetime | None = moment_or_none()
