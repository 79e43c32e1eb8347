"""Consents read aloud: the sentence with the reader's name, the recording of it, and what a worker heard in it.

What is only perhaps the sentence is for somebody to hear. Nothing passes unheard: the operator's approval asks here.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlmodel import Session, col, select

from webapp.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from webapp.models.columns import new_id
from webapp.models.identity import User
from webapp.models.job import Job
from webapp.models.presenter import Consent, Presenter
from webapp.models.spoken import SpokenConsent, SpokenState
from webapp.models.tenant import Tenant
from webapp.providers.storage.port import Storage
from webapp.services import consents, jobs, presenters

KIND: Final = "spoken-consent"
BYTES_MAX: Final = 20 * 2**20
SECONDS_MAX: Final = 60
PIECE_BYTES: Final = 256 * 1024
TRIES_MAX: Final = 10

SENTENCES: Final = {
    "zh-Hans": "我「{subject}」确认我的声音将会被「{user}」使用于创建合成版本语音。",
    "zh-Hant": "我「{subject}」確認我的聲音將會被「{user}」使用於建立合成版本語音。",
    "en": (
        'I, "{subject}", am aware that recordings of my voice will be used by "{user}" to create and use a synthetic version of my voice.'
    ),
    "th": "ข้าพเจ้า “{subject}” ทราบว่าเสียงของข้าพเจ้าจะถูก “{user}” นำไปใช้เพื่อสร้างและใช้เสียงสังเคราะห์",
}
"""What is read aloud, by the language it is read in."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording as it was kept, before any row is written."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the kept recording, its language, and the digest of the sentence that the page showed."""

    taken: Taken
    language: str
    shown: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a worker needs: the row, whose name is in it, and the presenter it is for (none where that has gone)."""

    row: SpokenConsent
    subject_name: str
    presenter: Presenter | None


def sentence(language: str, subject_name: str, user_name: str) -> str:
    """The words to be read aloud, in one of `SENTENCES`' languages. Raises Invalid."""
    if language not in SENTENCES:
        raise Invalid("language", "language-unknown")
    return SENTENCES[language].format(subject=subject_name, user=user_name)


def original_of(root: Path, consent_id: str, spoken_id: str) -> Path:
    """Where a recording lies as it was brought."""
    return root / consent_id / f"{spoken_id}.original"


def sound_of(root: Path, consent_id: str, spoken_id: str) -> Path:
    """Where it lies as a sound that every browser plays."""
    return root / consent_id / f"{spoken_id}.wav"


def keep(root: Path, consent_id: str, stream: BinaryIO, storage: Storage) -> Taken:
    """Put a recording in its place. Raises Invalid where nothing came, TooLarge."""
    taken_id = new_id()
    place = original_of(root, consent_id, taken_id)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        digest = _written(place, stream)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    storage.keep(place)
    return Taken(taken_id, digest)


def may_read(session: Session, tenant: Tenant, presenter_id: str) -> Consent:
    """The consent that may be read aloud for a presenter. Raises NotFound, Forbidden where it has ended, Conflict after TRIES_MAX."""
    consent = consents.find(session, tenant, presenters.find(session, tenant, presenter_id).consent_id)
    if code := consents.ended(consent):
        raise Forbidden(code)
    if len(of(session, tenant, consent.id)) >= TRIES_MAX:
        raise Conflict("recording-tries")
    return consent


def bring(session: Session, tenant: Tenant, user: User, consent: Consent, read: Read, *, now: datetime) -> Job:
    """Enter a kept recording, to be heard; ring for the job after the commit. Raises Invalid where another sentence was shown."""
    words = sentence(read.language, consent.subject_name, tenant.name)
    if read.shown != consents.digest_of(words):
        raise Invalid("recording", "consent-changed")
    row = SpokenConsent(
        id=read.taken.id,
        tenant_id=tenant.id,
        consent_id=consent.id,
        user_id=user.id,
        language=read.language,
        sentence=words,
        sentence_digest=consents.digest_of(words),
        recording_digest=read.taken.digest,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return jobs.create(session, tenant.id, KIND, row.id, queue=jobs.QUICK, now=now)


def of(session: Session, tenant: Tenant, consent_id: str | None) -> Sequence[SpokenConsent]:
    """A consent's recordings, the newest first."""
    return _newest(session, SpokenConsent.consent_id == consent_id, SpokenConsent.tenant_id == tenant.id)


def find(session: Session, tenant: Tenant, spoken_id: str) -> SpokenConsent:
    """One recording of the tenant's. Raises NotFound."""
    found = session.get(SpokenConsent, spoken_id)
    if found is None or found.tenant_id != tenant.id:
        raise NotFound
    return found


def to_be_heard(session: Session, spoken_id: str) -> Hearing:
    """What a worker is to hear. Raises NotFound, and Forbidden where the consent has ended meanwhile."""
    row = session.get(SpokenConsent, spoken_id)
    consent = session.get(Consent, row.consent_id) if row else None
    if row is None or consent is None:
        raise NotFound
    if code := consents.ended(consent):
        raise Forbidden(code)
    return Hearing(row, consent.subject_name, session.exec(select(Presenter).where(Presenter.consent_id == consent.id)).first())


def heard(session: Session, spoken_id: str, state: SpokenState, findings: dict[str, Any], now: datetime) -> None:
    """Write down what was heard; what was heard once stays as it was."""
    row = session.get(SpokenConsent, spoken_id)
    if row is None or row.state is not SpokenState.CHECKING:
        return
    row.state, row.findings, row.heard_at = state, findings, now
    session.add(row)
    session.flush()


def standing(session: Session, presenter: Presenter) -> SpokenConsent | None:
    """The newest recording of a presenter's consent."""
    return next(iter(_newest(session, SpokenConsent.consent_id == presenter.consent_id)), None)


def obstacle(session: Session, presenter: Presenter, *, listened: bool) -> str:
    """Why a presenter may not be approved by what was read aloud, as a code; nothing where nothing was, or all is well.

    A recording that may be the sentence passes once the reviewer has listened to it; one that says something else never does.
    """
    row = standing(session, presenter)
    if row is None or row.state is SpokenState.SAID:
        return ""
    if row.state is SpokenState.OTHER:
        return "spoken-other"
    return "" if listened and row.state is not SpokenState.CHECKING else "spoken-unheard"


def _written(place: Path, stream: BinaryIO) -> str:
    """Write the stream and give its digest. Raises Invalid where nothing comes, TooLarge."""
    digest, size = hashlib.sha256(), 0
    with place.open("wb") as file:
        while piece := stream.read(PIECE_BYTES):
            size += len(piece)
            if size > BYTES_MAX:
                raise TooLarge("recording-bytes", megabytes_max=BYTES_MAX // 2**20)
            digest.update(piece)
            file.write(piece)
    if not size:
        raise Invalid("recording", "recording-missing")
    return digest.hexdigest()


def _newest(session: Session, *conditions: Any) -> Sequence[SpokenConsent]:
    query = select(SpokenConsent).where(*conditions).order_by(col(SpokenConsent.created_at).desc(), col(SpokenConsent.id))
    return session.exec(query).all()
