"""The library: a tenant's own pictures, clips and sounds, to search, name, replace and throw away; and to choose from in the editor."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from webapp.extensions import database, for_the_house, now, settings
from webapp.extensions import storage as file_storage
from webapp.jobs import ring_job
from webapp.models.asset import Asset, AssetKind
from webapp.nudges import nudge_tenant
from webapp.services import assets, library, quota, uploads, uses
from webapp.services.library import Wanted
from webapp.views import exchange
from webapp.views.session import current_tenant, current_user
from webapp.views.words import sentence

blueprint = Blueprint("library", __name__)


@blueprint.get("/library")
def index() -> str:
    """The page; htmx gets the list alone."""
    wanted = _wanted()
    with database().reading() as session:
        shelf = library.search(session, current_tenant(), wanted, request.args.get("after", ""))
        made = library.progress(session, shelf.assets)
        usage = quota.usage(session, current_tenant(), settings().storage_bytes_max)
        coming = uploads.unfinished(session, current_tenant(), now())
    template = (
        "library/_more.html"
        if request.args.get("after")
        else "library/_list.html"
        if request.headers.get("HX-Request")
        else "library/page.html"
    )
    return render_template(template, shelf=shelf, made=made, usage=usage, wanted=wanted, coming=coming)


@blueprint.get("/library/choices")
def choices() -> str:
    """Material to choose from in the editor, of the kinds named in `?kinds=`, whose names hold the words of `?words=`."""
    kinds = tuple(kind for kind in AssetKind if kind.value in request.args.get("kinds", "").split()) or tuple(AssetKind)
    with database().reading() as session:
        found = assets.usable_of(session, current_tenant(), kinds, words=request.args.get("words", ""))
    return render_template("library/_choices.html", assets=found)


@blueprint.get("/library/storage")
def storage() -> str:
    """How much there is, and how much there may be."""
    with database().reading() as session:
        usage = quota.usage(session, current_tenant(), settings().storage_bytes_max)
    return render_template("library/_storage.html", usage=usage)


@blueprint.get("/library/<asset_id>")
def show(asset_id: str) -> str:
    """One card."""
    with database().reading() as session:
        return _card(assets.find(session, current_tenant(), asset_id))


@blueprint.get("/library/<asset_id>/about")
def about(asset_id: str) -> str:
    """All about one: it is shown large or played, with where it is used and what may stand in its place."""
    with database().reading() as session:
        asset = assets.find(session, current_tenant(), asset_id)
        used = uses.of(session, current_tenant(), asset.digest)
        others = [other for other in assets.usable_of(session, current_tenant(), (asset.kind,)) if other.id != asset.id]
    return render_template("library/_about.html", asset=asset, uses=used, others=others)


@blueprint.post("/library/<asset_id>/name")
def rename(asset_id: str) -> str:
    """Another name."""
    with database().transaction() as session:
        asset = library.rename(session, current_tenant(), asset_id, request.form.get("name", ""))
    return _told(asset)


@blueprint.post("/library/<asset_id>/replace")
def replace(asset_id: str) -> str:
    """Another asset wherever this one stands."""
    with database().transaction() as session:
        done = uses.replace_everywhere(session, current_tenant(), current_user(), asset_id, request.form.get("by", ""), now=now())
        asset = assets.find(session, current_tenant(), asset_id)
    for project, outcome in done:
        exchange.nudge(project.id, outcome)
    return render_template("library/_replaced.html", asset=asset, count=len(done))


@blueprint.post("/library/<asset_id>/again")
def again(asset_id: str) -> str:
    """Look at a refused file once more."""
    with database().transaction() as session:
        asset, job = assets.again(session, current_tenant(), asset_id, now())
    if job is not None:
        ring_job(job)
    return _card(asset)


@blueprint.post("/library/<asset_id>/trash")
def throw_away(asset_id: str) -> Response:
    """Into the trash."""
    with database().transaction() as session:
        asset = library.throw_away(session, current_tenant(), asset_id, now())
    return _gone(asset)


@blueprint.post("/library/<asset_id>/restore")
def take_back(asset_id: str) -> Response:
    """Out of the trash."""
    with database().transaction() as session:
        asset = library.take_back(session, current_tenant(), asset_id)
    return _gone(asset)


@blueprint.post("/library/<asset_id>/delete")
def delete(asset_id: str) -> Response:
    """For good."""
    with database().transaction() as session:
        digest = library.delete(session, current_tenant(), asset_id)
    with for_the_house(), database().reading() as session:  # another tenant may have the same file
        library.remove_files(session, [digest], settings(), file_storage())
    return Response(status=200, headers={"HX-Trigger-After-Settle": "storage-changed"})


@blueprint.app_template_filter("refusal")
def refusal(asset: Asset) -> str:
    """Why a file cannot be used, in the reader's words."""
    return sentence(f"media-{asset.reason}", asset.facts, "media-unreadable")


def _wanted() -> Wanted:
    return Wanted(request.args.get("words", "")[:200], request.args.get("kind", "all"), "trashed" in request.args)


def _card(asset: Asset) -> str:
    with database().reading() as session:
        made = library.progress(session, [asset])
    return render_template("library/_asset.html", asset=asset, made=made)


def _told(asset: Asset) -> str:
    nudge_tenant(asset.tenant_id, "asset", asset.id)
    return _card(asset)


def _gone(asset: Asset) -> Response:
    """The card leaves the list it stood in; other tabs hear of it."""
    nudge_tenant(asset.tenant_id, "asset", asset.id)
    return Response(status=200, headers={"HX-Trigger-After-Settle": "storage-changed"})
