"""Files of tenants, given out by id, by digest or by a signed address: what the ingest made of them, never an original."""

import re
from pathlib import Path
from typing import Final

from flask import Blueprint, request, send_file, url_for
from werkzeug import utils
from werkzeug.wrappers import Response

from webapp.errors import NotFound
from webapp.extensions import database, now, settings
from webapp.models.asset import Asset, AssetKind
from webapp.services import assets, material, media_links
from webapp.services.material import Part
from webapp.views.session import current_tenant

blueprint = Blueprint("media", __name__)

YEAR_S: Final = 365 * 24 * 3600
SANDBOX: Final = "default-src 'none'; sandbox"
HANDED: Final = "/handed"
"""Where the nginx in front finds the artefacts: `deploy/nginx/piying.conf` says the same."""

_ARTEFACT: Final = re.compile(r"([0-9a-f]{64})\.(wav|mp4|m4a|jpg|webp|srt|vtt|json)")
_WHOLE: Final = {
    AssetKind.IMAGE: (Part.PICTURE,),
    AssetKind.VIDEO: (Part.PROXY, Part.HEAD),
    AssetKind.AUDIO: (Part.SOUND,),
}
_PARTS: Final = {"poster": Part.POSTER, "strip": Part.STRIP, "peaks": Part.PEAKS, "sound": Part.SOUND}
_MEDIA_TYPES: Final = {"wav": "audio/wav", "m4a": "audio/mp4", "vtt": "text/vtt", "srt": "application/x-subrip"}


@blueprint.get("/assets/<key>")
def show(key: str) -> Response:
    """What is seen or heard of an asset, by its id or its digest."""
    with database().reading() as session:
        asset = assets.find(session, current_tenant(), key)
    return _asset_file(asset, _WHOLE[asset.kind])


@blueprint.get("/assets/<key>/<any(poster, strip, peaks, sound):name>")
def part(key: str, name: str) -> Response:
    """Something made of an asset: its poster, its thumbnails side by side, its waveform, its sound."""
    with database().reading() as session:
        asset = assets.find(session, current_tenant(), key)
    return _asset_file(asset, (_PARTS[name],))


@blueprint.get("/media/<tenant_id>/<kind>/<name>/<int:expires>/<proof>")
def signed(tenant_id: str, kind: str, name: str, expires: int, proof: str) -> Response:
    """The same without a cookie, for players: the address itself is the permission, for a few minutes."""
    if not media_links.is_good(settings().secret_key, tenant_id, kind, name, expires, proof, now()):
        raise NotFound
    if kind == "artefact":
        return artefact_file(name)
    with database().reading() as session:
        asset = assets.find_for(session, tenant_id, name)
    return _asset_file(asset, _WHOLE[asset.kind])


def signed_address(kind: str, name: str) -> str:
    """A signed address for an `asset` (by digest) or an `artefact` (`<digest>.<extension>`) of the acting tenant."""
    tenant_id, expires = current_tenant().id, media_links.expiry(now())
    proof = media_links.signature(settings().secret_key, tenant_id, kind, name, expires)
    return url_for("media.signed", tenant_id=tenant_id, kind=kind, name=name, expires=expires, proof=proof)


def artefact_file(name: str, download_name: str | None = None) -> Response:
    """Something we made, `<digest>.<extension>`, with ranges. Whoever calls has checked whose it is. Raises NotFound."""
    match = _ARTEFACT.fullmatch(name)
    if match is None:
        raise NotFound
    path = settings().artefacts / name[:2] / name
    return _file(path, _MEDIA_TYPES.get(match[2]), download_name)


def _asset_file(asset: Asset, parts: tuple[Part, ...]) -> Response:
    """The first of these that has been made. The first seconds of a film are not kept by browsers: the whole is coming."""
    for made in parts:
        path = material.place(settings().artefacts, asset.digest, made)
        if path.is_file():
            response = _file(path, material.MEDIA_TYPES[made], None)
            if made is Part.HEAD:
                response.headers["Cache-Control"] = "private, no-cache"
            return response
    raise NotFound


def _file(path: Path, media_type: str | None, download_name: str | None) -> Response:
    if not path.is_file():
        raise NotFound
    response = _handed(path, media_type, download_name) if settings().hands_files else _sent(path, media_type, download_name)
    response.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _sent(path: Path, media_type: str | None, download_name: str | None) -> Response:
    return send_file(
        path,
        mimetype=media_type,
        as_attachment=download_name is not None,
        download_name=download_name,
        conditional=True,
        max_age=YEAR_S,
        etag=path.stem,
    )


def _handed(path: Path, media_type: str | None, download_name: str | None) -> Response:
    """Words for the nginx in front, which sends the file itself, also in parts."""
    response = utils.send_file(
        path,
        request.environ,
        mimetype=media_type,
        as_attachment=download_name is not None,
        download_name=download_name,
        use_x_sendfile=True,
    )
    for name in ("X-Sendfile", "Content-Length", "ETag", "Last-Modified"):
        response.headers.pop(name, None)
    response.headers["X-Accel-Redirect"] = f"{HANDED}/{path.relative_to(settings().artefacts)}"
    return response
