"""Subtitle files of a project: what stands in its captions as SRT or VTT, and such a file taken in."""

from typing import Final

from flask import Blueprint, Response, request

from render.errors import DocumentRefused
from render.timeline import captions
from render.timeline.subtitles import Subtitle, import_subtitles, read_subtitles
from webapp.errors import Invalid
from webapp.extensions import database
from webapp.models.columns import new_id
from webapp.services import documents, editing, placings, projects
from webapp.services.placings import placed
from webapp.views.exchange import answered, base, edit_id, limit_body, seat
from webapp.views.session import current_tenant

blueprint = Blueprint("subtitles", __name__)
blueprint.before_request(limit_body)

MEDIA_TYPES: Final = {"srt": "application/x-subrip", "vtt": "text/vtt"}


@blueprint.get("/projects/<project_id>/captions.<any(srt, vtt):form>")
def export(project_id: str, form: str) -> Response:
    """The captions as they stand now, for another program."""
    with database().reading() as session:
        loaded = documents.current(session, current_tenant(), project_id)
        cues = placed(placings.of(session, loaded.document)).cues
    text = captions.srt(cues) if form == "srt" else captions.vtt(cues)
    response = Response(text, mimetype=MEDIA_TYPES[form])
    response.headers["Content-Disposition"] = f"attachment; filename=captions.{form}"
    return response


@blueprint.post("/projects/<project_id>/captions")
def take_in(project_id: str) -> Response:
    """The words and times of a subtitle file, in the language of the project. Raises Invalid."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        subtitles = _read(request.form.get("value", ""))
        outcome = editing.compose(
            session,
            seat(project_id),
            edit_id(),
            base(),
            lambda document: (
                import_subtitles(document, placings.of(session, document).manifest, subtitles, document.language, iter(new_id, "")).edit
            ),
        )
    return answered(project, outcome)


def _read(text: str) -> tuple[Subtitle, ...]:
    try:
        return read_subtitles(text)
    except DocumentRefused as refusal:
        raise Invalid("value", refusal.reason, **refusal.facts) from refusal
