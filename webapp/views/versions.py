"""Versions of a project: named, listed, gone back to."""

from flask import Blueprint, Response, render_template, request

from webapp.extensions import database
from webapp.services import changes, projects, versions
from webapp.views.exchange import answered, edit_id, limit_body, seat
from webapp.views.session import current_tenant

blueprint = Blueprint("versions", __name__)
blueprint.before_request(limit_body)


@blueprint.get("/projects/<project_id>/versions")
def index(project_id: str) -> str:
    """The versions there are."""
    with database().reading() as session:
        project = projects.find(session, current_tenant(), project_id)
        found = versions.all_of(session, current_tenant(), project_id)
    return render_template("editor/_versions.html", project=project, versions=found)


@blueprint.post("/projects/<project_id>/versions")
def create(project_id: str) -> tuple[str, int]:
    """Give the present state a name."""
    with database().transaction() as session:
        versions.name(session, seat(project_id), request.form.get("name", ""))
    return index(project_id), 201


@blueprint.get("/projects/<project_id>/versions/<version_id>/changes")
def differences(project_id: str, version_id: str) -> str:
    """What has changed since a version."""
    with database().reading() as session:
        found = changes.since(session, current_tenant(), project_id, version_id)
    return render_template("editor/_changes.html", version_id=version_id, changes=found)


@blueprint.post("/projects/<project_id>/versions/<version_id>/restore")
def restore(project_id: str, version_id: str) -> Response:
    """Go back to a version; what was since then can be had back by undo."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        outcome = versions.restore(session, seat(project_id), version_id, edit_id())
    return answered(project, outcome)
