"""The training queue: what customers brought, to approve, to send back, to cut out anew, to compare."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.extensions import database, now, settings
from webapp.jobs import ring_job
from webapp.services import customisations, mouths, spoken_consents, training
from webapp.services.permissions import Permission
from webapp.views.access import needs
from webapp.views.media import kept_file
from webapp.views.session import actor

blueprint = Blueprint("training", __name__)


@blueprint.get("/operator/training")
@needs(Permission.TRAIN)
def index() -> str:
    """The queue, and what was decided."""
    with database().reading() as session:
        return render_template("training/page.html", waiting=training.waiting(session), decided=training.decided(session))


@blueprint.get("/operator/training/<presenter_id>")
@needs(Permission.TRAIN)
def show_entry(presenter_id: str) -> str:
    """One presenter: what the machine found, and what can be decided."""
    with database().reading() as session:
        entry, held = training.entry(session, presenter_id), customisations.is_held(session, presenter_id)
        spoken = spoken_consents.standing(session, entry.presenter)
    choices = {"mattings": training.MATTINGS, "mouths": _mouths()}
    return render_template("training/entry.html", entry=entry, held=held, spoken=spoken, **choices)


@blueprint.post("/operator/training/<presenter_id>/approve")
@needs(Permission.TRAIN)
def approve(presenter_id: str) -> Response:
    """It may be used."""
    with database().transaction() as session:
        training.approve(session, actor(), presenter_id, now(), listened=request.form.get("listened") == "yes")
    return redirect(url_for("training.index"))


@blueprint.post("/operator/training/<presenter_id>/back")
@needs(Permission.TRAIN)
def send_back(presenter_id: str) -> Response:
    """It may not, and why."""
    with database().transaction() as session:
        training.send_back(session, actor(), presenter_id, request.form.get("note", ""), now())
    return redirect(url_for("training.index"))


@blueprint.post("/operator/training/<presenter_id>/remake")
@needs(Permission.TRAIN)
def remake(presenter_id: str) -> Response:
    """Cut out anew with another matting."""
    with database().transaction() as session:
        job = training.remake(session, actor(), presenter_id, request.form.get("matting", ""), now())
    ring_job(job)
    return redirect(url_for("training.show_entry", presenter_id=presenter_id))


@blueprint.post("/operator/training/<presenter_id>/try")
@needs(Permission.TRAIN)
def try_out(presenter_id: str) -> Response:
    """Five seconds in two ways."""
    with database().transaction() as session:
        job = training.try_out(session, actor(), presenter_id, request.form.getlist("matting"), now())
    ring_job(job)
    return redirect(url_for("training.show_entry", presenter_id=presenter_id))


@blueprint.post("/operator/training/<presenter_id>/mouth")
@needs(Permission.TRAIN)
def choose_mouth(presenter_id: str) -> Response:
    """Who moves the mouth from now on."""
    with database().transaction() as session:
        training.choose_mouth(session, actor(), presenter_id, request.form.get("mouth", ""), now(), offered=_mouths())
    return redirect(url_for("training.show_entry", presenter_id=presenter_id))


@blueprint.post("/operator/training/<presenter_id>/mouths")
@needs(Permission.TRAIN)
def compare_mouths(presenter_id: str) -> Response:
    """The same sentence by every mouth there is."""
    with database().transaction() as session:
        job = training.compare_mouths(session, actor(), presenter_id, _mouths(), now())
    ring_job(job)
    return redirect(url_for("training.show_entry", presenter_id=presenter_id))


@blueprint.get("/operator/training/<presenter_id>/mouths/<mouth>.mp4")
@needs(Permission.TRAIN)
def mouth_film(presenter_id: str, mouth: str) -> Response:
    """The film of one mouth."""
    with database().reading() as session:
        path = training.mouth_film(session, settings().presenters, presenter_id, mouth)
    return kept_file(path, "video/mp4")


@blueprint.get("/operator/training/<presenter_id>/trials/<matting>.mp4")
@needs(Permission.TRAIN)
def trial(presenter_id: str, matting: str) -> Response:
    """The film of one trial."""
    with database().reading() as session:
        path = training.trial_film(session, settings().presenters, presenter_id, matting)
    return kept_file(path, "video/mp4")


@blueprint.get("/operator/training/<presenter_id>/spoken.wav")
@needs(Permission.TRAIN)
def spoken(presenter_id: str) -> Response:
    """The consent as it was read aloud."""
    with database().reading() as session:
        path = training.spoken_sound(session, settings().consents, presenter_id)
    return kept_file(path, "audio/wav", cache_control="private, no-cache")


@blueprint.get("/operator/training/<presenter_id>/poster.webp")
@needs(Permission.TRAIN)
def poster(presenter_id: str) -> Response:
    """What it looks like."""
    with database().reading() as session:
        path = training.poster_of(session, settings().presenters, presenter_id)
    return kept_file(path, "image/webp")


def _mouths() -> tuple[str, ...]:
    return mouths.choices(settings().avatar_server)
