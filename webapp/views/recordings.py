"""Recordings that were just brought for a passage: whether one can be used yet, and the name of its sound."""

from flask import Blueprint, Response, jsonify

from webapp.errors import Invalid
from webapp.extensions import database
from webapp.models.asset import AssetKind, AssetState
from webapp.services import assets
from webapp.views.session import current_tenant

blueprint = Blueprint("recordings", __name__)


@blueprint.get("/recordings/<asset_id>")
def state(asset_id: str) -> Response | tuple[str, int]:
    """The digest of a recording; 202 until it has been read. Raises NotFound, and Invalid for what is no sound."""
    with database().reading() as session:
        asset = assets.find(session, current_tenant(), asset_id)
    if asset.state in {AssetState.CHECKING, AssetState.USABLE}:
        return "", 202
    if asset.state != AssetState.READY or asset.kind != AssetKind.AUDIO:
        raise Invalid("file", asset.reason or "media-silent")
    return jsonify(digest=asset.digest)
