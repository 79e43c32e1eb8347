"""Voices as people use them: those somebody keeps at the front, and how a tenant's own words are said."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import created, id_key, reference


class FavouriteVoice(SQLModel, table=True):
    """A voice that somebody keeps at the front."""

    __tablename__ = "voice_favourite"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "user_id", "voice_id", name="uq_voice_favourite_whose"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    user_id: str = reference("user_account.id")
    voice_id: str = Field(max_length=40)
    created_at: datetime = created()


class LexiconEntry(SQLModel, table=True):
    """How a word is said wherever a tenant's scripts in a language have it."""

    __tablename__ = "lexicon_entry"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "language", "written", name="uq_lexicon_entry_word"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    language: str = Field(max_length=12)
    written: str = Field(max_length=60)
    said: str = Field(max_length=200)
    created_at: datetime = created()
