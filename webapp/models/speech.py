"""Voiced passages: what was asked, when everything in it falls. The sound itself is the artefact <digest>.wav."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from webapp.models.columns import created, json


class Voiced(SQLModel, table=True):
    """A passage that has been spoken, by the digest of the request."""

    __tablename__ = "voiced"

    digest: str = Field(primary_key=True, max_length=64)
    request: dict[str, Any] = json()
    times: dict[str, Any] = json()
    bytes: int = 0
    created_at: datetime = created()
    used_at: datetime = created()
