"""Presenters: the gallery, the tenant's own, a new one from a portrait or a film with the consent of the person shown."""

from pathlib import Path
from typing import BinaryIO, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from webapp.errors import Invalid, TooLarge, WebError
from webapp.extensions import database, now, settings, storage
from webapp.jobs import ring_job
from webapp.models.asset import AssetKind
from webapp.models.identity import User
from webapp.models.job import Job
from webapp.models.presenter import PresenterKind
from webapp.services import (
    assets,
    audit,
    clip_actions,
    consents,
    customisations,
    favourites,
    languages,
    outfits,
    presenters,
    spoken_consents,
    withdrawals,
)
from webapp.services.audit import Subject
from webapp.services.consents import Evidence, Given
from webapp.services.entitlements import Insufficient
from webapp.services.people_shelf import Wanted, shelf_of_people
from webapp.services.presenters import Brought
from webapp.views.language import reading_language
from webapp.views.media import kept_file
from webapp.views.session import actor, current_tenant, current_user
from webapp.views.spoken_consents import shown_sentence
from webapp.views.words import worded

blueprint = Blueprint("presenters", __name__)

HOUR_S = 3600
FORM_BYTES = 64 * 1024
MICROPHONE = "camera=(), microphone=(self), geolocation=(), payment=()"
"""Where a consent is read aloud and where passages are recorded, and nowhere else."""


@blueprint.get("/presenters")
def index() -> str:
    """The tenant's own presenters, and the gallery as it is filtered, favourites first."""
    wanted = Wanted(**{name: request.args.get(name, "") for name in Wanted.__slots__})
    with database().reading() as session:
        portraits = presenters.portraits(session, current_tenant())
        loved = favourites.of(session, current_tenant(), current_user())
    shown = shelf_of_people(presenters.gallery_offers(reading_language()), loved, wanted)
    return render_template("presenters/page.html", portraits=portraits, people=shown, wanted=wanted, loved=loved)


@blueprint.post("/presenters/<presenter_id>/favourite")
def favourite(presenter_id: str) -> ResponseReturnValue:
    """Keep a presenter at the front, or no longer."""
    with database().transaction() as session:
        loved = favourites.turn(session, current_tenant(), current_user(), presenter_id, now())
    if not request.headers.get("HX-Request"):
        return redirect(url_for("presenters.index"))
    return render_template("presenters/_heart.html", person_id=presenter_id, is_loved=loved)


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
    except (Invalid, TooLarge, Insufficient) as error:
        return _form(given, error), 422
    ring_job(job)
    return redirect(url_for("presenters.show", presenter_id=job.subject_id))


@blueprint.get("/presenters/<presenter_id>")
def show(presenter_id: str) -> ResponseReturnValue:
    """One of the tenant's own: how far it is, what was found, and its consent. htmx gets the changing part alone."""
    with database().reading() as session:
        portrait = presenters.portrait(session, current_tenant(), presenter_id)
        sets = outfits.of(session, [presenter_id]).get(presenter_id, [])
        made = withdrawals.finished_with(session, current_tenant(), presenter_id) if portrait.consent and not portrait.agreed else []
        clips = assets.usable_of(session, current_tenant(), (AssetKind.VIDEO,))
        spoken = spoken_consents.of(session, current_tenant(), portrait.consent.id) if portrait.consent else ()
        witness = session.get(User, portrait.consent.user_id) if portrait.consent and portrait.consent.user_id else None
    part = "presenters/_portrait.html" if request.headers.get("HX-Request") else "presenters/portrait.html"
    shown = render_template(
        part,
        portrait=portrait,
        witness=witness,
        sets=sets,
        made=made,
        clips=clips,
        sets_max=outfits.SETS_MAX,
        acts=clip_actions.of(portrait.presenter),
        spoken=spoken,
        **(shown_sentence(portrait.consent) if portrait.consent else {}),
    )
    return shown, {"Permissions-Policy": MICROPHONE}


@blueprint.post("/presenters/<presenter_id>/again")
def again(presenter_id: str) -> Response:
    """Have a portrait looked at again that was not looked at."""
    with database().transaction() as session:
        job = presenters.judge_again(session, current_tenant(), presenter_id, now())
    ring_job(job)
    return redirect(url_for("presenters.show", presenter_id=presenter_id))


@blueprint.post("/presenters/<presenter_id>/sets")
def add_set(presenter_id: str) -> Response:
    """A further outfit, from a film or picture of the library, held to the first one."""
    outfit_id, root = outfits.new_outfit_id(), settings().presenters
    with database().reading() as session:
        presenters.find(session, current_tenant(), presenter_id)
        source = assets.path_of(settings().assets, assets.find(session, current_tenant(), request.form.get("asset", "")).digest)
    presenters.keep_file(outfits.original_of(root, presenter_id, outfit_id), source, storage())
    with database().transaction() as session:
        name = request.form.get("name", "")
        job = outfits.bring(session, current_tenant(), presenter_id, outfit_id, name=name, now=now())[1]
    ring_job(job)
    return redirect(url_for("presenters.show", presenter_id=presenter_id))


@blueprint.post("/presenters/<presenter_id>/actions")
def add_action(presenter_id: str) -> Response:
    """A named part of a film."""
    form = request.form
    seconds = _seconds(form.get("start", "")), _seconds(form.get("end", ""))
    with database().transaction() as session:
        clip_actions.add(session, current_tenant(), presenter_id, form.get("name", ""), seconds, storage=storage())
    return redirect(url_for("presenters.show", presenter_id=presenter_id))


@blueprint.post("/presenters/<presenter_id>/actions/<action_id>/remove")
def remove_action(presenter_id: str, action_id: str) -> Response:
    """No longer one."""
    with database().transaction() as session:
        clip_actions.remove(session, current_tenant(), presenter_id, action_id, storage=storage())
    return redirect(url_for("presenters.show", presenter_id=presenter_id))


@blueprint.get("/presenters/<presenter_id>/film")
def film(presenter_id: str) -> Response:
    """The film that a presenter was made from, to find places in it."""
    with database().reading() as session:
        path = presenters.film(session, current_tenant(), presenter_id, settings().presenters)
    return kept_file(path, "video/mp4")


@blueprint.post("/presenters/<presenter_id>/withdraw")
def withdraw(presenter_id: str) -> Response:
    """Withdraw the consent of the person shown."""
    with database().transaction() as session:
        found = presenters.withdraw(session, current_tenant(), presenter_id, now())
        subject = Subject("presenter", presenter_id, found.presenter.name, current_tenant().id)
        audit.note(session, actor(), "consent.withdrawn", subject, now())
    return redirect(url_for("presenters.show", presenter_id=presenter_id))


@blueprint.post("/presenters/<presenter_id>/delete")
def delete(presenter_id: str) -> Response:
    """Withdraw the consent and remove the presenter with its pictures."""
    with database().transaction() as session:
        presenters.delete(session, current_tenant(), presenter_id, now())
    presenters.remove_files(settings().presenters, presenter_id, storage())
    return redirect(url_for("presenters.index"))


@blueprint.get("/presenters/<presenter_id>/poster.webp")
def poster(presenter_id: str) -> Response:
    """What a presenter looks like."""
    with database().reading() as session:
        path = presenters.poster(session, current_tenant(), presenter_id, settings().presenters)
    return kept_file(path, "image/webp", cache_control=f"private, max-age={HOUR_S}")


def _given() -> Given:
    form = request.form
    return Given(
        subject_name=form.get("subject_name", ""),
        typed_name=form.get("typed_name", ""),
        language=form.get("language", ""),
        shown=form.get("shown", ""),
        agreed=form.get("agreed") == "yes",
        years=_years(form.get("years", "0")),
    )


def _years(text: str) -> int:
    return int(text) if text in {str(years) for years in consents.YEARS} else 0


def _bring(given: Given) -> Job:
    """Keep the portrait or film, then write everything down; what cannot be written down is not kept. Raises Invalid and TooLarge."""
    consents.checked(given, current_tenant().name)
    if request.form.get("attested") != "yes":
        raise Invalid("attested", "attestation-missing")
    kind = PresenterKind.CLIP if request.form.get("kind") == "clip" else PresenterKind.PHOTO
    root, presenter_id = settings().presenters, presenters.new_portrait_id()
    evidence = Evidence(request.remote_addr or "", request.user_agent.string)
    brought = Brought(presenter_id, request.form.get("sex", ""), given, kind)
    try:
        _keep(root, presenter_id, kind)
        with database().transaction() as session:
            who, takes_right = (current_tenant(), current_user()), settings().reviews_uploads
            presenter, job = presenters.bring(session, *who, brought, evidence=evidence, now=now(), takes_right=takes_right)
            subject = Subject("presenter", presenter.id, presenter.name, current_tenant().id)
            audit.note(session, actor(), "presenter.brought", subject, now(), kind=kind.value, attested=True)
            return job
    except BaseException:
        presenters.remove_files(root, presenter_id, storage())
        raise


def _seconds(text: str) -> float:
    """Seconds as a field has them. Raises Invalid."""
    try:
        seconds = float(text)
    except ValueError as error:
        raise Invalid("start", "number-wrong") from error
    if not 0 <= seconds <= HOUR_S:
        raise Invalid("start", "number-wrong")
    return seconds


def _keep(root: Path, presenter_id: str, kind: PresenterKind) -> None:
    """Put what is brought in its place: a film of the library, or the picture that was sent."""
    original = presenters.original_of(root, presenter_id)
    if kind is PresenterKind.CLIP:
        if not request.form.get("asset"):
            raise Invalid("asset", "clip-missing")
        with database().reading() as session:
            digest = assets.find(session, current_tenant(), request.form["asset"]).digest
        presenters.keep_file(original, assets.path_of(settings().assets, digest), storage())
        return
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("file", "file-missing")
    if (request.content_length or 0) > assets.PICTURE_BYTES_MAX + FORM_BYTES:
        raise TooLarge("picture-bytes", megabytes_max=assets.PICTURE_BYTES_MAX // 2**20)
    presenters.keep_original(root, presenter_id, cast("BinaryIO", file.stream), storage())


def _form(given: Given, error: WebError | None = None) -> str:
    field = str(error.facts.get("field", "file")) if error else ""
    problem = {field: worded(error)} if error else {}
    if error and field != "file" and request.files.get("file"):
        problem.setdefault("file", worded(Invalid("file", "file-again")))
    with database().reading() as session:
        clips = assets.usable_of(session, current_tenant(), (AssetKind.VIDEO,))
        left = customisations.left(session, current_tenant(), now()) if settings().reviews_uploads else None
    chosen = {name: request.form.get(name, usual) for name, usual in (("sex", "female"), ("kind", "photo"), ("asset", ""))}
    return render_template("presenters/new.html", problem=problem, clips=clips, left=left, years=consents.YEARS, **chosen, **_shown(given))


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
