"""Consents read aloud: the sentence, the recording of it, and how it was heard."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, json, long_text, moment_or_none, reference, reference_or_none


class SpokenState(StrEnum):
    """How a recording was heard: as the sentence, as something that somebody has to hear, as something else; or not at all."""

    CHECKING = "checking"
    SAID = "said"
    UNSURE = "unsure"
    OTHER = "other"
    UNHEARD = "unheard"


class SpokenConsent(SQLModel, table=True):
    """A sentence of consent as it was read aloud; its files lie in consents/<consent>/<id>. A row is never changed once it was heard."""

    __tablename__ = "spoken_consent"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    consent_id: str = reference("consent.id")
    user_id: str | None = reference_or_none("user_account.id")
    language: str = Field(default="", max_length=12)
    sentence: str = long_text()
    sentence_digest: str = Field(default="", max_length=64)
    recording_digest: str = Field(default="", max_length=64)
    state: SpokenState = choice(SpokenState, SpokenState.CHECKING)
    findings: dict[str, Any] = json()
    """What was heard and how near it came: `heard`, `differing`, `name_differing`, `reasons`, `likeness`, `engines`."""
    created_at: datetime = created()
    heard_at: datetime | None = moment_or_none()
