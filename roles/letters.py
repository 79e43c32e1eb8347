"""The letters that the clock writes of its own accord."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from roles.house import house
from webapp.services import languages, letters, outbox


def post(session: Session, now: datetime) -> None:
    """Write what is due, and show it where codes are shown."""
    settings = house().settings
    words = partial(languages.catalogue, settings.translations)
    for message in letters.post_due(session, words, f"{settings.public_url}/entitlements", now):
        outbox.announce(message)
