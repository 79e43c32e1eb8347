"""Presenters to see and hear before they are chosen."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from webapp.extensions import database, now, storage
from webapp.jobs import ring_job
from webapp.services import linking, presenter_samples
from webapp.views.media import kept_file
from webapp.views.session import current_tenant
from webapp.views.voices import LOOK_AGAIN_S

blueprint = Blueprint("presenter_samples", __name__)

REMEMBERED = "private, max-age=3600"
"""No longer: a presenter may be made anew, and her consent may end."""


@blueprint.get("/presenters/<presenter_id>/samples/<language>.mp4")
def film(presenter_id: str, language: str) -> ResponseReturnValue:
    """A presenter saying a sentence; 202 while it is being made."""
    with database().transaction() as session:
        found = presenter_samples.sample(session, current_tenant(), presenter_id, language, storage=storage(), now=now())
    if found.ready:
        return kept_file(found.path, "video/mp4", cache_control=REMEMBERED)
    if found.refused:
        return "", 422
    linking.ask(found.missing, "")
    if found.job:
        ring_job(found.job)
    return "", 202, {"Retry-After": str(LOOK_AGAIN_S), "Cache-Control": "no-store"}
