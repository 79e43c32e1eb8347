"""Captions by hand: one of them shows other words, begins elsewhere, is parted, joined, hidden or as it was."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Final

from flask import Blueprint, Response, render_template, request

from render.timeline.document import Document
from render.timeline.edits import Edit
from render.timeline.styles import CaptionPlace
from render.timeline.time import ticks_from_seconds
from webapp.errors import Invalid, NotFound
from webapp.extensions import database
from webapp.services import cues, documents, editing, placings, projects, shapes
from webapp.services.boards import Board, Card
from webapp.services.cues import Caption, Line
from webapp.services.placings import placed
from webapp.views import platform_words
from webapp.views.exchange import answered, base, edit_id, limit_body, number, seat, shape_shown
from webapp.views.session import current_tenant

blueprint = Blueprint("cues", __name__)
blueprint.before_request(limit_body)

SECONDS_MAX: Final = 3_600
PARTS: Final = 10_000
Change = Callable[[Caption], Edit]


@blueprint.app_template_global("caption_lines")
def caption_lines(board: Board, card: Card) -> tuple[Line, ...]:
    """The captions of a scene, as they stand."""
    return cues.lines(board.document, placed(board.placing), card.scene.id)


@blueprint.get("/projects/<project_id>/scenes/<scene_id>/captions")
def spots(project_id: str, scene_id: str) -> str:
    """Where the captions of a scene stand in the picture, in the shape that the page shows."""
    with database().reading() as session:
        loaded = documents.current(session, current_tenant(), project_id)
        document = shapes.seen(loaded.document, shapes.known(loaded.document, shape_shown()))
        timeline = placed(placings.of(session, document, tenant_id=loaded.project.tenant_id))
    found = cues.spots(document, timeline, scene_id)
    return render_template("editor/_caption_spots.html", spots=found, scene_id=scene_id, project_id=project_id)


@blueprint.post("/projects/<project_id>/captions/into-sight")
def into_sight(project_id: str) -> Response:
    """Move all captions out from under the apps whose covers are looked at, in the shape that is named."""
    shape = request.form.get("value", "")
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)

        def made(document: Document) -> Edit:
            looked = shapes.seen(document, shape)
            timeline = placed(placings.of(session, looked, tenant_id=project.tenant_id))
            return cues.into_sight(document, timeline, platform_words.seen(), shape)

        outcome = editing.compose(session, seat(project_id), edit_id(), base(), made)
    return answered(project, outcome)


@blueprint.post("/projects/<project_id>/blocks/<block_id>/captions/<int:at>/<what>")
def change(project_id: str, block_id: str, at: int, what: str) -> Response:
    """Change the caption that begins at a character of what is said. Raises Invalid, NotFound."""
    if what not in _CHANGES:
        raise NotFound
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)

        def made(document: Document) -> Edit:
            timeline = placed(placings.of(session, document, tenant_id=project.tenant_id))
            return _CHANGES[what](cues.find(document, timeline, block_id, at))

        outcome = editing.compose(session, seat(project_id), edit_id(), base(), made)
    return answered(project, outcome)


def _place() -> CaptionPlace:
    """The middle of a caption, within the picture. Raises Invalid."""
    x, y = number("x"), number("y")
    if max(x, y) > PARTS:
        raise Invalid("value", "number-wrong")
    return CaptionPlace(x=x, y=y)


def _ticks() -> int:
    """Seconds of the form in ticks. Raises Invalid."""
    try:
        seconds = float(request.form.get("value", ""))
    except ValueError as error:
        raise Invalid("value", "number-wrong") from error
    if not (isfinite(seconds) and 0 <= seconds <= SECONDS_MAX):
        raise Invalid("value", "number-wrong")
    return ticks_from_seconds(seconds)


def _size() -> int | None:
    return number("size") if "size" in request.form else None


_CHANGES: Final[Mapping[str, Change]] = {
    "words": lambda caption: cues.shown_as(caption, request.form.get("value", "")),
    "start": lambda caption: cues.timed(caption, "at", _ticks()),
    "length": lambda caption: cues.timed(caption, "duration", _ticks()),
    "size": lambda caption: cues.sized(caption, number("value")),
    "hide": lambda caption: cues.hidden(caption, hide=True),
    "show": lambda caption: cues.hidden(caption, hide=False),
    "place": lambda caption: cues.moved(caption, _place(), size=_size(), shape=request.form.get("shape", "")),
    "unplace": lambda caption: cues.moved(caption, None, shape=request.form.get("shape", "")),
    "split": lambda caption: cues.split(caption, number("value")),
    "join": cues.joined,
    "reset": cues.reset,
}
