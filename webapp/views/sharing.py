"""Sharing: the pages of an export for whoever ordered it, and the page itself for whoever has its address."""

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid, NotFound
from webapp.extensions import csrf, database, limiter, now, settings
from webapp.models.share import Share
from webapp.services import exports, sharing
from webapp.views.media import artefact_file
from webapp.views.session import current_tenant, current_user
from webapp.views.words import worded

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/exports/<export_id>/shares")
def index(export_id: str) -> str:
    """The pages that show this film, and the form for another."""
    return _panel(export_id)


@blueprint.post("/exports/<export_id>/shares")
def start(export_id: str) -> str | tuple[str, int]:
    """One more page."""
    wish = sharing.Wish(request.form.get("life", ""), request.form.get("password", ""))
    try:
        with database().transaction() as session:
            sharing.start(session, current_tenant(), export_id, wish, user_id=current_user().id, now=now())
    except Invalid as error:
        return _panel(export_id, worded(error)), 422
    return _panel(export_id)


@blueprint.post("/shares/<share_id>/revoke")
def revoke(share_id: str) -> str:
    """The page shows nothing any more."""
    with database().transaction() as session:
        share = sharing.revoke(session, current_tenant(), share_id, now())
    return _panel(share.export_id)


@blueprint.get("/watch/<key>")
@limiter.limit("120 per minute")
def watch(key: str) -> Response:
    """The film, or the question for its password."""
    with database().reading() as session:
        share = sharing.find(session, key, now())
    return _page(render_template("sharing/locked.html", key=key, problem="")) if share.password_hash else _film(share)


@blueprint.post("/watch/<key>")
@limiter.limit("10 per minute; 60 per hour")
@csrf.exempt  # type: ignore[untyped-decorator]
def unlock(key: str) -> Response:
    """The film, for whoever knows the password. It changes nothing and needs no cookie."""
    with database().reading() as session:
        share = sharing.find(session, key, now())
    if sharing.opens(share, request.form.get("password", "")):
        return _film(share)
    return _page(render_template("sharing/locked.html", key=key, problem=worded(Invalid("password", "share-password-wrong"))), 422)


@blueprint.get("/watch/<key>/<int:expires>/<proof>/<kind>")
def file(key: str, expires: int, proof: str, kind: str) -> Response:
    """The film itself, its captions or its cover, for a page that was opened."""
    with database().reading() as session:
        share = sharing.find(session, key, now())
        if not sharing.is_good(settings().secret_key, share, expires, proof, now()):
            raise NotFound
        told = sharing.film(session, share)
    return artefact_file(exports.file_of(told.export, kind))


@blueprint.app_template_global("share_address")
def address(share: Share) -> str:
    """The whole address of the page, to be passed on."""
    return settings().public_url + url_for("sharing.watch", key=share.key)


def _film(share: Share) -> Response:
    with database().transaction() as session:
        sharing.count_view(session, share)
        told = sharing.film(session, share)
    expires = int(now().timestamp()) + sharing.FILES_LIFE_S
    link = {"key": share.key, "expires": expires, "proof": sharing.proof(settings().secret_key, share, expires)}
    return _page(render_template("sharing/page.html", told=told, link=link))


def _page(text: str, status: int = 200) -> Response:
    """A page that no search engine keeps."""
    response = make_response(text, status)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _panel(export_id: str, problem: str = "") -> str:
    with database().reading() as session:
        shares = sharing.of_export(session, current_tenant(), export_id, now())
    return render_template("sharing/_panel.html", export_id=export_id, shares=shares, problem=problem)
