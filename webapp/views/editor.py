"""The editor: a project's page, and the parts of it that are fetched again when somebody changed them."""

from flask import Blueprint, Response, render_template, request, url_for

from webapp.extensions import database
from webapp.services import boards, choices, decks, documents, gallery
from webapp.services.boards import Board
from webapp.services.choices import Choices
from webapp.views import exchange
from webapp.views.session import current_tenant, current_user

blueprint = Blueprint("editor", __name__)



@blueprint.get("/projects/<project_id>/edit")
def page(project_id: str) -> str:
    """The whole editor."""
    shown, offered = _newest(project_id)
    return render_template("editor/page.html", board=shown, choices=offered, deck=decks.fitting(shown.document, None))


@blueprint.get("/projects/<project_id>/parts")
def parts(project_id: str) -> Response:
    """Some parts of it as they stand now, `?what=` with their names parted by spaces."""
    shown, offered = _newest(project_id)
    return exchange.parts(shown, offered, request.args.get("what", "").split())


@blueprint.app_template_global("poster")
def poster(presenter_id: str) -> str:
    """The address of a presenter's picture."""
    if any(person.id == presenter_id for person in gallery.people()):
        return url_for("gallery.poster", person_id=presenter_id)
    return url_for("presenters.poster", presenter_id=presenter_id)


def _newest(project_id: str) -> tuple[Board, Choices]:
    with database().reading() as session:
        loaded = documents.current(session, current_tenant(), project_id)
        shown = boards.board(
            session, current_user(), loaded.project, loaded.project.revision, loaded.document, shape=exchange.shape_shown()
        )
        return shown, choices.offered(session, current_tenant(), current_user())
