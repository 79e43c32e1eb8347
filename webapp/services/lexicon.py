"""The lexicon of a tenant: brand names and words of two readings, and how each is said in every script."""

import re
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from render.timeline import scripts
from render.timeline.lexicon import Lexicon
from webapp.errors import Invalid, NotFound
from webapp.models.tenant import Tenant
from webapp.models.voice import LexiconEntry

LANGUAGES: Final = ("zh", "en")
"""Those that the embedded voices speak."""
WRITTEN_LENGTH_MAX: Final = 60
SAID_LENGTH_MAX: Final = 200
ENTRIES_MAX: Final = 500

_SPACES: Final = re.compile(r"\s+")


def of(session: Session, tenant: Tenant) -> list[LexiconEntry]:
    """The tenant's entries, by language and word."""
    query = select(LexiconEntry).where(LexiconEntry.tenant_id == tenant.id)
    return list(session.exec(query.order_by(col(LexiconEntry.language), col(LexiconEntry.written))).all())


def spoken(session: Session, tenant_id: str, language: str) -> Lexicon:
    """What voices are told: the entries for the first part of `language`, always in the same order."""
    if not tenant_id:
        return ()
    mine = LexiconEntry.tenant_id == tenant_id, LexiconEntry.language == language.partition("-")[0]
    rows = session.exec(select(LexiconEntry).where(*mine).order_by(col(LexiconEntry.written)))
    return tuple((row.written, row.said) for row in rows)


def find(session: Session, tenant: Tenant, entry_id: str) -> LexiconEntry:
    """One of the tenant's entries. Raises NotFound."""
    row = session.get(LexiconEntry, entry_id)
    if row is None or row.tenant_id != tenant.id:
        raise NotFound
    return row


def keep(session: Session, tenant: Tenant, language: str, written: str, said: str, *, now: datetime) -> LexiconEntry:
    """Say `written` as `said` from now on; a word that has an entry gets this one instead. Raises Invalid."""
    written, said = _tidy(written), _tidy(said)
    _check(language, written, said)
    same = LexiconEntry.tenant_id == tenant.id, LexiconEntry.language == language
    rows = session.exec(select(LexiconEntry).where(*same)).all()
    row = next((row for row in rows if row.written.casefold() == written.casefold()), None)
    if row is None:
        if len(rows) >= ENTRIES_MAX:
            raise Invalid("written", "lexicon-full", entries_max=ENTRIES_MAX)
        row = LexiconEntry(tenant_id=tenant.id, language=language, written=written, said=said, created_at=now)
    row.written, row.said = written, said
    session.add(row)
    session.flush()
    return row


def remove(session: Session, tenant: Tenant, entry_id: str) -> None:
    """Say the word as the voice would. Raises NotFound."""
    session.delete(find(session, tenant, entry_id))
    session.flush()


def _check(language: str, written: str, said: str) -> None:
    if language not in LANGUAGES:
        raise Invalid("language", "language-unknown")
    if not scripts.pronounceable(written) or len(written) > WRITTEN_LENGTH_MAX:
        raise Invalid("written", "lexicon-written", length_max=WRITTEN_LENGTH_MAX)
    if not scripts.pronounceable(said) or len(said) > SAID_LENGTH_MAX:
        raise Invalid("said", "lexicon-said", length_max=SAID_LENGTH_MAX)


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
