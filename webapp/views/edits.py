"""Edits: one that the page made, one's last taken back or brought back, and gestures whose edits the server makes."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from render.timeline import compositions
from render.timeline.document import Document
from render.timeline.edits import Edit, read_edit
from webapp.extensions import database
from webapp.services import assets, choices, editing, gestures, layers, projects, shapes
from webapp.services.editing import Sent
from webapp.views.exchange import answered, base, edit_id, limit_body, number, seat
from webapp.views.session import current_tenant

blueprint = Blueprint("edits", __name__)
blueprint.before_request(limit_body)


@blueprint.post("/projects/<project_id>/edits")
def create(project_id: str) -> Response:
    """Take an edit in."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        sent = Sent(edit_id(), base(), read_edit(request.form.get("edit", "")))
        outcome = editing.submit(session, seat(project_id), sent)
    return answered(project, outcome, picture_first=True)


@blueprint.post("/projects/<project_id>/shapes/<shape>/edits")
def create_in_shape(project_id: str, shape: str) -> Response:
    """Take an edit in that was made in a shape: what it changes of the look is that shape's own."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        sent = Sent(edit_id(), base(), read_edit(request.form.get("edit", "")), shape=shape)
        outcome = editing.submit(session, seat(project_id), sent)
    return answered(project, outcome, picture_first=True)


@blueprint.post("/projects/<project_id>/shapes")
def add_shape_of_picture(project_id: str) -> Response:
    """The ad in one more shape."""
    name = request.form.get("value", "")
    return composed(project_id, lambda document: shapes.add(document, name))


@blueprint.post("/projects/<project_id>/shapes/<shape>/back")
def back_to_main(project_id: str, shape: str) -> Response:
    """Something, or everything, looks again as in the main shape."""
    thing = request.form.get("value", "")
    return composed(project_id, lambda document: shapes.back(document, shape, thing))


@blueprint.post("/projects/<project_id>/undo")
def undo(project_id: str) -> Response:
    """Take back one's own last edit."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        outcome = editing.undo(session, seat(project_id), edit_id())
    return answered(project, outcome)


@blueprint.post("/projects/<project_id>/redo")
def redo(project_id: str) -> Response:
    """Bring back what one took back last."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        outcome = editing.redo(session, seat(project_id), edit_id())
    return answered(project, outcome)


@blueprint.post("/projects/<project_id>/scenes")
def add_scene(project_id: str) -> Response:
    """A new scene."""
    after = request.form.get("after", "")
    return composed(project_id, lambda document: gestures.add_scene(document, after))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/duplicate")
def duplicate_scene(project_id: str, scene_id: str) -> Response:
    """The scene again."""
    return composed(project_id, lambda document: gestures.duplicate_scene(document, scene_id))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/split")
def split_scene(project_id: str, scene_id: str) -> Response:
    """Two scenes of one, at the caret."""
    form = request.form
    return composed(
        project_id,
        lambda document: gestures.split_scene(document, scene_id, form.get("block", ""), form.get("language", ""), number("at")),
    )


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/merge")
def merge_scene(project_id: str, scene_id: str) -> Response:
    """The scene and the next become one."""
    return composed(project_id, lambda document: compositions.merge_scenes(document, scene_id))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/everywhere")
def cast_everywhere(project_id: str, scene_id: str) -> Response:
    """The scene's presenter and voice for all scenes."""
    return composed(project_id, lambda document: gestures.cast_everywhere(document, scene_id))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/titles")
def add_title(project_id: str, scene_id: str) -> Response:
    """Words on the picture, to be written."""
    return composed(project_id, lambda document: layers.add_title(document, scene_id))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/shapes")
def add_shape(project_id: str, scene_id: str) -> Response:
    """A rectangle or an ellipse."""
    shape = request.form.get("value", "")
    return composed(project_id, lambda document: layers.add_shape(document, scene_id, shape))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/material")
def add_material(project_id: str, scene_id: str) -> Response:
    """A picture, a clip or a sound of the tenant's."""
    with database().reading() as session:
        asset = assets.find(session, current_tenant(), request.form.get("value", ""))
    return composed(project_id, lambda document: layers.add_material(document, scene_id, asset))


@blueprint.post("/projects/<project_id>/layers/<layer_id>/copy")
def copy_layer(project_id: str, layer_id: str) -> Response:
    """The layer once more."""
    return composed(project_id, lambda document: layers.copy(document, layer_id))


@blueprint.post("/projects/<project_id>/layers/<layer_id>/<any(forward, back):way>")
def restack(project_id: str, layer_id: str, way: str) -> Response:
    """The layer one step to the front, or to the back."""
    return composed(project_id, lambda document: layers.restack(document, layer_id, forward=way == "forward"))


@blueprint.post("/projects/<project_id>/music")
def choose_music(project_id: str) -> Response:
    """Other music, or none."""
    name = request.form.get("value", "")
    known = choices.track(name).id if name else ""
    return composed(project_id, lambda document: gestures.choose_music(document, known))


def composed(project_id: str, make: Callable[[Document], Edit]) -> Response:
    """Accept what `make` derives from the document that the page showed."""
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        outcome = editing.compose(session, seat(project_id), edit_id(), base(), make)
    return answered(project, outcome)
