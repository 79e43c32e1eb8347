"""Voiced passages: what was asked, and when everything in it falls once it is voiced. The sound itself is the artefact <digest>.wav."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from webapp.models.columns import created, json


class Voiced(SQLModel, table=True):
    """A passage that is wanted (no times yet), voiced (with times) or refused (with the reason), by the digest of the request.

    `wanted_by` is the tenant who asked first and with whom it goes; nobody for the studio's own samples.
    """

    __tablename__ = "voiced"

    digest: str = Field(primary_key=True, max_length=64)
    request: dict[str, Any] = json()
    times: dict[str, Any] = json()
    refused: str = Field(default="", max_length=80)
    bytes: int = 0
    wanted_by: str = Field(default="", index=True, max_length=32, sa_column_kwargs={"server_default": ""})
    created_at: datetime = created()
    used_at: datetime = created()
