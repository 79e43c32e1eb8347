"""Pictures of the presenters that come with the studio."""

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from webapp.services import gallery

blueprint = Blueprint("gallery", __name__)

DAY_S = 24 * 3600


@blueprint.get("/gallery/<person_id>/poster.webp")
def poster(person_id: str) -> Response:
    """What a presenter looks like."""
    return send_file(gallery.person(person_id).poster, mimetype="image/webp", conditional=True, max_age=DAY_S)
