"""Presenters: the gallery, the tenant's own, a new one from a portrait with the consent of the person shown."""

from typing import BinaryIO, cast

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from webapp.errors import Invalid, TooLarge, WebError
from webapp.extensions import database, now, settings
from webapp.jobs import ring_job
from webapp.models.identity import User
from webapp.models.job import Job
from webapp.services import assets, consents, languages, presenters
from webapp.services.consents import Evidence, Given
from webapp.services.presenters import Brought
from webapp.views.language import reading_language
from webapp.views.session import current_tenant, current_user
from webapp.views.words import worded

blueprint = Blueprint("presenters", __name__)

HOUR_S = 3600
FORM_BYTES = 64 * 1024


@blueprint.get("/presenters")
def index() -> str:
    """The tenant's own presenters, and the gallery."""
    with database().reading() as session:
        portraits = presenters.portraits(session, current_tenant())
    return render_template("presenters/page.html", portraits=portraits, people=presenters.gallery_offers(reading_language()))


@blueprint.get("/presenters/new")
def new() -> str:
    """The form for a portrait."""
    return _form(Given("", "", reading_language(), "", agreed=False))


@blueprint.get("/presenters/statement")
def statement() -> str:
    """The statement to be agreed to, for the name and language in the form."""
    given = Given(request.args.get("subject_name", ""), "", request.args.get("language", ""), "", agreed=False)
    return render_template("presenters/_statement.html", problem={}, **_shown(given))


@blueprint.post("/presenters")
def create() -> ResponseReturnValue:
    """Take a portrait with its consent, and have it looked at."""
    given = _given()
    try:
        job = _bring(given)
    except (Invalid, TooLarge) as error:
        return _form(given, error), 422
    ring_job(job)
    return redirect(url_for("presenters.show", presenter_id=job.subject_id))


@blueprint.get("/presenters/<presenter_id>")
def show(presenter_id: str) -> str:
    """One of the tenant's own: how far it is, what was found, and its consent. htmx gets the changing part alone."""
    with database().reading() as session:
        portrait = presenters.portrait(session, current_tenant(), presenter_id)
        witness = session.get(User, portrait.consent.user_id) if portrait.consent and portrait.consent.user_id else None
    part = "presenters/_portrait.html" if request.headers.get("HX-Request") else "presenters/portrait.html"
    return render_template(part, portrait=portrait, witness=witness)


@blueprint.post("/presenters/<presenter_id>/again")
def again(presenter_id: str) -> Response:
    """Have a portrait looked at again that was not looked at."""
    with database().transaction() as session:
        job = presenters.judge_again(session, current_tenant(), presenter_id, now())
    ring_job(job)
    return redirect(url_for("presenters.show", presenter_id=presenter_id))


@blueprint.post("/presenters/<presenter_id>/withdraw")
def withdraw(presenter_id: str) -> Response:
    """Withdraw the consent of the person shown."""
    with database().transaction() as session:
        presenters.withdraw(session, current_tenant(), presenter_id, now())
    return redirect(url_for("presenters.show", presenter_id=presenter_id))


@blueprint.post("/presenters/<presenter_id>/delete")
def delete(presenter_id: str) -> Response:
    """Withdraw the consent and remove the presenter with its pictures."""
    with database().transaction() as session:
        presenters.delete(session, current_tenant(), presenter_id, now())
    presenters.remove_files(settings().presenters, presenter_id)
    return redirect(url_for("presenters.index"))


@blueprint.get("/presenters/<presenter_id>/poster.webp")
def poster(presenter_id: str) -> Response:
    """What a presenter looks like."""
    with database().reading() as session:
        path = presenters.poster(session, current_tenant(), presenter_id, settings().presenters)
    response = send_file(path, mimetype="image/webp", conditional=True, max_age=HOUR_S)
    response.headers["Cache-Control"] = f"private, max-age={HOUR_S}"
    return response


def _given() -> Given:
    form = request.form
    return Given(
        subject_name=form.get("subject_name", ""),
        typed_name=form.get("typed_name", ""),
        language=form.get("language", ""),
        shown=form.get("shown", ""),
        agreed=form.get("agreed") == "yes",
    )


def _bring(given: Given) -> Job:
    """Keep the portrait, then write everything down; what cannot be written down is not kept. Raises Invalid and TooLarge."""
    consents.checked(given, current_tenant().name)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("file", "file-missing")
    if (request.content_length or 0) > assets.PICTURE_BYTES_MAX + FORM_BYTES:
        raise TooLarge("picture-bytes", megabytes_max=assets.PICTURE_BYTES_MAX // 2**20)
    root, presenter_id = settings().presenters, presenters.new_portrait_id()
    evidence = Evidence(request.remote_addr or "", request.user_agent.string)
    brought = Brought(presenter_id, request.form.get("sex", ""), given)
    try:
        presenters.keep_original(root, presenter_id, cast("BinaryIO", file.stream))
        with database().transaction() as session:
            return presenters.bring(session, current_tenant(), current_user(), brought, evidence=evidence, now=now())[1]
    except BaseException:
        presenters.remove_files(root, presenter_id)
        raise


def _form(given: Given, error: WebError | None = None) -> str:
    field = str(error.facts.get("field", "file")) if error else ""
    problem = {field: worded(error)} if error else {}
    if error and field != "file" and request.files.get("file"):
        problem.setdefault("file", worded(Invalid("file", "file-again")))
    return render_template("presenters/new.html", problem=problem, sex=request.form.get("sex", "female"), **_shown(given))


def _shown(given: Given) -> dict[str, object]:
    """The form's consent with the words it stands for; an unknown language is read in the reader's own."""
    language = given.language if given.language in consents.STATEMENTS else reading_language()
    words = consents.statement(language, consents.tidy_name(given.subject_name) or "…", current_tenant().name)
    return {
        "given": given,
        "statement": words,
        "statement_language": language,
        "statement_languages": {code: name for code, name in languages.LANGUAGES.items() if code in consents.STATEMENTS},
        "shown": consents.digest_of(words),
    }
