"""The editor: a project's page, and the parts of it that are fetched again when somebody changed them."""

from functools import partial
from unicodedata import east_asian_width

from flask import Blueprint, Response, make_response, render_template, request, url_for

from webapp.extensions import database, settings
from webapp.services import boards, choices, decks, documents, gallery
from webapp.services.boards import Board
from webapp.services.choices import Choices
from webapp.views import exchange, scene_parts
from webapp.views.presenters import MICROPHONE
from webapp.views.session import current_tenant, current_user

blueprint = Blueprint("editor", __name__)


@blueprint.get("/projects/<project_id>/edit")
def page(project_id: str) -> Response:
    """The whole editor; passages are recorded in it. What every edit looks at of a document is looked at while she reads."""
    shown, offered = _newest(project_id)
    deck, beside = decks.fitting(shown.document, None), scene_parts.beside(shown)
    html = render_template("editor/page.html", board=shown, choices=offered, deck=deck, beside=beside, opened=frozenset())
    response = make_response(html, {"Permissions-Policy": MICROPHONE})
    response.call_on_close(partial(documents.written, shown.document))
    return response


@blueprint.get("/projects/<project_id>/parts")
def parts(project_id: str) -> Response:
    """Some parts of it as they stand now, `?what=` with their names parted by spaces."""
    shown, offered = _newest(project_id)
    return exchange.parts(shown, offered, request.args.get("what", "").split())


@blueprint.app_template_filter("ems")
def ems(text: str) -> float:
    """About how wide a line of text is, in its own size: wide letters count one, others rather more than half. At least one."""
    return max(1.0, sum(1.0 if east_asian_width(letter) in "WF" else 0.6 for letter in text))


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
        return shown, choices.offered(session, current_tenant(), current_user(), settings().outside_voices)
