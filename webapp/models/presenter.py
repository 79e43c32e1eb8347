"""Presenters of tenants, and the consent of the people they look like."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, long_text, moment_or_none, reference, reference_or_none


class PresenterState(StrEnum):
    """Where a presenter stands with its ingest."""

    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


class Consent(SQLModel, table=True):
    """The statement with which somebody lets a tenant use a likeness, word for word."""

    __tablename__ = "consent"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    user_id: str | None = reference_or_none("user_account.id")
    subject_name: str = Field(default="", max_length=200)
    statement: str = long_text()
    statement_digest: str = Field(default="", max_length=64)
    language: str = Field(default="", max_length=12)
    evidence: dict[str, Any] = json()
    created_at: datetime = created()
    revoked_at: datetime | None = moment_or_none()


class Presenter(SQLModel, table=True):
    """A presenter that a tenant brought; its files lie in presenters/<id>/<revision>."""

    __tablename__ = "presenter"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    name: str = Field(default="", max_length=200)
    revision: int = 1
    state: PresenterState = choice(PresenterState, PresenterState.CHECKING)
    verdict: dict[str, Any] = json()
    consent_id: str | None = reference_or_none("consent.id")
    created_at: datetime = created()
