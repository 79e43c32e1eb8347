"""The preview: a page of its own for one project, and the sound that a player fetches by name."""

import re
from typing import Final

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from webapp.errors import NotFound
from webapp.extensions import database
from webapp.services import previews, projects
from webapp.views.media import artefact_file
from webapp.views.session import current_tenant

blueprint = Blueprint("preview", __name__)

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@blueprint.get("/projects/<project_id>/preview")
def page(project_id: str) -> str:
    """The player alone: to watch on another screen."""
    with database().reading() as session:
        project = projects.find(session, current_tenant(), project_id)
    return render_template("preview/page.html", project=project)


@blueprint.get("/projects/<project_id>/sound/<digest>.flac")
def sound(project_id: str, digest: str) -> Response:
    """Two seconds of the mix. Its file is named after project and digest, so that no other project's name finds it."""
    with database().reading() as session:
        project = projects.find(session, current_tenant(), project_id)
    if not _DIGEST.fullmatch(digest):
        raise NotFound
    return artefact_file(f"{previews.sound_name(project.id, digest)}.{previews.SOUND}")
