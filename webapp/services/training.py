"""The training queue: what customers brought, seen by the operator before it may be used. Every decision is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.job import Job
from webapp.models.presenter import Consent, Presenter, PresenterKind, PresenterState
from webapp.models.tenant import Tenant
from webapp.services import audit, consents, customisations, jobs, spoken_consents
from webapp.services.audit import Actor, Subject

MATTINGS: Final = ("screen", "screen-neck", "person")
"""The best first: a screen keeps props; its neck is worked over where the outline is dark; a person matte keeps hair, not props."""
NOTE_LENGTH_MAX: Final = 1_000
TRIAL: Final = "trial"
TRIALS: Final = "trials"
TRIAL_SECONDS: Final = 5
MOUTH_TRIAL: Final = "mouth-trial"
MOUTH_TRIALS: Final = "mouths"
WAITING_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A presenter in the queue, whose it is, and the consent it stands on."""

    presenter: Presenter
    tenant: Tenant
    consent: Consent | None

    @property
    def trials(self) -> tuple[str, ...]:
        """The mattings that were tried on it."""
        return tuple(self.presenter.options.get("trials", ()))

    @property
    def mouth_trials(self) -> tuple[str, ...]:
        """The mouths that were tried on it."""
        return tuple(self.presenter.options.get("mouth-trials", ()))


def waiting(session: Session) -> Sequence[Entry]:
    """What waits for a decision, the oldest first."""
    return _entries(session, (PresenterState.REVIEW,))


def decided(session: Session) -> Sequence[Entry]:
    """What was decided or refused by the machine, the newest first."""
    settled = (PresenterState.READY, PresenterState.SENT_BACK, PresenterState.REFUSED)
    return sorted(_entries(session, settled), key=lambda entry: entry.presenter.created_at, reverse=True)


def entry(session: Session, presenter_id: str) -> Entry:
    """One of them. Raises NotFound."""
    found = [one for one in _entries(session, tuple(PresenterState)) if one.presenter.id == presenter_id]
    if not found:
        raise NotFound
    return found[0]


def approve(session: Session, actor: Actor, presenter_id: str, now: datetime, *, listened: bool = False) -> Presenter:
    """Let a presenter be used, having `listened` to its consent where the machine was not sure of it.

    Raises NotFound, and Conflict where it does not wait, its consent has ended, or what was read aloud speaks against it.
    """
    presenter = _waiting(session, presenter_id)
    if consents.code_of(session, presenter):
        raise Conflict("consent-ended")
    if code := spoken_consents.obstacle(session, presenter, listened=listened):
        raise Conflict(code)
    presenter.state, presenter.note = PresenterState.READY, ""
    return _decided(session, actor, presenter, "presenter.approved", now)


def send_back(session: Session, actor: Actor, presenter_id: str, note: str, now: datetime) -> Presenter:
    """Refuse a presenter with a reason that its owner reads. Raises NotFound, Conflict, and Invalid without a reason."""
    presenter, reason = _waiting(session, presenter_id), note.strip()
    if not reason:
        raise Invalid("note", "note-missing")
    if len(reason) > NOTE_LENGTH_MAX:
        raise Invalid("note", "note-long", length_max=NOTE_LENGTH_MAX)
    presenter.state, presenter.note = PresenterState.SENT_BACK, reason
    return _decided(session, actor, presenter, "presenter.sent-back", now)


def remake(session: Session, actor: Actor, presenter_id: str, matting: str, now: datetime) -> Job:
    """Have a clip cut out anew with another matting. Raises NotFound, Conflict, Invalid; ring for the job."""
    presenter = _clip(session, presenter_id)
    if matting not in MATTINGS:
        raise Invalid("matting", "invalid")
    presenter.options = presenter.options | {"matting": matting}
    presenter.state = PresenterState.CHECKING
    _noted(session, actor, presenter, "presenter.remade", now)
    return jobs.create(session, presenter.tenant_id, "ingest", presenter.id, queue=jobs.LONG, now=now)


def try_out(session: Session, actor: Actor, presenter_id: str, mattings: Sequence[str], now: datetime) -> Job:
    """Cut five seconds of a clip out in two ways, to compare. Raises NotFound, Conflict, Invalid; ring for the job."""
    presenter = _clip(session, presenter_id)
    if len(set(mattings)) != 2 or not set(mattings) <= set(MATTINGS):  # noqa: PLR2004 - two, side by side
        raise Invalid("matting", "trials-two")
    presenter.options = presenter.options | {"trying": list(mattings), "trials": []}
    _noted(session, actor, presenter, "presenter.tried", now)
    return jobs.create(session, presenter.tenant_id, TRIAL, presenter.id, queue=jobs.LONG, now=now)


def tried(session: Session, presenter_id: str) -> None:
    """The films of a trial are there."""
    presenter = session.get(Presenter, presenter_id)
    if presenter:
        presenter.options = presenter.options | {"trials": presenter.options.get("trying", [])}
        session.add(presenter)
        session.flush()


def trial_film(session: Session, root: Path, presenter_id: str, matting: str) -> Path:
    """The film of one trial. Raises NotFound."""
    path = root / presenter_id / TRIALS / f"{matting}.mp4"
    if matting not in entry(session, presenter_id).trials:
        raise NotFound
    return path


def choose_mouth(session: Session, actor: Actor, presenter_id: str, mouth: str, now: datetime, *, offered: Sequence[str]) -> Presenter:
    """Say who moves the mouth of somebody filmed, one of those `offered`, now or after approval. Raises NotFound, Conflict, Invalid."""
    presenter = _filmed(session, presenter_id)
    if mouth not in offered:
        raise Invalid("mouth", "invalid")
    presenter.options = presenter.options | {"mouth": mouth}
    _noted(session, actor, presenter, "presenter.mouth", now)
    return presenter


def compare_mouths(session: Session, actor: Actor, presenter_id: str, offered: Sequence[str], now: datetime) -> Job:
    """Have her say her sentence once by each of `offered`. Raises NotFound, Conflict, and Invalid for one alone; ring for the job."""
    presenter = _filmed(session, presenter_id)
    if len(offered) < 2:  # noqa: PLR2004 - to compare takes two
        raise Invalid("mouth", "invalid")
    presenter.options = presenter.options | {"trying-mouths": list(offered), "mouth-trials": [], "mouths-failed": ""}
    _noted(session, actor, presenter, "presenter.mouths-tried", now)
    return jobs.create(session, presenter.tenant_id, MOUTH_TRIAL, presenter.id, queue=jobs.LONG, now=now)


def mouths_tried(session: Session, presenter_id: str, *, failed: str = "") -> None:
    """The films of a trial of mouths are there, or why they are not, as a code."""
    presenter = session.get(Presenter, presenter_id)
    if presenter:
        made = [] if failed else presenter.options.get("trying-mouths", [])
        presenter.options = presenter.options | {"mouth-trials": made, "mouths-failed": failed, "trying-mouths": []}
        session.add(presenter)
        session.flush()


def mouth_film(session: Session, root: Path, presenter_id: str, mouth: str) -> Path:
    """The film of one mouth. Raises NotFound."""
    if mouth not in entry(session, presenter_id).mouth_trials:
        raise NotFound
    return root / presenter_id / MOUTH_TRIALS / f"{mouth}.mp4"


def spoken_sound(session: Session, root: Path, presenter_id: str) -> Path:
    """The consent as it was read aloud. Raises NotFound."""
    row = spoken_consents.standing(session, entry(session, presenter_id).presenter)
    if row is None:
        raise NotFound
    return spoken_consents.sound_of(root, row.consent_id, row.id)


def poster_of(session: Session, root: Path, presenter_id: str) -> Path:
    """The picture of a presenter in the queue. Raises NotFound."""
    presenter = entry(session, presenter_id).presenter
    return root / presenter.id / str(presenter.revision) / "poster.webp"


def _entries(session: Session, states: tuple[PresenterState, ...]) -> Sequence[Entry]:
    query = (
        select(Presenter, Tenant, Consent)
        .join(Tenant, col(Tenant.id) == col(Presenter.tenant_id))
        .join(Consent, col(Consent.id) == col(Presenter.consent_id), isouter=True)
        .where(col(Presenter.state).in_(states))
        .order_by(col(Presenter.created_at), col(Presenter.id))
        .limit(WAITING_MAX)
    )
    return [Entry(presenter, tenant, consent) for presenter, tenant, consent in session.exec(query)]


def _waiting(session: Session, presenter_id: str) -> Presenter:
    presenter = session.get(Presenter, presenter_id)
    if presenter is None:
        raise NotFound
    if presenter.state is not PresenterState.REVIEW:
        raise Conflict("presenter-decided")
    return presenter


def _clip(session: Session, presenter_id: str) -> Presenter:
    presenter = _waiting(session, presenter_id)
    if presenter.kind is not PresenterKind.CLIP:
        raise Conflict("presenter-no-clip")
    return presenter


def _filmed(session: Session, presenter_id: str) -> Presenter:
    """One of a clip, waiting or approved."""
    presenter = session.get(Presenter, presenter_id)
    if presenter is None:
        raise NotFound
    if presenter.kind is not PresenterKind.CLIP or presenter.state not in {PresenterState.REVIEW, PresenterState.READY}:
        raise Conflict("presenter-no-clip")
    return presenter


def _decided(session: Session, actor: Actor, presenter: Presenter, verb: str, now: datetime) -> Presenter:
    presenter.reviewed_at = now
    _noted(session, actor, presenter, verb, now)
    customisations.settle(session, presenter.id, now)
    return presenter


def _noted(session: Session, actor: Actor, presenter: Presenter, verb: str, now: datetime) -> None:
    session.add(presenter)
    session.flush()
    subject = Subject("presenter", presenter.id, presenter.name, presenter.tenant_id)
    audit.note(session, actor, verb, subject, now, matting=str(presenter.options.get("matting", "")), note=presenter.note[:200])
