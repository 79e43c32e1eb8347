"""Voices: all on offer with a sample each, favourites, and the lexicon of words that are said in a way of their own."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from render.timeline.spoken import SpeechRequest
from webapp.errors import Invalid
from webapp.extensions import database, now, settings, storage
from webapp.services import lexicon, linking, voice_favourites, voice_samples
from webapp.views.language import reading_language
from webapp.views.media import artefact_file
from webapp.views.session import current_tenant, current_user
from webapp.views.words import worded

blueprint = Blueprint("voices", __name__)

LOOK_AGAIN_S = 1


@blueprint.get("/voices")
def index() -> str:
    """All voices, favourites first, and the lexicon."""
    return _page()


@blueprint.post("/voices/<voice_id>/favourite")
def favourite(voice_id: str) -> ResponseReturnValue:
    """Keep a voice at the front, or no longer."""
    with database().transaction() as session:
        loved = voice_favourites.turn(session, current_tenant(), current_user(), voice_id, now(), outside=settings().outside_voices)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("voices.index"))
    return render_template("voices/_heart.html", voice_id=voice_id, is_loved=loved)


@blueprint.get("/voices/<voice_id>/sample.wav")
def sample(voice_id: str) -> ResponseReturnValue:
    """A voice's sample; 202 while it is being made."""
    return _heard(voice_samples.of_voice(voice_id, settings().outside_voices))


@blueprint.post("/voices/lexicon")
def keep_word() -> ResponseReturnValue:
    """Say a word in a certain way from now on."""
    form = request.form
    try:
        with database().transaction() as session:
            words = form.get("language", ""), form.get("written", ""), form.get("said", "")
            lexicon.keep(session, current_tenant(), *words, now=now())
    except Invalid as error:
        return _page(error), 422
    return redirect(url_for("voices.index", _anchor="lexicon"))


@blueprint.post("/voices/lexicon/<entry_id>/remove")
def remove_word(entry_id: str) -> Response:
    """Say a word as the voice would."""
    with database().transaction() as session:
        lexicon.remove(session, current_tenant(), entry_id)
    return redirect(url_for("voices.index", _anchor="lexicon"))


@blueprint.get("/voices/lexicon/<entry_id>/sample.wav")
def word_sample(entry_id: str) -> ResponseReturnValue:
    """A word as it is said; 202 while it is being made."""
    with database().reading() as session:
        said = voice_samples.of_entry(lexicon.find(session, current_tenant(), entry_id))
    return _heard(said, current_tenant().id)


def _heard(said: SpeechRequest, tenant_id: str = "") -> ResponseReturnValue:
    with database().transaction() as session:
        found = voice_samples.sample(session, said, storage(), now(), tenant_id=tenant_id)
    if found.ready:
        return artefact_file(f"{found.digest}.wav")
    if found.refused:
        return "", 422
    linking.ask([found.digest], "")
    return "", 202, {"Retry-After": str(LOOK_AGAIN_S), "Cache-Control": "no-store"}


def _page(error: Invalid | None = None) -> str:
    with database().reading() as session:
        loved = voice_favourites.of(session, current_tenant(), current_user())
        entries = lexicon.of(session, current_tenant())
    return render_template(
        "voices/page.html",
        voices=voice_favourites.first(loved, settings().outside_voices),
        loved=loved,
        entries=entries,
        sentences=voice_samples.SENTENCES,
        reading_language=reading_language(),
        problem={error.field: worded(error)} if error else {},
        given=request.form,
    )
