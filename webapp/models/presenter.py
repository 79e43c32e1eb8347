"""Presenters of tenants, and the consent of the people they look like."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, long_text, moment_or_none, reference, reference_or_none


class PresenterState(StrEnum):
    """Where a presenter, or one of its sets, stands: looked at by the machine, then by the operator where uploads are reviewed."""

    CHECKING = "checking"
    REVIEW = "review"
    READY = "ready"
    REFUSED = "refused"
    SENT_BACK = "sent-back"


class PresenterKind(StrEnum):
    """What a presenter was made from."""

    PHOTO = "photo"
    CLIP = "clip"


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
    scope: str = Field(default="likeness", max_length=24)
    created_at: datetime = created()
    expires_at: datetime | None = moment_or_none()
    revoked_at: datetime | None = moment_or_none()


class Presenter(SQLModel, table=True):
    """A presenter that a tenant brought; its files lie in presenters/<id>/<revision>."""

    __tablename__ = "presenter"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    name: str = Field(default="", max_length=200)
    kind: PresenterKind = choice(PresenterKind, PresenterKind.PHOTO)
    revision: int = 1
    state: PresenterState = choice(PresenterState, PresenterState.CHECKING, index=True)
    verdict: dict[str, Any] = json()
    options: dict[str, Any] = json()
    """What the operator chose for its making: `matting`, `mouth`."""
    note: str = long_text()
    """Why the operator sent it back."""
    consent_id: str | None = reference_or_none("consent.id")
    created_at: datetime = created()
    reviewed_at: datetime | None = moment_or_none()


class Outfit(SQLModel, table=True):
    """A further set of a presenter; its files lie in presenters/<presenter>/<revision>/sets/<id>."""

    __tablename__ = "presenter_set"

    id: str = id_key()
    presenter_id: str = reference("presenter.id")
    name: str = Field(default="", max_length=100)
    state: PresenterState = choice(PresenterState, PresenterState.CHECKING)
    verdict: dict[str, Any] = json()
    created_at: datetime = created()


class FavouritePresenter(SQLModel, table=True):
    """A presenter, of the gallery or the tenant's own, that somebody keeps at the front."""

    __tablename__ = "presenter_favourite"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "user_id", "presenter_id", name="uq_presenter_favourite_whose"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    user_id: str = reference("user_account.id")
    presenter_id: str = Field(max_length=40)
    created_at: datetime = created()
