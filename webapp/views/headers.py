"""The headers every answer carries: what a browser may load, run, embed and tell others."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from webapp.extensions import settings

blueprint = Blueprint("headers", __name__)

POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Nothing inline, nothing evaluated, nothing from elsewhere."""


@blueprint.after_app_request
def guard(response: Response) -> Response:
    """Put them on, unless the view has stricter ones."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
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
