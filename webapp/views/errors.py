"""Errors become HTTP here and nowhere else: a page for a person, a toast for htmx, JSON for a script."""

import errno
from http import HTTPStatus
from typing import Final

import structlog
from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from render.errors import RenderError
from webapp import errors
from webapp.errors import WebError
from webapp.extensions import htmx
from webapp.views.words import heading, sentence, worded

blueprint = Blueprint("errors", __name__)
log = structlog.get_logger("web")

RETRY_AFTER_S: Final = 5
RETRY_FULL_S: Final = 60

STATUSES: Final[tuple[tuple[type[WebError], int], ...]] = (
    (errors.NotFound, 404),
    (errors.SignedOut, 401),
    (errors.Forbidden, 403),
    (errors.Invalid, 422),
    (errors.Conflict, 409),
    (errors.TooMany, 429),
    (errors.TooLarge, 413),
    (errors.Unavailable, 503),
)

_CODES: Final = {
    HTTPStatus.UNAUTHORIZED: "signed-out",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    HTTPStatus.TOO_MANY_REQUESTS: "too-many",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}


@blueprint.app_errorhandler(WebError)
def refused(error: WebError) -> Response:
    """What we refuse ourselves."""
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    response = _answer(status, error.code, error.facts, worded(error))
    if retry_after_s := error.facts.get("retry_after_s"):
        response.headers["Retry-After"] = str(retry_after_s)
    return response


@blueprint.app_errorhandler(RenderError)
def unrenderable(error: RenderError) -> Response:
    """What the renderer's values refuse: a document or an edit that is not right."""
    return _answer(422, error.code, error.facts, worded(error))


@blueprint.app_errorhandler(HTTPException)
def misused(error: HTTPException) -> Response:
    """What Flask and its extensions refuse."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    status = HTTPStatus(error.code)
    code = (
        "form-expired"
        if isinstance(error, CSRFError)
        else _CODES.get(status, "invalid" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "fault")
    )
    response = _answer(status, code, {}, sentence(code, {}))
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = "60"
    return response


@blueprint.app_errorhandler(PoolTimeout)
@blueprint.app_errorhandler(OperationalError)
def unanswered(error: OperationalError | PoolTimeout) -> Response:
    """The database is away, or too busy."""
    log.error("database", reason=str(getattr(error, "orig", error)))
    return refused(errors.Unavailable(retry_after_s=RETRY_AFTER_S))


@blueprint.app_errorhandler(RedisError)
def unheard(error: RedisError) -> Response:
    """The queue or the frames server is away."""
    log.error("valkey", reason=str(error))
    return refused(errors.Unavailable(retry_after_s=RETRY_AFTER_S))


@blueprint.app_errorhandler(OSError)
def unwritten(error: OSError) -> Response:
    """The disk is full; whatever was being written is not there."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return broken(error)
    log.error("disk full", reason=str(error))
    return refused(errors.Unavailable("disk-full", retry_after_s=RETRY_FULL_S))


@blueprint.app_errorhandler(Exception)
def broken(error: Exception) -> Response:
    """A mistake of ours: noted whole, told in one sentence."""
    log.error("fault", path=request.path, exc_info=error)
    return _answer(500, "fault", {}, sentence("fault", {}))


def _answer(status: int, code: str, facts: dict[str, str | int], words: str) -> Response:
    if _wants_json():
        return make_response(jsonify(code=code, facts=facts, message=words), status)
    if htmx:
        response = make_response(render_template("_toast.html", kind="problem", words=words), status)
        response.headers.update({"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"})
        return response
    return make_response(render_template("errors/page.html", status=status, title=heading(status), words=words), status)


def _wants_json() -> bool:
    kinds = request.accept_mimetypes
    return bool(kinds.best_match(["text/html", "application/json"], "text/html") == "application/json")
