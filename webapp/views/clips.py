"""Clips on the timeline: every gesture is posted here and becomes one edit."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Final, Literal

from flask import Blueprint, Response, request

from render.timeline import cuts
from render.timeline.cuts import Side
from render.timeline.document import Document
from render.timeline.edits import Edit
from render.timeline.table import Table
from render.timeline.time import TICKS_PER_SECOND
from webapp.errors import Invalid
from webapp.extensions import database
from webapp.services import additions, cutting, editing, lanes, placings, projects, shapes
from webapp.views.exchange import answered, base, edit_id, limit_body, seat, shape_shown
from webapp.views.session import current_tenant

blueprint = Blueprint("clips", __name__)
blueprint.before_request(limit_body)

CLIPS_MAX: Final = 500
CUTS_MAX: Final = 200
POINTS_MAX: Final = 500
LEVEL_MAX: Final = 4_000
"""Per mille: a sound may be four times as loud."""
_CLOCK: Final = re.compile(r"\s*(-?)(?:(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*s?\s*", re.ASCII)
_TICKS: Final = re.compile(r"-?\d{1,12}", re.ASCII)
_ADDITIONS: Final[dict[str, Callable[[Table, int], Edit]]] = {
    "title": additions.title,
    "shape": additions.shape,
    "overlay": lambda table, _: additions.track(table, "overlay"),
    "audio": lambda table, _: additions.track(table, "audio"),
}


@blueprint.before_request
def know_project() -> None:
    """Say that a project is not there before anything that was sent for it is read."""
    with database().reading() as session:
        projects.find(session, current_tenant(), (request.view_args or {})["project_id"])


@blueprint.post("/projects/<project_id>/clips/move")
def move(project_id: str) -> Response:
    """Clips go elsewhere in time, and one of them onto another row."""
    names, by_ticks, row = _names(), _ticks("by"), request.form.get("row", "")
    if not re.fullmatch(r"|[va]\d{1,4}(\.\d{1,3})?|t[A-Za-z0-9_-]{1,40}(\.\d{1,3})?", row, re.ASCII):
        raise Invalid("row", "number-wrong")
    return _cut(project_id, lambda table: cutting.move(table, names, by_ticks, row))


@blueprint.post("/projects/<project_id>/clips/trim")
def trim(project_id: str) -> Response:
    """An edge of clips goes elsewhere."""
    names, by_ticks = _names(), _ticks("by")
    side: Side = "start" if request.form.get("edge") == "start" else "end"
    return _cut(project_id, lambda table: cutting.trim(table, names, side, by_ticks))


@blueprint.post("/projects/<project_id>/clips/split")
def split(project_id: str) -> Response:
    """Clips are parted, at one place or at several."""
    names = _names()
    places = [_read_ticks("at", word) for word in request.form.get("at", "").split()[:CUTS_MAX]]
    return _cut(project_id, lambda table: cutting.split(table, names, places))


@blueprint.post("/projects/<project_id>/clips/remove")
def remove(project_id: str) -> Response:
    """Clips go; their gaps are closed where that is asked for."""
    names, closes_gap = _names(), request.form.get("ripple") == "1"
    return _cut(project_id, lambda table: cutting.remove(table, names, closes_gap=closes_gap))


@blueprint.post("/projects/<project_id>/clips/duplicate")
def duplicate(project_id: str) -> Response:
    """Clips once more."""
    names = _names()
    return _cut(project_id, lambda table: cutting.duplicate(table, names))


@blueprint.post("/projects/<project_id>/clips/add")
def add(project_id: str) -> Response:
    """Something new at the playhead."""
    make = _ADDITIONS.get(request.form.get("kind", ""))
    if make is None:
        raise Invalid("kind", "edit-value")
    at_ticks = _ticks("at")
    return _cut(project_id, lambda table: make(table, at_ticks))


@blueprint.post("/projects/<project_id>/clips/picture")
def add_picture(project_id: str) -> Response:
    """A picture of the tenant's at the playhead."""
    asset, at_ticks = request.form.get("asset", ""), _ticks("at")
    return _cut(project_id, lambda table: additions.picture(table, at_ticks, asset))


@blueprint.post("/projects/<project_id>/clips/film")
def add_film(project_id: str) -> Response:
    """A film of the tenant's at the playhead, as long as it is."""
    asset, at_ticks, length_ticks = request.form.get("asset", ""), _ticks("at"), _ticks("length")
    return _cut(project_id, lambda table: additions.film(table, at_ticks, asset, length_ticks))


@blueprint.post("/projects/<project_id>/clips/sound")
def add_sound(project_id: str) -> Response:
    """A sound of the tenant's at the playhead, as long as it is."""
    asset, at_ticks, length_ticks = request.form.get("asset", ""), _ticks("at"), _ticks("length")
    return _cut(project_id, lambda table: additions.sound(table, at_ticks, asset, length_ticks))


@blueprint.post("/projects/<project_id>/clips/<clip_id>/start")
def start(project_id: str, clip_id: str) -> Response:
    """A clip starts exactly there."""
    return _put(project_id, clip_id, "start")


@blueprint.post("/projects/<project_id>/clips/<clip_id>/end")
def end(project_id: str, clip_id: str) -> Response:
    """A clip ends exactly there."""
    return _put(project_id, clip_id, "end")


@blueprint.post("/projects/<project_id>/clips/<clip_id>/length")
def length(project_id: str, clip_id: str) -> Response:
    """A clip lasts exactly so long."""
    return _put(project_id, clip_id, "length")


@blueprint.post("/projects/<project_id>/clips/<clip_id>/source")
def source(project_id: str, clip_id: str) -> Response:
    """Where in its file a clip begins."""
    ticks = _moment()
    return _cut(project_id, lambda table: cutting.begin_in_source(table, clip_id, ticks))


@blueprint.post("/projects/<project_id>/clips/<clip_id>/speed")
def speed(project_id: str, clip_id: str) -> Response:
    """How fast a clip runs, per mille."""
    wanted = _ticks("value")
    return _cut(project_id, lambda table: cuts.run_at(table, clip_id, wanted))


@blueprint.post("/projects/<project_id>/clips/<clip_id>/points")
def points(project_id: str, clip_id: str) -> Response:
    """A clip's volume or opacity over time."""
    wanted = _points()
    return _cut(project_id, lambda table: cuts.bend(table, clip_id, wanted))


@blueprint.post("/projects/<project_id>/clips/<clip_id>/track")
def onto_track(project_id: str, clip_id: str) -> Response:
    """A scene's clip goes onto a track."""
    return _cut(project_id, lambda table: cutting.onto_track(table, clip_id))


@blueprint.post("/projects/<project_id>/clips/<clip_id>/scene")
def into_scene(project_id: str, clip_id: str) -> Response:
    """A track's clip goes into the scene in which it starts."""
    return _cut(project_id, lambda table: cutting.into_scene(table, clip_id))


@blueprint.post("/projects/<project_id>/clips/<scene_id>/scene-length")
def scene_length(project_id: str, scene_id: str) -> Response:
    """How long a scene lasts."""
    ticks = _moment()
    return _cut(project_id, lambda table: cuts.last_for(table, scene_id, ticks))


def _put(project_id: str, clip_id: str, side: Literal["start", "end", "length"]) -> Response:
    ticks = _moment()
    return _cut(project_id, lambda table: cutting.put(table, clip_id, side, ticks))


def _cut(project_id: str, make: Callable[[Table], Edit]) -> Response:
    """Accept what `make` derives from the document that the page showed, with everything in its place."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)

        def derived(document: Document) -> Edit:
            seen = shapes.seen(document, shapes.known(document, shape_shown()))
            placing, looked = (placings.of(session, one, tenant_id=project.tenant_id) for one in (document, seen))
            return make(lanes.table(placing, looked))

        outcome = editing.compose(session, seat(project_id), edit_id(), base(), derived)
    return answered(project, outcome)


def _names() -> list[str]:
    """The clips that are meant. Raises Invalid."""
    names = list(dict.fromkeys(request.form.get("clips", "").split()))
    if not 0 < len(names) <= CLIPS_MAX:
        raise Invalid("clips", "clips-none")
    return names


def _ticks(field: str) -> int:
    return _read_ticks(field, request.form.get(field, ""))


def _read_ticks(field: str, text: str) -> int:
    if not _TICKS.fullmatch(text):
        raise Invalid(field, "number-wrong")
    return int(text)


def _moment() -> int:
    """A time as people write it: `1:02.48`, `62.5`, `-3`. Raises Invalid `time-wrong`."""
    found = _CLOCK.fullmatch(request.form.get("value", ""))
    if found is None:
        raise Invalid("value", "time-wrong")
    sign, minutes, seconds, part = found.groups()
    thousandths = (int(minutes or 0) * 60 + int(seconds)) * 1_000 + int((part or "0").ljust(3, "0"))
    return (-1 if sign else 1) * thousandths * TICKS_PER_SECOND // 1_000


def _points() -> Sequence[tuple[int, int]]:
    """Pairs of ticks and per mille. Raises Invalid."""
    try:
        pairs = [(at, value) for at, value in json.loads(request.form.get("points", ""))]
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid("points", "edit-value") from error
    whole = all(type(number) is int for pair in pairs for number in pair)
    if len(pairs) > POINTS_MAX or not whole or not all(at >= 0 and 0 <= value <= LEVEL_MAX for at, value in pairs):
        raise Invalid("points", "edit-value")
    return pairs
