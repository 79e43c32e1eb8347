"""Consents read aloud: the sentence, a recording of it from the browser or a file, and how it was heard."""

from typing import BinaryIO, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from webapp.errors import Invalid, NotFound, TooLarge
from webapp.extensions import database, now, settings, storage
from webapp.jobs import ring_job
from webapp.models.job import Job
from webapp.models.presenter import Consent
from webapp.services import audit, consents, languages, presenters, spoken_consents
from webapp.services.audit import Subject
from webapp.services.spoken_consents import Read
from webapp.views.language import reading_language
from webapp.views.media import kept_file
from webapp.views.session import actor, current_tenant, current_user
from webapp.views.words import worded

blueprint = Blueprint("spoken_consents", __name__)


@blueprint.get("/presenters/<presenter_id>/spoken")
def show(presenter_id: str) -> str:
    """The sentence in the language asked for, and how the recordings of it were heard."""
    return _part(presenter_id)


@blueprint.post("/presenters/<presenter_id>/spoken")
def create(presenter_id: str) -> ResponseReturnValue:
    """Take a recording, and have it heard."""
    try:
        job = _bring(presenter_id)
    except (Invalid, TooLarge) as error:
        return _part(presenter_id, worded(error)), 422, {"HX-Reswap": "outerHTML"}
    ring_job(job)
    if request.headers.get("HX-Request"):
        return _part(presenter_id)
    return redirect(url_for("presenters.show", presenter_id=presenter_id, _anchor="spoken"))


@blueprint.get("/presenters/<presenter_id>/spoken/<spoken_id>.wav")
def sound(presenter_id: str, spoken_id: str) -> Response:
    """A recording, to hear."""
    with database().reading() as session:
        presenters.find(session, current_tenant(), presenter_id)
        row = spoken_consents.find(session, current_tenant(), spoken_id)
    path = spoken_consents.sound_of(settings().consents, row.consent_id, row.id)
    return kept_file(path, "audio/wav", cache_control="private, no-cache")


def shown_sentence(consent: Consent, language: str = "") -> dict[str, object]:
    """The sentence of a consent as a page shows it: in `language`, else in that of the consent, else in the reader's."""
    reading = next(code for code in (language, consent.language, reading_language()) if code in spoken_consents.SENTENCES)
    words = spoken_consents.sentence(reading, consent.subject_name, current_tenant().name)
    return {
        "sentence": words,
        "reading": reading,
        "shown": consents.digest_of(words),
        "readings": {code: name for code, name in languages.LANGUAGES.items() if code in spoken_consents.SENTENCES},
    }


def _part(presenter_id: str, problem: str = "") -> str:
    with database().reading() as session:
        portrait = presenters.portrait(session, current_tenant(), presenter_id)
        if portrait.consent is None:
            raise NotFound
        spoken = spoken_consents.of(session, current_tenant(), portrait.consent.id)
    reading = shown_sentence(portrait.consent, request.values.get("language", ""))
    return render_template("presenters/_spoken.html", portrait=portrait, spoken=spoken, spoken_problem=problem, **reading)


def _bring(presenter_id: str) -> Job:
    """Keep the recording, then write it down; what cannot be written down is not kept. Raises Invalid, TooLarge."""
    with database().reading() as session:
        consent = spoken_consents.may_read(session, current_tenant(), presenter_id)
    file = request.files.get("recording")
    if file is None or not file.filename:
        raise Invalid("recording", "recording-missing")
    root = settings().consents
    taken = spoken_consents.keep(root, consent.id, cast("BinaryIO", file.stream), storage())
    read = Read(taken, request.form.get("language", ""), request.form.get("shown", ""))
    try:
        with database().transaction() as session:
            job = spoken_consents.bring(session, current_tenant(), current_user(), consent, read, now=now())
            subject = Subject("presenter", presenter_id, consent.subject_name, current_tenant().id)
            audit.note(session, actor(), "consent.read", subject, now(), language=read.language)
            return job
    except BaseException:
        storage().remove(spoken_consents.original_of(root, consent.id, taken.id))
        raise
