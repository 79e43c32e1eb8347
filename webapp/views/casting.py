"""Casting: the dialog from which a scene's presenter is chosen by picture, and the choice."""

from typing import Final

from flask import Blueprint, Response, render_template, request

from webapp.extensions import database
from webapp.services import casting, choices, gestures
from webapp.services.casting import Search
from webapp.services.people_shelf import Wanted
from webapp.views.edits import composed
from webapp.views.language import reading_language
from webapp.views.presenter_words import tag
from webapp.views.session import current_tenant, current_user

blueprint = Blueprint("casting", __name__)

WORDS_MAX: Final = 100


@blueprint.get("/casting")
def people() -> str:
    """Those who fit what is looked for."""
    with database().reading() as session:
        everybody = casting.candidates(session, current_tenant(), current_user(), reading_language())
    search = _search()
    shown = casting.found(everybody, search, tag)
    return render_template("casting/_people.html", candidates=shown, search=search, picked=request.args.get("picked", ""))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/presenter")
def cast(project_id: str, scene_id: str) -> Response:
    """Somebody else presents the scene, in a shot and an outfit where these are named; or nobody."""
    form, revision = request.form, 1
    name = form.get("value", "")
    if name:
        with database().reading() as session:
            revision = choices.presenter(session, current_tenant(), name).revision
    how = {field: form[field] for field in ("shot", "outfit") if field in form}
    return composed(project_id, lambda document: gestures.cast_presenter(document, scene_id, name, revision, how))


@blueprint.app_context_processor
def _offered() -> dict[str, object]:
    return {"shots": casting.SHOTS, "whose_offered": casting.WHOSE}


def _search() -> Search:
    args = request.args
    wanted = Wanted(**{name: args.get(name, "") for name in Wanted.__slots__})
    return Search(wanted, args.get("words", "")[:WORDS_MAX], args.get("whose", ""))
