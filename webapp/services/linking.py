"""Linking: what has been voiced of a document, what is still to be, and asking for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from render.presets.voices import SPEECH_ENGINE
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.spoken import SpeechRequest, SpokenTimes
from render.timeline.voicing import linked, passages, times_from_json
from webapp.jobs import ring
from webapp.models.speech import Voiced
from webapp.services import lexicon
from webapp.services.documents import Kept

QUEUE: Final = "speech"
VOICE: Final = "roles.speech.voice"
_DIGESTS_PER_QUERY: Final = 500
_TIMES_KEPT_MAX: Final = 4_096

_times: Final[Kept[SpokenTimes]] = Kept(_TIMES_KEPT_MAX)
"""Times read lately, by a sentence's digest, when it was said or used last, and how large its sound is: said anew, it is another."""


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
    said = passages(document, language, SPEECH_ENGINE, lexicon=words)
    requests = {digest: part.request for one in said for digest, part in zip(one.digests, one.parts, strict=True)}
    voiced, reasons = _heard(session, list(requests))
    refused = {one.block_id: reasons[digest] for one in said for digest in one.digests if digest in reasons} if reasons else {}
    missing = {digest: request for digest, request in requests.items() if digest not in voiced and digest not in reasons}
    manifest = linked(said, language, SPEECH_ENGINE, voiced)
    return Linked(manifest, missing, refused, {one.block_id: one.digests for one in said})


def want(session: Session, missing: dict[str, SpeechRequest], now: datetime, *, tenant_id: str = "") -> None:
    """Write down what a tenant is to have voiced, so that a worker finds it by its digest."""
    known = {row.digest for row in _rows(session, sorted(missing))}
    for digest, request in missing.items():
        if digest not in known:
            session.merge(Voiced(digest=digest, request=asdict(request), wanted_by=tenant_id, created_at=now, used_at=now))
    session.flush()


def ask(digests: Iterable[str], project_id: str, *, url: str = "", wished: bool = False) -> None:
    """Ring for every wanted sentence, in the order they are needed; after the commit. A bell that still waits is not rung twice.

    Those that are `wished` stand in the project's list of wishes; the others have their turn by themselves.
    """
    sort = "wish" if wished else "voice"
    for digest in digests:
        ring(QUEUE, VOICE, digest, project_id, *([sort] if wished else []), bell=f"{sort}-{digest}", url=url)


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


def lost(session: Session, row: Voiced) -> None:
    """The sentence's sound has gone: it is wanted again. The size goes with the times, which are known by it."""
    row.times, row.bytes = {}, 0
    session.add(row)


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


def _heard(session: Session, digests: Sequence[str]) -> tuple[dict[str, SpokenTimes], dict[str, str]]:
    """Of these sentences the times of those that are voiced, and why others were refused, by digest.

    A sentence's times are long and seldom change: those read lately are not read again.
    """
    voiced, reasons, unread = dict[str, SpokenTimes](), dict[str, str](), dict[str, tuple[str, int]]()
    for digest, said_at, size_bytes, refused in _heads(session, digests):
        name = f"{digest} {said_at.isoformat()}", size_bytes
        known = _times.get(name)
        if refused:
            reasons[digest] = refused
        elif known is not None:
            voiced[digest] = known
        elif size_bytes:
            unread[digest] = name
    for row in _rows(session, list(unread)):
        if row.times:
            voiced[row.digest] = times_from_json(row.times)
            _times.put(unread[row.digest], voiced[row.digest])
    return voiced, reasons


def _heads(session: Session, digests: Sequence[str]) -> list[tuple[str, datetime, int, str]]:
    """Of each sentence when it was said or used last, how large its sound is (nothing: it is not voiced), and why it was refused."""
    heads = select(Voiced.digest, Voiced.used_at, Voiced.bytes, Voiced.refused)
    return [row for chunk in _chunks(digests) for row in session.exec(heads.where(col(Voiced.digest).in_(chunk))).all()]


def _rows(session: Session, digests: Sequence[str]) -> list[Voiced]:
    return [
        row
        for chunk in _chunks(digests)
        for row in cast("list[Voiced]", session.exec(select(Voiced).where(col(Voiced.digest).in_(chunk))).all())
    ]


def _chunks(digests: Sequence[str]) -> Iterator[Sequence[str]]:
    return (digests[start : start + _DIGESTS_PER_QUERY] for start in range(0, len(digests), _DIGESTS_PER_QUERY))
