"""Files of tenants, given out by id or by digest: what the ingest made of them, never an original."""

import mimetypes
import re
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from flask import Blueprint, redirect, request, send_file
from werkzeug import utils
from werkzeug.wrappers import Response

from webapp.errors import NotFound
from webapp.extensions import database, settings, storage
from webapp.models.asset import Asset, AssetKind
from webapp.providers.storage.port import Wrapping
from webapp.services import assets, material
from webapp.services.material import Part
from webapp.views.session import current_tenant

blueprint = Blueprint("media", __name__)

YEAR_S: Final = 365 * 24 * 3600
SANDBOX: Final = "default-src 'none'; sandbox"
HANDED: Final = "/handed"
"""Where the nginx in front finds the artefacts: `deploy/nginx/piying.conf` says the same."""
STORED: Final = "/stored"
"""Where it passes a signed address on to the storage."""
LENT_S: Final = 300
"""For how long a browser may remember where the storage has a film; the address itself is good for longer."""
IMMUTABLE: Final = f"private, max-age={YEAR_S}, immutable"

_ARTEFACT: Final = re.compile(r"([0-9a-f]{64})\.(wav|flac|mp4|m4a|webm|jpg|png|gif|webp|srt|vtt|json|zip)")
_WHOLE: Final = {
    AssetKind.IMAGE: (Part.PICTURE,),
    AssetKind.VIDEO: (Part.PROXY, Part.HEAD),
    AssetKind.AUDIO: (Part.SOUND,),
}
_PARTS: Final = {"poster": Part.POSTER, "strip": Part.STRIP, "peaks": Part.PEAKS, "sound": Part.SOUND}
_MEDIA_TYPES: Final = {"wav": "audio/wav", "flac": "audio/flac", "m4a": "audio/mp4", "vtt": "text/vtt", "srt": "application/x-subrip"}


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
    response = _asset_file(asset, (_PARTS[name],))
    response.headers["X-Film-Ticks"] = str(asset.duration_ticks)
    return response


def artefact_file(name: str, download_name: str | None = None) -> Response:
    """Something we made, `<digest>.<extension>`, with ranges. Whoever calls has checked whose it is. Raises NotFound."""
    match = _ARTEFACT.fullmatch(name)
    if match is None:
        raise NotFound
    path = settings().artefacts / name[:2] / name
    return kept_file(path, _MEDIA_TYPES.get(match[2]), download_name=download_name, cache_control=IMMUTABLE)


def kept_file(path: Path, media_type: str | None, *, download_name: str | None = None, cache_control: str = "no-cache") -> Response:
    """A file of the storage, with ranges: sent by the storage itself, by the nginx in front, or from here. Raises NotFound, StorageAway."""
    kind = media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = _lent(path, kind, download_name, cache_control) if path.is_relative_to(settings().home) else None
    if response is None:
        response = _here(path, kind, download_name, cache_control)
        response.headers["Cache-Control"] = cache_control
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _asset_file(asset: Asset, parts: tuple[Part, ...]) -> Response:
    """The first of these that has been made. The first seconds of a film are not kept by browsers: the whole is coming."""
    for made in parts:
        path = material.place(settings().artefacts, asset.digest, made)
        cache_control = "private, no-cache" if made is Part.HEAD else IMMUTABLE
        with suppress(NotFound):
            return kept_file(path, material.MEDIA_TYPES[made], cache_control=cache_control)
    raise NotFound


def _lent(path: Path, kind: str, download_name: str | None, cache_control: str) -> Response | None:
    """Words that have the file fetched from the storage: by the browser if it is a film or a download, else by the nginx in front."""
    disposition = _disposition(download_name) if download_name else None
    wrapping = Wrapping(kind, disposition, cache_control)
    outside = disposition is not None or kind.startswith("video/")
    address = storage().signed(path, wrapping, outside=True) if outside else None
    passed_on = storage().signed(path, wrapping, outside=False) if address is None and settings().hands_files else None
    if address is None and passed_on is None:
        return None
    if not storage().has(path):
        raise NotFound
    return _redirected(address) if address else _passed_on(str(passed_on), kind)


def _redirected(address: str) -> Response:
    response = redirect(address)
    response.headers["Cache-Control"] = f"private, max-age={LENT_S}"
    return response


def _passed_on(address: str, kind: str) -> Response:
    response = Response(mimetype=kind)
    parts = urlsplit(address)
    response.headers["X-Accel-Redirect"] = f"{STORED}{parts.path}?{parts.query}"
    return response


def _disposition(name: str) -> str:
    """A file name of any script, as RFC 6266 has it."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def _here(path: Path, kind: str, download_name: str | None, cache_control: str) -> Response:
    """From the file in the home, or beside it what came with the studio."""
    if not (storage().bring(path) if path.is_relative_to(settings().home) else path.is_file()):
        raise NotFound
    if settings().hands_files and path.is_relative_to(settings().artefacts):
        return _handed(path, kind, download_name)
    return send_file(
        path,
        mimetype=kind,
        as_attachment=download_name is not None,
        download_name=download_name,
        conditional=True,
        etag=path.stem if cache_control is IMMUTABLE else True,
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
