"""What is forgotten when its time is up. The clock calls each of these about once a minute."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from webapp.models.identity import LoginCode
from webapp.models.outbox import Message

KEPT_AFTER_EXPIRY: Final = timedelta(days=1)
MESSAGES_KEPT: Final = timedelta(days=1)


def forget_codes(session: Session, now: datetime) -> None:
    """One-time codes a day after they stopped working: until then they count against whoever tries too often."""
    session.execute(sa.delete(LoginCode).where(col(LoginCode.expires_at) < now - KEPT_AFTER_EXPIRY))


def forget_messages(session: Session, now: datetime) -> None:
    """The embedded outbox: its messages hold codes and addresses."""
    session.execute(sa.delete(Message).where(col(Message.created_at) < now - MESSAGES_KEPT))
