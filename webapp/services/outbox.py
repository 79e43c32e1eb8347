"""Letters: what is written to people, in their language, and the outbox it goes to."""

from datetime import datetime
from typing import Final

import structlog
from babel.support import NullTranslations
from sqlmodel import Session, col, select

from webapp.models.identity import User
from webapp.models.outbox import Channel, Message
from webapp.services.people import Address

SHOWN_MAX: Final = 50

log = structlog.get_logger("outbox")


def post_code(session: Session, words: NullTranslations, address: Address, code: str, language: str, now: datetime) -> Message:  # noqa: PLR0917 - a letter has as many parts
    """Write the letter with a sign-in code."""
    _ = words.gettext
    message = Message(
        channel=Channel.EMAIL if address.channel == "email" else Channel.SMS,
        address=address.text,
        language=language,
        # Translators: subject of the mail with a sign-in code
        subject=_("%(code)s is your Piying sign-in code") % {"code": code},
        # Translators: the mail or text message with a sign-in code
        body=_("Your Piying sign-in code is %(code)s. It is valid for 10 minutes. If you did not ask for it, ignore this message.")
        % {"code": code},
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message


def post(session: Session, reader: User, language: str, subject: str, body: str, now: datetime) -> Message:  # noqa: PLR0917 - a letter has as many parts
    """Write a letter to somebody, by mail where she has an address."""
    channel, address = (Channel.EMAIL, reader.email) if reader.email else (Channel.SMS, reader.phone)
    message = Message(channel=channel, address=address or "", language=language, subject=subject, body=body, created_at=now)
    session.add(message)
    session.flush()
    return message


def announce(message: Message) -> None:
    """Show a message where the operator of an embedded studio reads it: in the log."""
    log.info("» message", to=message.address, body=message.body)


def latest(session: Session) -> list[Message]:
    """The newest messages first."""
    return list(session.exec(select(Message).order_by(col(Message.created_at).desc(), col(Message.id)).limit(SHOWN_MAX)))
