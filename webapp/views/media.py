"""Files of tenants: taken in as uploads, given out by id, by digest or by a signed address."""

import re
from pathlib import Path
from typing import BinaryIO, Final, cast

from flask import Blueprint, jsonify, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid, NotFound, TooLarge
from webapp.extensions import database, now, settings
from webapp.models.asset import Asset
from webapp.services import assets, media_links
from webapp.views.session import current_tenant

blueprint = Blueprint("media", __name__)

YEAR_S: Final = 365 * 24 * 3600
SANDBOX: Final = "default-src 'none'; sandbox"

_ARTEFACT: Final = re.compile(r"([0-9a-f]{64})\.(wav|mp4|m4a|jpg|webp|srt|vtt|json)")
_MEDIA_TYPES: Final = {"wav": "audio/wav", "m4a": "audio/mp4", "vtt": "text/vtt", "srt": "application/x-subrip"}


@blueprint.get("/assets")
def index() -> str:
    """The tenant's pictures, to choose from."""
    with database().reading() as session:
        found = assets.pictures_of(session, current_tenant())
    return render_template("media/_assets.html", assets=found)


@blueprint.post("/assets")
def upload() -> tuple[str, int] | tuple[Response, int]:
    """Take a picture in. A script that asks for JSON gets id, digest, size and address; htmx gets a card."""
    file = request.files.get("file")
    if file is None:
        raise Invalid("file", "file-missing")
    if (request.content_length or 0) > assets.PICTURE_BYTES_MAX + 64 * 1024:
        raise TooLarge("picture-bytes", megabytes_max=assets.PICTURE_BYTES_MAX // 2**20)
    stored = assets.store_picture(settings().assets, cast("BinaryIO", file.stream))
    with database().transaction() as session:
        asset = assets.take_picture(session, current_tenant(), stored, file.filename or "", now())
    if request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "application/json":
        return jsonify(_told(asset)), 201
    return render_template("media/_asset.html", asset=asset), 201


@blueprint.get("/assets/<key>")
def show(key: str) -> Response:
    """An asset's bytes, by its id or its digest."""
    with database().reading() as session:
        asset = assets.find(session, current_tenant(), key)
    return _asset_file(asset)


@blueprint.get("/media/<tenant_id>/<kind>/<name>/<int:expires>/<proof>")
def signed(tenant_id: str, kind: str, name: str, expires: int, proof: str) -> Response:
    """The same without a cookie, for players: the address itself is the permission, for a few minutes."""
    if not media_links.is_good(settings().secret_key, tenant_id, kind, name, expires, proof, now()):
        raise NotFound
    if kind == "artefact":
        return artefact_file(name)
    with database().reading() as session:
        asset = assets.find_for(session, tenant_id, name)
    return _asset_file(asset)


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


def _asset_file(asset: Asset) -> Response:
    return _file(assets.path_of(settings().assets, asset.digest), asset.media_type, None)


def _file(path: Path, media_type: str | None, download_name: str | None) -> Response:
    if not path.is_file():
        raise NotFound
    response = send_file(
        path,
        mimetype=media_type,
        as_attachment=download_name is not None,
        download_name=download_name,
        conditional=True,
        max_age=YEAR_S,
        etag=path.stem,
    )
    response.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _told(asset: Asset) -> dict[str, str | int | None]:
    return {
        "id": asset.id,
        "digest": asset.digest,
        "media_type": asset.media_type,
        "width_px": asset.width_px,
        "height_px": asset.height_px,
        "address": url_for("media.show", key=asset.digest),
    }
