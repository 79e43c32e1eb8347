"""What is forgotten, and when."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from webapp.database import Database
from webapp.models.identity import LoginCode
from webapp.models.outbox import Message
from webapp.services import expiries

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_codes_and_messages_are_forgotten_after_a_day(any_database: Database) -> None:
    with any_database.transaction() as session:
        for hours in (1, 30):
            moment = NOON - timedelta(hours=hours)
            session.add(LoginCode(id=f"code-{hours}", address="a@b.c", code_hash="x", expires_at=moment, created_at=moment))
            session.add(Message(id=f"mail-{hours}", channel="email", address="a@b.c", language="en", body="1234", created_at=moment))

    with any_database.transaction() as session:
        expiries.forget_codes(session, NOON)
        expiries.forget_messages(session, NOON)

    with any_database.reading() as session:
        assert list(session.exec(select(LoginCode.id))) == ["code-1"]
        assert list(session.exec(select(Message.id))) == ["mail-1"]
