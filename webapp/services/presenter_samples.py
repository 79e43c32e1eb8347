"""Presenters to see and hear before they are chosen: a sentence each. The film is made when first asked for, and kept.

A gallery person's is everybody's and lies among the artefacts; that of one of a tenant's own lies in her folder and goes with her.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from render.presets.exports import RENDERER_VERSION
from render.presets.voices import SPEECH_ENGINE
from render.timeline import codec, starters
from render.timeline.document import Background, Canvas, Content, Document, PresenterContent, Scene
from webapp.errors import NotFound
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.providers.storage.port import Storage
from webapp.services import artefacts, gallery, jobs, linking, presenters, projects, voice_samples
from webapp.services.presenters import Offered

KIND: Final = "sample"
QUEUE: Final = "render"
CANVAS: Final = Canvas(width_px=1080, height_px=1440, frame_rate=25)
PRESET: Final = "480p"
WALL: Final = "#eadfce"
SAMPLES: Final = "samples"
"""Below a presenter's folder."""
TRIED_AGAIN_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Film:
    """A film to see: where it lies, and whether it is there, cannot be made now, or is still to come.

    Ring for `missing` sentences and for the `job` after the commit.
    """

    path: Path
    ready: bool = False
    refused: bool = False
    missing: list[str] = field(default_factory=list)
    job: Job | None = None


def sample(session: Session, tenant: Tenant, presenter_id: str, language: str, *, storage: Storage, now: datetime) -> Film:
    """The film of a presenter who may be chosen, ordered where it is not there: first its words, then its pictures. Raises NotFound."""
    person = presenters.offer(session, tenant, presenter_id)
    film = Film(place_of(storage.home, person, language))
    if storage.has(film.path):
        return Film(film.path, ready=True)
    linked = linking.gather(session, document_of(person, language), language)
    if linked.refused:
        return Film(film.path, refused=True)
    if linked.missing:
        linking.want(session, linked.missing, now)
        return Film(film.path, missing=list(linked.missing))
    last = _last_job(session, tenant, subject_of(person, language))
    if last and last.state not in jobs.ENDED:
        return film
    if last and last.state is JobState.FAILED and last.created_at > now - TRIED_AGAIN_AFTER:
        return Film(film.path, refused=True)
    return Film(film.path, job=jobs.create(session, tenant.id, KIND, subject_of(person, language), queue=QUEUE, now=now))


def subject_of(person: Offered, language: str) -> str:
    """What a job is to make: `<presenter>/<language>`."""
    return f"{person.id}/{language}"


def wanted(session: Session, tenant: Tenant, subject: str) -> tuple[Offered, str]:
    """The presenter and the language that a job's subject names. Raises NotFound where she may not be chosen any more."""
    presenter_id, _, language = subject.rpartition("/")
    return presenters.offer(session, tenant, presenter_id), language


def document_of(person: Offered, language: str) -> Document:
    """One scene in which she says her sentence. Raises NotFound for a language without a voice."""
    voice = projects.VOICES.get((language, person.sex))
    if voice is None:
        raise NotFound
    said = gallery.sentences_of(person.id).get(language) or voice_samples.SENTENCES[language]
    words = said.replace("\n", " ")
    plain = starters.from_script(words, canvas=CANVAS, language=language, voice=voice, presenter=person.id, title=person.name)
    return plain.model_copy(update={"scenes": tuple(_on_paper(scene) for scene in plain.scenes)})


def place_of(home: Path, person: Offered, language: str) -> Path:
    """Where her film lies, whether or not it is there."""
    digest = digest_of(person, language)
    if person.own:
        return home / presenters.FOLDER / person.id / SAMPLES / f"{digest}.mp4"
    return artefacts.place(home / artefacts.FOLDER, digest, "mp4")


def digest_of(person: Offered, language: str) -> str:
    """The name of the film: of everything that decides how it looks and sounds."""
    document = codec.digest(document_of(person, language))
    made_of: dict[str, Any] = {"sample": document, "revision": person.revision, "renderer": RENDERER_VERSION, "speech": SPEECH_ENGINE}
    return codec.digest(made_of | ({"mouth": person.mouth} if person.mouth else {}))


def _on_paper(scene: Scene) -> Scene:
    """The scene as the shelf shows people: near, before a light wall."""
    layers = tuple(layer.model_copy(update={"content": _near(layer.content)}) for layer in scene.layers)
    return scene.model_copy(update={"background": Background(colour=WALL), "layers": layers})


def _near(content: Content) -> Content:
    return content.model_copy(update={"shot": "close"}) if isinstance(content, PresenterContent) else content


def _last_job(session: Session, tenant: Tenant, subject: str) -> Job | None:
    ordered = select(Job).where(Job.tenant_id == tenant.id, Job.kind == KIND, Job.subject_id == subject)
    return session.exec(ordered.order_by(col(Job.created_at).desc(), col(Job.id)).limit(1)).first()
