"""Uploads: files on their way in. How much of one has come is the size of its file."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import created, id_key, moment, reference, reference_or_none


class Upload(SQLModel, table=True):
    """A file of `length_bytes` that is coming, until it is an asset or has expired."""

    __tablename__ = "upload"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    asset_id: str | None = reference_or_none("asset.id")
    name: str = Field(default="", max_length=200)
    length_bytes: int = Field(default=0, sa_type=sa.BigInteger)
    created_at: datetime = created()
    expires_at: datetime = moment()
