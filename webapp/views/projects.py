"""Projects: the shelf of them and its folders, a new one, a copy, another title, the trash."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.extensions import database, htmx, now, settings, storage
from webapp.models.columns import new_id
from webapp.services import artefacts, editing, exports, folders, presenters, projects, shelf, voices
from webapp.services.projects import Wishes
from webapp.views.exchange import nudge, seat
from webapp.views.language import reading_language
from webapp.views.session import current_tenant
from webapp.views.words import worded

blueprint = Blueprint("projects", __name__)

FIRST_PRESENTER: Final = "mei"
NEW_FOLDER: Final = "new"
"""What the form sends in place of a folder's id for one that is not there yet."""


@blueprint.get("/projects")
def index() -> str:
    """The shelf; htmx gets what was found alone."""
    wanted = _wanted()
    with database().reading() as session:
        found = shelf.search(session, current_tenant(), wanted, request.args.get("after", ""))
        about = {
            "lengths": shelf.lengths(session, found.projects),
            "covers": shelf.covers(session, found.projects),
            "folders": folders.all_of(session, current_tenant()),
        }
    template = "_more" if request.args.get("after") else "_list" if htmx else "page"
    return render_template(f"projects/{template}.html", shelf=found, wanted=wanted, **about)


@blueprint.get("/projects/new")
def new() -> str:
    """The form for a new project."""
    written_in = "zh" if reading_language().startswith("zh") else "en"
    return new_page(Wishes(language=written_in, presenter=request.args.get("presenter", FIRST_PRESENTER)))


@blueprint.post("/projects")
def create() -> Response | tuple[str, int]:
    """Make a project and open it."""
    wishes = sent_wishes()
    try:
        with database().transaction() as session:
            project = projects.start(session, current_tenant(), wishes, now())
            words = voices.unvoiced(session, current_tenant(), project.id, now())
    except Invalid as error:
        return new_page(wishes, error), 422
    voices.ask_opening(settings(), project.id, words)
    return redirect(f"/projects/{project.id}/edit")


@blueprint.post("/projects/<project_id>/title")
def rename(project_id: str) -> Response:
    """Give a project another title."""
    with database().transaction() as session:
        outcome = editing.rename(session, seat(project_id), new_id(), request.form.get("title", ""))
    nudge(project_id, outcome)
    return redirect(url_for("projects.index"))


@blueprint.post("/projects/<project_id>/copy")
def duplicate(project_id: str) -> Response:
    """A project that begins where this one stands."""
    with database().transaction() as session:
        title = projects.find(session, current_tenant(), project_id).title
        copied = shelf.duplicate(session, current_tenant(), project_id, gettext("%(title)s, copy", title=title), now())
    return redirect(url_for("projects.index", folder=copied.folder_id))


@blueprint.post("/projects/<project_id>/folder")
def file_into(project_id: str) -> Response:
    """Into a folder: one that is there, a new one, or none."""
    folder_id, name = request.form.get("folder", ""), request.form.get("name", "")
    with database().transaction() as session:
        if folder_id == NEW_FOLDER:
            folder_id = folders.start(session, current_tenant(), name).id
        folders.file_into(session, current_tenant(), project_id, folder_id)
    return redirect(url_for("projects.index", folder=folder_id or None))


@blueprint.post("/projects/<project_id>/trash")
def throw_away(project_id: str) -> Response:
    """Put a project into the trash."""
    with database().transaction() as session:
        projects.throw_away(session, current_tenant(), project_id, now())
    return redirect(url_for("projects.index"))


@blueprint.post("/projects/<project_id>/restore")
def take_back(project_id: str) -> Response:
    """Take a project out of the trash."""
    with database().transaction() as session:
        projects.take_back(session, current_tenant(), project_id)
    return redirect(url_for("projects.index", trashed=1))


@blueprint.post("/projects/<project_id>/delete")
def delete(project_id: str) -> Response:
    """Delete a project that lies in the trash, with its films."""
    with database().transaction() as session:
        names = exports.files_under(session, [project_id])
        projects.delete(session, current_tenant(), project_id)
    storage().remove(*(artefacts.named(settings().artefacts, name) for name in names))
    return redirect(url_for("projects.index", trashed=1))


@blueprint.post("/folders")
def open_folder() -> Response:
    """A new folder."""
    with database().transaction() as session:
        folder = folders.start(session, current_tenant(), request.form.get("name", ""))
    return redirect(url_for("projects.index", folder=folder.id))


@blueprint.post("/folders/<folder_id>/name")
def rename_folder(folder_id: str) -> Response:
    """Another name for a folder."""
    with database().transaction() as session:
        folders.rename(session, current_tenant(), folder_id, request.form.get("name", ""))
    return redirect(url_for("projects.index", folder=folder_id))


@blueprint.post("/folders/<folder_id>/close")
def close_folder(folder_id: str) -> Response:
    """Take a folder away; what lay in it stays."""
    with database().transaction() as session:
        folders.close(session, current_tenant(), folder_id)
    return redirect(url_for("projects.index"))


def sent_wishes() -> Wishes:
    """What the form for a new project holds."""
    form = request.form
    return Wishes(
        title=form.get("title", ""),
        shape=form.get("shape", ""),
        frame_rate=form.get("frame_rate", ""),
        language=form.get("language", ""),
        presenter=form.get("presenter", ""),
        script=form.get("script", "").replace("\r\n", "\n"),
    )


def new_page(wishes: Wishes, error: Invalid | None = None) -> str:
    """The form for a new project, filled with `wishes`; `error` is told at its field."""
    with database().reading() as session:
        people = presenters.offered(session, current_tenant(), reading_language())
    return render_template(
        "projects/new.html",
        wishes=wishes,
        problem={error.field: worded(error)} if error else {},
        people=people,
        shapes=tuple(projects.SHAPES),
        frame_rates=projects.FRAME_RATES,
    )


def _wanted() -> shelf.Wanted:
    return shelf.Wanted(request.args.get("words", "")[:200], request.args.get("folder", ""), "trashed" in request.args)


@blueprint.app_template_filter("shape")
def shape(canvas: dict[str, int]) -> str:
    """The name of a canvas's shape."""
    size = (canvas.get("width_px"), canvas.get("height_px"))
    return next((name for name, pixels in projects.SHAPES.items() if pixels == size), "9:16")
