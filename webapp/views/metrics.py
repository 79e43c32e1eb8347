"""Figures for Prometheus, for whoever brings the token of the settings."""

import hmac

from flask import Blueprint, request
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

from webapp.errors import NotFound
from webapp.extensions import database, now, settings
from webapp.services import figures, pieces, previews
from webapp.services.figures import Figure

blueprint = Blueprint("metrics", __name__)

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
def show() -> Response:
    """Every figure. Without the right token there is no such page."""
    if not _is_collector():
        raise NotFound
    with database().reading() as session:
        told = [*figures.of_work(session, now()), *_of_previews(), *figures.of_pieces(pieces.remembered(settings().pieces))]
    return Response(figures.exposition(told), content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _is_collector() -> bool:
    wanted, brought = settings().metrics_token, request.headers.get("Authorization", "")
    return bool(wanted) and hmac.compare_digest(brought.encode(), f"Bearer {wanted}".encode())


def _of_previews() -> list[Figure]:
    """None while the frames server is away: a figure that is missing tells more than a wrong nought."""
    here = settings()
    if not here.frames_url:
        return []
    try:
        return list(figures.of_previews(previews.at(here.frames_url, here.preview_slots).places()))
    except RedisError:
        return []
