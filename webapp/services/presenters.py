"""Presenters that a tenant may use: the gallery's, and those made from portraits of people who agreed to it.

A portrait is kept before any row is written; the row, its consent and the job that judges it are one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from sqlmodel import Session, col, select

from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models.columns import new_id
from webapp.models.identity import User
from webapp.models.job import Job
from webapp.models.presenter import Consent, Presenter, PresenterKind, PresenterState
from webapp.models.tenant import Tenant
from webapp.providers.storage.port import Storage
from webapp.services import assets, consents, customisations, gallery, jobs, mouths
from webapp.services.consents import Evidence, Given

KIND: Final = "ingest"
FOLDER: Final = "presenters"
"""Below the home."""
POSTER: Final = "poster.webp"
ORIGINAL: Final = "original"
POSTER_SIZE_PX: Final = (240, 320)
Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class Offered:
    """A presenter to choose: `own` ones are the tenant's. `sex` says which voice suits at first."""

    id: str
    revision: int
    name: str
    sex: Sex
    tags: tuple[str, ...]
    own: bool = False
    age_group: str = ""
    look: str = ""
    sample: str = ""
    """What she would say, in the reader's language if she speaks it."""
    sample_language: str = ""
    favourite: bool = False
    mouth: str = ""
    """The server's engine that moves its mouth; empty where it is the studio's own."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A presenter of the tenant's own, with what its page tells of it."""

    presenter: Presenter
    consent: Consent | None
    job: Job | None = None

    @property
    def usable(self) -> bool:
        """Whether it may be rendered."""
        return self.presenter.state is PresenterState.READY and self.agreed

    @property
    def agreed(self) -> bool:
        """Whether the consent stands."""
        return self.consent is not None and not consents.ended(self.consent)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was refused, as codes."""
        return tuple(self.presenter.verdict.get("reasons", ()))

    @property
    def again(self) -> bool:
        """Whether looking at the same picture again may help: it was never judged."""
        return bool(self.presenter.verdict.get("unjudged"))


@dataclass(frozen=True, slots=True)
class Brought:
    """What somebody brings for a new presenter: the kept portrait's or clip's id, the voice to start with, and the consent."""

    presenter_id: str
    sex: str
    consent: Given
    kind: PresenterKind = PresenterKind.PHOTO


@dataclass(frozen=True, slots=True)
class Findings:
    """What the machine found: reasons against it and notes as codes, and the numbers behind them."""

    reasons: Sequence[str] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """As a verdict keeps it."""
        return {"reasons": list(self.reasons), "facts": dict(self.facts), "notes": list(self.notes)}


def presenter_folder(session: Session, tenant_id: str, presenter_id: str, revision: int, *, root: Path) -> Path:
    """The folder to render a presenter from: one of the gallery's, or the tenant's own whose consent stands.

    `root` is `Settings.presenters`. Raises NotFound `presenter-unknown`, and Forbidden `consent-missing`, `consent-revoked` or
    `presenter-unready`. Ask anew for every render: a consent may have been withdrawn since the last.
    """
    refusal = consents.refusal(session, tenant_id, presenter_id, revision)
    if refusal and refusal.code == "presenter-unknown":
        raise NotFound(refusal.code, presenter=presenter_id)
    if refusal:
        raise Forbidden(refusal.code, presenter=presenter_id, name=refusal.name)
    own = {person.id: person.poster.parent for person in gallery.people()}
    return own.get(presenter_id) or folder_of(root, presenter_id, revision)


def folder_of(root: Path, presenter_id: str, revision: int) -> Path:
    """Where the files of a tenant's presenter lie."""
    return root / presenter_id / str(revision)


def original_of(root: Path, presenter_id: str) -> Path:
    """Where the portrait lies that a tenant's presenter was made from."""
    return root / presenter_id / ORIGINAL


def offered(session: Session, tenant: Tenant, language: str) -> tuple[Offered, ...]:
    """Everybody the tenant may choose, her own first; names in an interface language."""
    own = (own_offer(portrait.presenter) for portrait in portraits(session, tenant) if portrait.usable)
    return (*own, *gallery_offers(language))


def gallery_offers(language: str) -> tuple[Offered, ...]:
    """Those that come with the studio."""
    return tuple(
        Offered(
            person.id,
            1,
            person.name(language),
            person.sex,
            person.tags,
            age_group=person.age_group,
            look=person.look,
            sample=person.sample(language),
            sample_language=person.sample_language(language),
        )
        for person in gallery.people()
    )


def offer(session: Session, tenant: Tenant, presenter_id: str) -> Offered:
    """One presenter that the tenant may choose. Raises NotFound `presenter-unknown` for every other."""
    for candidate in offered(session, tenant, "en"):
        if candidate.id == presenter_id:
            return candidate
    raise NotFound("presenter-unknown", presenter=presenter_id)


def portraits(session: Session, tenant: Tenant) -> list[Portrait]:
    """The tenant's own presenters, the newest first."""
    rows = session.exec(
        select(Presenter, Consent)
        .join(Consent, col(Consent.id) == col(Presenter.consent_id), isouter=True)
        .where(Presenter.tenant_id == tenant.id)
        .order_by(col(Presenter.created_at).desc(), col(Presenter.id))
    )
    return [Portrait(presenter, consent) for presenter, consent in rows]


def portrait(session: Session, tenant: Tenant, presenter_id: str) -> Portrait:
    """One of the tenant's own, with the newest job that judges it. Raises NotFound."""
    presenter = find(session, tenant, presenter_id)
    consent = session.get(Consent, presenter.consent_id) if presenter.consent_id else None
    query = select(Job).where(Job.subject_id == presenter.id, Job.tenant_id == tenant.id).order_by(col(Job.created_at).desc())
    return Portrait(presenter, consent, session.exec(query).first())


def poster(session: Session, tenant: Tenant, presenter_id: str, root: Path) -> Path:
    """The picture that shows a presenter, where there is one yet. Raises NotFound, for another tenant's as for none."""
    for person in gallery.people():
        if person.id == presenter_id:
            return person.poster
    return folder_of(root, presenter_id, find(session, tenant, presenter_id).revision) / POSTER


def film(session: Session, tenant: Tenant, presenter_id: str, root: Path) -> Path:
    """The film that a presenter of the tenant's was made from. Raises NotFound, also for one made from a picture."""
    if find(session, tenant, presenter_id).kind is not PresenterKind.CLIP:
        raise NotFound
    return original_of(root, presenter_id)


def new_portrait_id() -> str:
    """The id of a presenter to be."""
    return new_id()


def keep_original(root: Path, presenter_id: str, stream: BinaryIO, storage: Storage) -> None:
    """Keep an uploaded portrait in its place, under the id of a presenter to be. Raises Invalid and TooLarge."""
    stored = assets.store_picture(root / ".brought", stream)
    original = original_of(root, presenter_id)
    original.parent.mkdir(parents=True)
    assets.path_of(root / ".brought", stored.digest).replace(original)
    storage.keep(original)


def keep_file(place: Path, source: Path, storage: Storage) -> None:
    """Keep a film or picture of the library at `place`, for a presenter or set to be; the library keeps its own. Raises NotFound."""
    if not storage.copy(source, place):
        raise NotFound


def remove_files(root: Path, presenter_id: str, storage: Storage) -> None:
    """Remove everything that lies under a presenter's id."""
    storage.remove_folder(root / presenter_id)


def bring(
    session: Session, tenant: Tenant, user: User, brought: Brought, *, evidence: Evidence, now: datetime, takes_right: bool = False
) -> tuple[Presenter, Job]:
    """A presenter to be judged, with the consent of the person shown; ring for the job after the commit.

    Where it `takes_right`, a customisation is set aside for it. Raises Invalid, and Insufficient where none is left.
    """
    if brought.sex not in {"female", "male"}:
        raise Invalid("sex", "invalid")
    consent = consents.record(session, tenant, user, brought.consent, evidence=evidence, now=now)
    presenter = Presenter(
        id=brought.presenter_id,
        tenant_id=tenant.id,
        name=consent.subject_name,
        kind=brought.kind,
        verdict={"sex": brought.sex},
        consent_id=consent.id,
        created_at=now,
    )
    session.add(presenter)
    session.flush()
    if takes_right:
        customisations.hold(session, tenant, presenter.id, user.id, now)
    return presenter, jobs.create(session, tenant.id, KIND, presenter.id, queue=queue_for(presenter.kind), now=now)


def queue_for(kind: PresenterKind) -> str:
    """Where its job waits: a film takes minutes, a picture seconds."""
    return jobs.LONG if kind is PresenterKind.CLIP else jobs.QUICK


def judge_again(session: Session, tenant: Tenant, presenter_id: str, now: datetime) -> Job:
    """Look again at a portrait that was never judged. Raises NotFound and Conflict."""
    found = portrait(session, tenant, presenter_id)
    if not found.again:
        raise Conflict
    found.presenter.state = PresenterState.CHECKING
    found.presenter.verdict = {"sex": _sex(found.presenter)}
    session.flush()
    return jobs.create(session, tenant.id, KIND, presenter_id, queue=queue_for(found.presenter.kind), now=now)


def withdraw(session: Session, tenant: Tenant, presenter_id: str, now: datetime) -> Portrait:
    """Withdraw the consent of the person shown. Raises NotFound."""
    found = portrait(session, tenant, presenter_id)
    if found.consent:
        consents.revoke(session, tenant, found.consent.id, now)
    return found


def delete(session: Session, tenant: Tenant, presenter_id: str, now: datetime) -> None:
    """Take a presenter away, withdrawing its consent, which stays on record; remove its files after the commit. Raises NotFound."""
    found = withdraw(session, tenant, presenter_id, now)
    if found.job and found.job.state not in jobs.ENDED:
        jobs.cancel(session, tenant, found.job.id, now=now)
    session.delete(found.presenter)
    session.flush()
    customisations.settle(session, presenter_id, now)


def to_be_judged(session: Session, presenter_id: str) -> Presenter:
    """The presenter that a worker is to judge. Raises NotFound, and Forbidden if the consent was withdrawn meanwhile."""
    presenter = session.get(Presenter, presenter_id)
    if presenter is None:
        raise NotFound("presenter-unknown", presenter=presenter_id)
    if code := consents.code_of(session, presenter):
        raise Forbidden(code, presenter=presenter_id, name=presenter.name)
    return presenter


def judged(session: Session, presenter_id: str, findings: Findings, *, reviewed: bool) -> None:
    """Write the verdict down: without reasons against it the presenter is ready, or waits for the operator where uploads are `reviewed`."""
    fine = PresenterState.REVIEW if reviewed else PresenterState.READY
    _settle(session, presenter_id, PresenterState.REFUSED if findings.reasons else fine, **findings.as_json())


def not_judged(session: Session, presenter_id: str, code: str) -> None:
    """The judging itself failed: the presenter waits to be looked at again."""
    _settle(session, presenter_id, PresenterState.REFUSED, unjudged=code)


def _settle(session: Session, presenter_id: str, state: PresenterState, **verdict: Any) -> None:
    presenter = session.get(Presenter, presenter_id)
    if presenter is None:
        return
    presenter.state = state
    presenter.verdict = {"sex": _sex(presenter), **verdict}
    session.add(presenter)
    session.flush()


def find(session: Session, tenant: Tenant, presenter_id: str) -> Presenter:
    """One of the tenant's own. Raises NotFound."""
    presenter = session.exec(select(Presenter).where(Presenter.id == presenter_id, Presenter.tenant_id == tenant.id)).first()
    if presenter is None:
        raise NotFound
    return presenter


def own_offer(presenter: Presenter) -> Offered:
    """One of a tenant's own as it is offered."""
    return Offered(presenter.id, presenter.revision, presenter.name, _sex(presenter), (), own=True, mouth=mouths.outside_engine(presenter))


def _sex(presenter: Presenter) -> Sex:
    return "male" if presenter.verdict.get("sex") == "male" else "female"
