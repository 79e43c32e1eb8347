"""What all views of the editor share: who edits, what was sent, and the answer made of the parts that changed."""

import json
import re
from collections.abc import Iterable
from typing import Final

from flask import Response, make_response, render_template, request

from render.timeline.document import Document
from webapp.errors import Invalid
from webapp.extensions import database, now, settings
from webapp.models.project import Project
from webapp.nudges import nudge_project
from webapp.services import boards, choices, documents, lanes, placings, previews, shapes
from webapp.services.boards import Board
from webapp.services.editing import Outcome, Seat
from webapp.services.lanes import Layout
from webapp.views import scene_parts, track_parts
from webapp.views.headers import mark
from webapp.views.language import reading_language
from webapp.views.preview_sockets import let_picture_go_first
from webapp.views.session import current_tenant, current_user

BODY_BYTES_MAX: Final = 2**20
BASE_DIGITS_MAX: Final = 9
SHAPE_HEADER: Final = "X-Shape"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


def seat(project_id: str) -> Seat:
    """Who edits what."""
    return Seat(current_tenant(), current_user(), project_id, now())


def edit_id() -> str:
    """The id that the client made for what it sends, from the header or the form. Raises Invalid."""
    name = request.headers.get("Idempotency-Key") or request.form.get("id", "")
    if not _ID.fullmatch(name):
        raise Invalid("id", "edit-id-wrong")
    return name


def base() -> int:
    """The revision on which something was done. Raises Invalid."""
    return number("base")


def number(field: str) -> int:
    """A small whole number of the form. Raises Invalid."""
    text = request.form.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) <= BASE_DIGITS_MAX):
        raise Invalid(field, "number-wrong")
    return int(text)


def limit_body() -> None:
    """Take no more than an edit may hold; more is answered 413."""
    request.max_content_length = BODY_BYTES_MAX
    request.max_form_memory_size = BODY_BYTES_MAX


def shape_shown() -> str:
    """The shape in which the page shows the document, by its header or address; empty for the main one."""
    return request.headers.get(SHAPE_HEADER) or request.args.get("shape", "")


def nudge(project_id: str, outcome: Outcome) -> None:
    """Tell every tab what an edit changed, once it is committed."""
    if not outcome.repeated:
        previews.tell_revision(settings().frames_url, project_id, outcome.revision)
        nudge_project(project_id, " ".join(outcome.changed) or "nothing", outcome.revision)


def answered(project: Project, outcome: Outcome, *, picture_first: bool = False) -> Response:
    """The changed parts for the author, and a nudge for everybody.

    Where the page shows already what was done, the picture is what she waits for: `picture_first`.
    """
    mark("edited")
    nudge(project.id, outcome)
    mark("told")
    if picture_first:
        let_picture_go_first(project.id, outcome.revision)
        mark("shown")
    documents.keep(project.id, outcome.revision, outcome.document)
    with database().reading() as session:
        shown = boards.board(session, current_user(), project, outcome.revision, outcome.document, shape=shape_shown())
        offered = choices.offered(session, current_tenant(), current_user(), settings().outside_voices)
        before = documents.at_revision(session, project, outcome.revision - 1)
        looked = shapes.seen(before, shapes.known(before, shown.shape))
        former = lanes.layout(placings.of(session, looked, tenant_id=project.tenant_id)) if track_parts.asked() else None
    response = parts(shown, offered, outcome.changed, before=before, former=former)
    saved = {"saved": {"revision": outcome.revision, "changed": list(outcome.changed)}}
    response.headers["HX-Trigger"] = json.dumps(saved)
    mark("written")
    return response


def parts(
    shown: Board, offered: choices.Choices, names: Iterable[str], *, before: Document | None = None, former: Layout | None = None
) -> Response:
    """Fragments by name: `scene:<id>`, `scenes`, `settings`, `tracks`, `lengths`; and the state of bar and shapes with any of them.

    They are those of the view that asks. `before` is the document that it shows, and `former` what the track view showed of that, so
    that it gets no more than what changed.
    """
    wanted = set(names)
    html = [render_template(f"editor/{name}.html", board=shown) for name in ("_state", "_history")]
    seen = track_parts.asked()
    if seen is None or wanted != {"inspector"}:
        html.append(_drawn("editor/_shapes.html", shown, offered, view="tracks" if seen else ""))
    html += track_parts.drawn(track_parts.sheet(shown, seen), offered, wanted, former) if seen else _cards(shown, offered, wanted, before)
    response = make_response("".join(html))
    response.headers["X-Revision"] = str(shown.revision)
    response.headers["Cache-Control"] = "no-store"
    return response


def _cards(shown: Board, offered: choices.Choices, wanted: set[str], before: Document | None) -> list[str]:
    html = list(scene_parts.drawn(shown, offered, wanted, before))
    if wanted & {"settings", "tracks"}:
        html.append(_drawn("editor/_settings.html", shown, offered))
    return html


def _drawn(template: str, shown: Board, offered: choices.Choices, view: str = "") -> str:
    return render_template(template, board=shown, choices=offered, reading_language=reading_language(), view=view)
