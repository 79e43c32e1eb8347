"""Projects: the list, a new one, another title, the trash."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.extensions import database, now
from webapp.models.columns import new_id
from webapp.services import editing, presenters, projects, shelf
from webapp.services.projects import Wishes
from webapp.views.exchange import nudge, seat
from webapp.views.language import reading_language
from webapp.views.session import current_tenant
from webapp.views.words import worded

blueprint = Blueprint("projects", __name__)

FIRST_PRESENTER = "mei"


@blueprint.get("/projects")
def index() -> str:
    """The tenant's projects."""
    with database().reading() as session:
        found = projects.all_of(session, current_tenant())
        lengths = shelf.lengths(session, found)
    return render_template("projects/page.html", projects=found, lengths=lengths)


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
    except Invalid as error:
        return new_page(wishes, error), 422
    return redirect(f"/projects/{project.id}/edit")


@blueprint.post("/projects/<project_id>/title")
def rename(project_id: str) -> Response:
    """Give a project another title."""
    with database().transaction() as session:
        outcome = editing.rename(session, seat(project_id), new_id(), request.form.get("title", ""))
    nudge(project_id, outcome)
    return redirect(url_for("projects.index"))


@blueprint.post("/projects/<project_id>/delete")
def delete(project_id: str) -> Response:
    """Put a project into the trash."""
    with database().transaction() as session:
        projects.throw_away(session, current_tenant(), project_id, now())
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


@blueprint.app_template_filter("shape")
def shape(canvas: dict[str, int]) -> str:
    """The name of a canvas's shape."""
    size = (canvas.get("width_px"), canvas.get("height_px"))
    return next((name for name, pixels in projects.SHAPES.items() if pixels == size), "9:16")


@blueprint.app_template_filter("minutes")
def minutes(seconds: int) -> str:
    """A length as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02d}"
