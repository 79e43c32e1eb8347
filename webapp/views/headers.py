"""The headers every answer carries: what a browser may load, run, embed and tell others, and which line of the log is about it."""

import time
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from webapp import logs
from webapp.extensions import settings

blueprint = Blueprint("headers", __name__)
log = structlog.get_logger("web")

POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Nothing inline, nothing evaluated, nothing from elsewhere."""


@lru_cache(maxsize=4)
def _policy(storage_address: str) -> str:
    """Films may also come from the storage, where browsers are sent there for them."""
    origin = urlsplit(storage_address)
    return POLICY.replace("media-src 'self'", f"media-src 'self' {origin.scheme}://{origin.netloc}") if storage_address else POLICY


@blueprint.before_app_request
def name() -> None:
    """Give the request the id that its answer and every line about it carry."""
    g.began, g.moments = time.perf_counter(), []
    g.request_id = logs.begin_request(request.headers.get("X-Request-Id", ""))


def elapsed_s() -> float:
    """How long ago the request began."""
    return time.perf_counter() - float(g.began)


def mark(moment: str) -> None:
    """Tell the browser when the request came to this moment, for whoever measures (`Server-Timing`)."""
    g.moments.append(f"{moment};dur={elapsed_s() * 1_000:.1f}")


@blueprint.after_app_request
def note(response: Response) -> Response:
    """One line about every request; its address stands there without its arguments, which may be somebody's key."""
    log.info("request", method=request.method, endpoint=request.endpoint, status=response.status_code)
    return response


@blueprint.after_app_request
def guard(response: Response) -> Response:
    """Put them on, unless the view has stricter ones."""
    headers = response.headers
    headers["X-Request-Id"] = g.get("request_id", "")
    if g.get("moments"):
        headers["Server-Timing"] = ", ".join(g.moments)
    headers.setdefault("Content-Security-Policy", _policy(settings().storage_address))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "private, no-cache")
    if settings().secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
