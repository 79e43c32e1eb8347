"""Leaving: a copy of all that is one's own, and the deletion of it, for whoever decides for a tenant."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.extensions import database, now, settings
from webapp.jobs import ring_job
from webapp.models.deletion import Deletion
from webapp.services import deletions, export_links, quota, takeouts
from webapp.views.access import customer_admins
from webapp.views.media import artefact_file
from webapp.views.session import actor, current_present, current_tenant
from webapp.views.words import worded

blueprint = Blueprint("deletions", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/account/deletion")
@customer_admins
def index() -> str:
    """What would go, what stays and when; or the deletion that stands."""
    return _page()


@blueprint.post("/account/deletion")
@customer_admins
def ask() -> Page:
    """Ask for it."""
    try:
        with database().transaction() as session:
            deletions.ask(session, actor(), current_tenant(), request.form.get("name", ""), now())
    except (Invalid, Conflict) as error:
        return _page(worded(error)), 422
    return redirect(url_for("deletions.index"))


@blueprint.post("/account/deletion/take-back")
@customer_admins
def take_back() -> Response:
    """Keep everything after all."""
    with database().transaction() as session:
        deletions.take_back(session, actor(), current_tenant(), now())
    return redirect(url_for("deletions.index"))


@blueprint.post("/account/takeout")
@customer_admins
def pack() -> str:
    """Have a copy packed."""
    with database().transaction() as session:
        job = takeouts.ask(session, current_tenant(), actor().user_id, now())
    ring_job(job)
    return takeout()


@blueprint.get("/account/takeout")
@customer_admins
def takeout() -> str:
    """How far the copy is."""
    with database().reading() as session:
        told = takeouts.latest(session, current_tenant())
    return render_template("deletions/_takeout.html", told=told)


@blueprint.get("/account/takeout/<takeout_id>")
@customer_admins
def fetch(takeout_id: str) -> Response:
    """The copy itself."""
    with database().reading() as session:
        packed = takeouts.find(session, current_tenant(), takeout_id, now())
    name = f"{export_links.tidy(current_tenant().name) or 'piying'} {packed.created_at:%Y-%m-%d}.{takeouts.EXTENSION}"
    return artefact_file(packed.file, name)


@blueprint.app_template_global()
def deletion_notice() -> Deletion | None:
    """The deletion that stands for the acting tenant; every page of its people tells of it."""
    with database().reading() as session:
        return deletions.standing(session, current_tenant().id)


def _page(problem: str = "") -> str:
    tenant = current_tenant()
    with database().reading() as session:
        latest = deletions.latest(session, tenant.id)
        belongings = deletions.belongings(session, tenant)
        ruled = deletions.ruled_by(session, current_present().user.id) if tenant.kind == "personal" else []
        usage = quota.usage(session, tenant, settings().storage_bytes_max)
        told = takeouts.latest(session, tenant)
    return render_template(
        "deletions/page.html",
        latest=latest,
        belongings=belongings,
        ruled=ruled,
        usage=usage,
        told=told,
        problem=problem,
        given=request.form.get("name", ""),
        grace_days=deletions.GRACE.days,
    )
