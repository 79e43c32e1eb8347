"""The outbox: every mail and text message that left, or would have left, the house."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from webapp.models.columns import choice, created, id_key, long_text


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"


class Message(SQLModel, table=True):
    """One message, in the language of its reader."""

    __tablename__ = "message"

    id: str = id_key()
    channel: Channel = choice(Channel, Channel.EMAIL)
    address: str = Field(index=True, max_length=254)
    language: str = Field(default="", max_length=12)
    subject: str = Field(default="", max_length=200)
    body: str = long_text()
    created_at: datetime = created()
