"""Linking: what has been voiced of a document, what is still to be, and asking for it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from render.presets.voices import SPEECH_ENGINE
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.sentences import sentences
from render.timeline.spoken import SpeechRequest, SpokenTimes
from render.timeline.voicing import link, sentence_requests, speech_digest, speech_requests, times_from_json
from webapp.jobs import ring
from webapp.models.speech import Voiced
from webapp.services import lexicon

QUEUE: Final = "speech"
VOICE: Final = "roles.speech.voice"
_DIGESTS_PER_QUERY: Final = 500


@dataclass(frozen=True, slots=True)
class Linked:
    """A manifest, and what stands between it and being complete."""

    manifest: LinkManifest
    missing: dict[str, SpeechRequest]
    """Sentences by speech digest, in the document's order."""
    refused: dict[str, str]
    """Why a passage cannot be said, by block id."""
    digests: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The digests of every passage's sentences, by block id."""


def gather(session: Session, document: Document, language: str, *, tenant_id: str = "") -> Linked:
    """Link the document with what stands in the table; the rest is estimated and listed. Words are said as the tenant's lexicon says."""
    words = lexicon.spoken(session, tenant_id, language)
    passages = speech_requests(document, language, SPEECH_ENGINE, lexicon=words)
    requests = sentence_requests(passages.values())
    digests = {block_id: tuple(speech_digest(part.request) for part in sentences(said)) for block_id, said in passages.items()}
    rows = {row.digest: row for row in _rows(session, sorted(requests))}
    voiced = {digest: times_from_json(row.times) for digest, row in rows.items() if row.times}
    reasons = {digest: row.refused for digest, row in rows.items() if row.refused}
    refused = {block_id: reasons[digest] for block_id, said in digests.items() for digest in said if digest in reasons}
    missing = {digest: request for digest, request in requests.items() if digest not in voiced and digest not in reasons}
    return Linked(link(document, language, SPEECH_ENGINE, voiced, lexicon=words), missing, refused, digests)


def want(session: Session, missing: dict[str, SpeechRequest], now: datetime, *, tenant_id: str = "") -> None:
    """Write down what a tenant is to have voiced, so that a worker finds it by its digest."""
    known = {row.digest for row in _rows(session, sorted(missing))}
    for digest, request in missing.items():
        if digest not in known:
            session.merge(Voiced(digest=digest, request=asdict(request), wanted_by=tenant_id, created_at=now, used_at=now))
    session.flush()


def ask(digests: Iterable[str], project_id: str, *, url: str = "") -> None:
    """Ring for every wanted sentence, in the order they are needed; after the commit. A bell that still waits is not rung twice."""
    for digest in digests:
        ring(QUEUE, VOICE, digest, project_id, bell=f"voice-{digest}", url=url)


def wanted(session: Session, digest: str) -> SpeechRequest | None:
    """The request behind a digest, or None where it is unknown, voiced already or refused."""
    row = session.get(Voiced, digest)
    return request_from_json(row.request) if row is not None and not row.times and not row.refused else None


def voiced(session: Session, digest: str, times: dict[str, Any], size_bytes: int, now: datetime) -> None:
    """The sound stands as an artefact: write down its times (`times_to_json`)."""
    row = session.get_one(Voiced, digest)
    row.times, row.bytes, row.used_at = times, size_bytes, now
    session.add(row)
    session.flush()


def refuse(session: Session, digest: str, reason: str) -> None:
    """The sentence cannot be said, and asking again would not help."""
    row = session.get_one(Voiced, digest)
    row.refused = reason[:80]
    session.add(row)
    session.flush()


def request_from_json(data: dict[str, Any]) -> SpeechRequest:
    """The request that `asdict` wrote."""
    spans = tuple((int(start), int(end), str(say)) for start, end, say in data["pronunciations"])
    return SpeechRequest(**{**data, "pronunciations": spans})


def times_of(session: Session, digests: Sequence[str]) -> dict[str, SpokenTimes]:
    """Times by digest of what has been voiced."""
    return {row.digest: times_from_json(row.times) for row in _rows(session, digests) if row.times}


def note_use(session: Session, digests: Iterable[str], now: datetime) -> None:
    """Somebody listens to these sentences, or is about to: what is used stays. Once a day is often enough to say so."""
    wanted = sorted(set(digests))
    for start in range(0, len(wanted), _DIGESTS_PER_QUERY):
        chunk = wanted[start : start + _DIGESTS_PER_QUERY]
        stale = sa.and_(col(Voiced.digest).in_(chunk), col(Voiced.used_at) < now - timedelta(days=1))
        session.execute(sa.update(Voiced).where(stale).values(used_at=now))


def forget_unused(session: Session, before: datetime) -> list[str]:
    """Sentences that nobody has used since then, some at a time; the digests whose sounds may go. Wanted again, they are said again."""
    old = session.exec(select(Voiced).where(col(Voiced.used_at) < before).order_by(col(Voiced.used_at)).limit(_DIGESTS_PER_QUERY)).all()
    for row in old:
        session.delete(row)
    session.flush()
    return [row.digest for row in old]


def _rows(session: Session, digests: Sequence[str]) -> list[Voiced]:
    chunks = (digests[start : start + _DIGESTS_PER_QUERY] for start in range(0, len(digests), _DIGESTS_PER_QUERY))
    return [
        row for chunk in chunks for row in cast("list[Voiced]", session.exec(select(Voiced).where(col(Voiced.digest).in_(chunk))).all())
    ]
