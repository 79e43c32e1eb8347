"""Consent: no likeness is used unless the person shown has agreed to it, and it is used no longer than she agrees.

Every render asks here, by way of `presenters.presenter_folder` or of `may_render`; nowhere else is the question answered.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, select

from render.timeline.document import Document, Layer, PresenterContent
from webapp.errors import Invalid, NotFound
from webapp.models.columns import utc_now
from webapp.models.identity import User
from webapp.models.presenter import Consent, Presenter, PresenterState
from webapp.models.tenant import Tenant
from webapp.services import gallery

NAME_LENGTH_MAX: Final = 100
YEARS: Final = (0, 1, 2, 5)
"""For how long a consent may be given; 0 until it is withdrawn."""

STATEMENTS: Final = {
    "zh-Hans": "我「{subject}」确认：我的肖像将会被「{user}」使用于创建合成版本的形象和视频。我可以随时撤回这一同意。",
    "zh-Hant": "本人「{subject}」確認：「{user}」將使用我的肖像製作合成的形象與影片。我可以隨時撤回這項同意。",
    "en": (
        'I, "{subject}", am aware that pictures of me will be used by "{user}" to create and use a synthetic version of my likeness in '
        "videos. I may withdraw this consent at any time."
    ),
    "th": ("ข้าพเจ้า “{subject}” รับทราบว่า “{user}” จะใช้ภาพของข้าพเจ้าเพื่อสร้างและใช้รูปลักษณ์สังเคราะห์ของข้าพเจ้าในวิดีโอ และข้าพเจ้าถอนความยินยอมนี้ได้ทุกเมื่อ"),
}
"""What the person shown agrees to, by the language it is read in. A statement is kept word for word as it was shown: to change these words
changes none that was given."""


@dataclass(frozen=True, slots=True)
class Given:
    """A consent as the form brings it: the digest of the statement that was read, and the name that was signed under it."""

    subject_name: str
    typed_name: str
    language: str
    shown: str
    agreed: bool
    years: int = 0
    """For how many years it is given; 0 until it is withdrawn."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """From where a consent was given."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a presenter may not be rendered: `presenter-unknown`, `presenter-unready`, `consent-missing` or `consent-revoked`."""

    code: str
    presenter_id: str
    name: str = ""


def statement(language: str, subject_name: str, user_name: str) -> str:
    """The words to be agreed to, in one of `STATEMENTS`' languages. Raises Invalid."""
    if language not in STATEMENTS:
        raise Invalid("language", "language-unknown")
    return STATEMENTS[language].format(subject=subject_name, user=user_name)


def digest_of(words: str) -> str:
    """What a form carries to prove which statement was read."""
    return hashlib.sha256(words.encode()).hexdigest()


def checked(given: Given, user_name: str) -> Given:
    """The consent with tidy names, if it was really given, and to the very words kept. Raises Invalid for the first thing missing."""
    name = tidy_name(given.subject_name)
    if not name:
        raise Invalid("subject_name", "consent-name-missing")
    if len(name) > NAME_LENGTH_MAX:
        raise Invalid("subject_name", "consent-name-long", length_max=NAME_LENGTH_MAX)
    if not given.agreed:
        raise Invalid("agreed", "consent-not-given")
    if given.shown != digest_of(statement(given.language, name, user_name)):
        raise Invalid("agreed", "consent-changed")
    if _same_name(given.typed_name) != _same_name(name):
        raise Invalid("typed_name", "consent-name-differs", name=name)
    return replace(given, subject_name=name, typed_name=tidy_name(given.typed_name))


def record(session: Session, tenant: Tenant, user: User, given: Given, *, evidence: Evidence, now: datetime) -> Consent:
    """Write a consent down: the statement as it was read and its digest, who took it, when and from where. Raises Invalid."""
    sure = checked(given, tenant.name)
    words = statement(sure.language, sure.subject_name, tenant.name)
    consent = Consent(
        tenant_id=tenant.id,
        user_id=user.id,
        subject_name=sure.subject_name,
        statement=words,
        statement_digest=digest_of(words),
        language=sure.language,
        evidence={"typed_name": sure.typed_name, "address": evidence.address, "browser": evidence.browser[:300]},
        created_at=now,
        expires_at=now + timedelta(days=365 * sure.years) if sure.years else None,
    )
    session.add(consent)
    session.flush()
    return consent


def find(session: Session, tenant: Tenant, consent_id: str | None) -> Consent:
    """One consent of the tenant. Raises NotFound."""
    consent = session.exec(select(Consent).where(Consent.id == consent_id, Consent.tenant_id == tenant.id)).first()
    if consent is None:
        raise NotFound
    return consent


def revoke(session: Session, tenant: Tenant, consent_id: str | None, now: datetime) -> Consent:
    """Withdraw a consent: from this commit on nothing is rendered with it. Withdrawn once, it stays withdrawn since then."""
    consent = find(session, tenant, consent_id)
    consent.revoked_at = consent.revoked_at or now
    session.add(consent)
    session.flush()
    return consent


def refusal(session: Session, tenant_id: str, presenter_id: str, revision: int) -> Refusal | None:
    """Why the tenant may not render this presenter, or None. The gallery shows nobody real, so it needs nobody's consent."""
    if presenter_id in {person.id for person in gallery.people()}:
        return None
    presenter = session.exec(select(Presenter).where(Presenter.id == presenter_id, Presenter.tenant_id == tenant_id)).first()
    if presenter is None or not 1 <= revision <= presenter.revision:
        return Refusal("presenter-unknown", presenter_id)
    code = code_of(session, presenter) or ("" if presenter.state is PresenterState.READY else "presenter-unready")
    return Refusal(code, presenter_id, presenter.name) if code else None


def code_of(session: Session, presenter: Presenter) -> str:
    """Why a tenant's presenter lacks a consent: `consent-missing`, or as `ended` says. Another tenant's consent is none."""
    query = select(Consent).where(Consent.id == presenter.consent_id, Consent.tenant_id == presenter.tenant_id)
    consent = session.exec(query).first()
    if consent is None:
        return "consent-missing"
    return ended(consent)


def ended(consent: Consent) -> str:
    """Why a consent stands no more: `consent-revoked` or `consent-expired`; nothing where it stands."""
    if consent.revoked_at:
        return "consent-revoked"
    return "consent-expired" if consent.expires_at and consent.expires_at <= utc_now() else ""


def may_render(session: Session, tenant: Tenant, document: Document) -> tuple[Refusal, ...]:
    """Every presenter of the document that may not be rendered, each once; none means that it may."""
    wanted = dict.fromkeys((content.presenter, content.revision) for content in _presenters_in(document))
    found = (refusal(session, tenant.id, presenter_id, revision) for presenter_id, revision in wanted)
    return tuple(dict.fromkeys(reason for reason in found if reason))


def shows_anybody(document: Document) -> bool:
    """Whether there is a presenter in a document."""
    return next(_presenters_in(document), None) is not None


def presenters_in(document: Document) -> frozenset[str]:
    """Everybody who is in a document."""
    return frozenset(content.presenter for content in _presenters_in(document))


def shows(document: Document, presenter_id: str) -> bool:
    """Whether a presenter is in a document."""
    return any(content.presenter == presenter_id for content in _presenters_in(document))


def tidy_name(text: str) -> str:
    """A name on one line, without signs that are not seen."""
    seen = "".join(" " if letter.isspace() else letter for letter in text if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return " ".join(seen.split())


def _same_name(text: str) -> str:
    """A name for comparing: width, case and spaces aside."""
    return unicodedata.normalize("NFKC", tidy_name(text)).casefold().replace(" ", "")


def _presenters_in(document: Document) -> Iterator[PresenterContent]:
    holders: list[tuple[Layer, ...]] = [scene.layers for scene in document.scenes] + [track.layers for track in document.tracks]
    return (layer.content for layers in holders for layer in layers if isinstance(layer.content, PresenterContent))
