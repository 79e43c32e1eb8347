"""The track view: the document by time, scenes as columns and clips on rows."""

from flask import Blueprint, render_template, request

from webapp.extensions import database, settings
from webapp.services import boards, choices, decks, documents, tongues
from webapp.services.windows import Sight
from webapp.views import track_parts
from webapp.views.exchange import shape_shown
from webapp.views.language import reading_language
from webapp.views.presenters import MICROPHONE
from webapp.views.session import current_tenant, current_user

blueprint = Blueprint("tracks", __name__)

OPENING_TICKS = 30 * 240_000
"""What is in sight at first; the page asks for more as it finds room."""


@blueprint.get("/projects/<project_id>/tracks")
def page(project_id: str) -> tuple[str, dict[str, str]]:
    """The whole track view; `?chosen=` names what is looked at, `?shape=` in which shape."""
    seen = Sight(until_ticks=OPENING_TICKS, chosen=tuple(request.args.get("chosen", "").split()))
    with database().reading() as session:
        loaded = documents.current(session, current_tenant(), project_id)
        shown = boards.board(session, current_user(), loaded.project, loaded.project.revision, loaded.document, shape=shape_shown())
        offered = choices.offered(session, current_tenant(), current_user(), settings().outside_voices)
    sheet = track_parts.sheet(shown, seen)
    html = render_template(
        "tracks/page.html",
        board=shown,
        choices=offered,
        deck=decks.WHOLE,
        beside=tongues.ALONE,
        sheet=sheet,
        reading_language=reading_language(),
        view="tracks",
    )
    return html, {"Permissions-Policy": MICROPHONE}
