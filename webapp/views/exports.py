"""Exports: the offer and its confirmation, progress, the finished files, and a way to take them along on a phone."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from render.presets.exports import FILES, PRESETS
from webapp.errors import NotFound
from webapp.extensions import database, htmx, now, settings
from webapp.jobs import ring_job
from webapp.models.columns import new_id
from webapp.models.export import ExportState
from webapp.models.job import JobState
from webapp.services import bundles, documents, export_links, exports, linking, projects, quotes
from webapp.services.bundles import Wished
from webapp.services.exports import Told
from webapp.views.media import artefact_file
from webapp.views.session import current_tenant, current_user

blueprint = Blueprint("exports", __name__)

LOOKS_PER_BELL: Final = 10
"""The page looks every second whether all is voiced; the bell is rung at the first look, and again in case it was not heard."""
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class PhoneLink:
    """The parts of an address that works without a cookie."""

    tenant_id: str
    export_id: str
    expires: int
    proof: str

    def address(self, kind: str = "") -> str:
        """The page's path, or that of one of its files."""
        page = url_for("exports.phone", tenant_id=self.tenant_id, export_id=self.export_id, expires=self.expires, proof=self.proof)
        return f"{page}/{kind}" if kind else page


@blueprint.get("/exports")
def index() -> str:
    """Everything the tenant ordered."""
    with database().reading() as session:
        found = exports.all_of(session, current_tenant())
    return render_template("exports/page.html", exports=found, project=None)


@blueprint.get("/projects/<project_id>/exports")
def of_project(project_id: str) -> str:
    """What was ordered of one project."""
    with database().reading() as session:
        project = projects.find(session, current_tenant(), project_id)
        found = exports.all_of(session, current_tenant(), project_id)
    return render_template("exports/page.html", exports=found, project=project)


@blueprint.get("/projects/<project_id>/exports/dialog")
def dialog(project_id: str) -> str:
    """What can be chosen for an export of this project."""
    with database().reading() as session:
        loaded = documents.current(session, current_tenant(), project_id)
    languages = quotes.languages_of(loaded.document)
    return render_template("exports/_dialog.html", project=loaded.project, document=loaded.document, presets=PRESETS, spoken=languages)


@blueprint.post("/projects/<project_id>/exports/offer")
def offer(project_id: str) -> str:
    """Voice what is not voiced yet, then quote."""
    with database().transaction() as session:
        made = bundles.make(session, current_tenant(), project_id, _wished(), now(), user_id=current_user().id)
    look = request.form.get("look", 0, type=int)
    if look % LOOKS_PER_BELL == 0:
        linking.ask(made.missing, project_id)
    return render_template("exports/_offer.html", offer=made, look=look + 1)


@blueprint.post("/projects/<project_id>/exports/order")
def order_all(project_id: str) -> tuple[str, int] | Response:
    """Confirm several quotes at once."""
    with database().transaction() as session:
        made = exports.order_all(session, current_tenant(), project_id, request.form.getlist("export"), now(), user_id=current_user().id)
        found = [exports.tell(session, current_tenant().id, export.id) for export in made]
    for told in found:
        _ring(told)
    if not htmx:
        return redirect(url_for("exports.of_project", project_id=project_id))
    return "".join(map(_card, found)), 202


@blueprint.post("/exports/<export_id>/order")
def order(export_id: str) -> tuple[str, int] | Response:
    """Confirm a quote."""
    with database().transaction() as session:
        exports.order(session, current_tenant(), export_id, now(), user_id=current_user().id)
        told = exports.tell(session, current_tenant().id, export_id)
    return _ordered(told)


@blueprint.post("/exports/<export_id>/retry")
def retry(export_id: str) -> tuple[str, int] | Response:
    """The same again, as a new export."""
    with database().transaction() as session:
        key, own_mouths = request.form.get("key", ""), request.form.get("mouths") == "own"
        who = (current_tenant(), export_id)
        export = exports.retry(session, *who, key=key, now=now(), user_id=current_user().id, own_mouths=own_mouths)
        told = exports.tell(session, current_tenant().id, export.id)
    return _ordered(told)


@blueprint.post("/exports/<export_id>/cancel")
def cancel(export_id: str) -> str | Response:
    """Stop it."""
    with database().transaction() as session:
        exports.cancel(session, current_tenant(), export_id, now())
        told = exports.tell(session, current_tenant().id, export_id)
    return _card(told) if htmx else redirect(url_for("exports.index"))


@blueprint.post("/exports/<export_id>/pause")
def pause(export_id: str) -> str | Response:
    """Let it wait."""
    with database().transaction() as session:
        exports.pause(session, current_tenant(), export_id)
        told = exports.tell(session, current_tenant().id, export_id)
    return _card(told) if htmx else redirect(url_for("exports.index"))


@blueprint.post("/exports/<export_id>/resume")
def resume(export_id: str) -> str | Response:
    """Go on with it."""
    with database().transaction() as session:
        exports.resume(session, current_tenant(), export_id, now())
        told = exports.tell(session, current_tenant().id, export_id)
    _ring(told)
    return _card(told) if htmx else redirect(url_for("exports.index"))


@blueprint.post("/exports/<export_id>/first")
def put_first(export_id: str) -> str | Response:
    """Make it before the others."""
    with database().transaction() as session:
        exports.put_first(session, current_tenant(), export_id)
        told = exports.tell(session, current_tenant().id, export_id)
    return _card(told) if htmx else redirect(url_for("exports.index"))


@blueprint.post("/exports/pause")
def pause_all() -> Response:
    """Let all of them wait, or those of one project."""
    with database().transaction() as session:
        exports.pause_all(session, current_tenant(), request.form.get("project", ""))
    return _back()


@blueprint.post("/exports/resume")
def resume_all() -> Response:
    """Go on with all of them, or those of one project."""
    with database().transaction() as session:
        found = exports.resume_all(session, current_tenant(), now(), request.form.get("project", ""))
    for told in found:
        _ring(told)
    return _back()


@blueprint.get("/exports/<export_id>")
def show(export_id: str) -> str:
    """One export: its card for htmx, else a page."""
    told = _told(export_id)
    return _card(told) if htmx else render_template("exports/page.html", exports=[told], project=None)


@blueprint.get("/exports/<export_id>/files/<kind>")
def file(export_id: str, kind: str) -> Response:
    """One of the files, to play or (`?save=1`) to keep."""
    return _file(_told(export_id), kind, save="save" in request.args)


@blueprint.get("/exports/<export_id>/phone")
def to_phone(export_id: str) -> str:
    """The code to scan, and the address it holds."""
    link = _link(_done(_told(export_id)))
    near_only = urlsplit(settings().public_url).hostname in LOOPBACK
    return render_template("exports/_phone.html", link=link, address=settings().public_url + link.address(), near_only=near_only)


@blueprint.get("/exports/<export_id>/qr.svg")
def code(export_id: str) -> Response:
    """The code itself."""
    link, picture = _link(_done(_told(export_id))), BytesIO()
    made = segno.make(settings().public_url + link.address(), error="m", micro=False)
    made.save(picture, kind="svg", border=3, omitsize=True, light="#ffffff", dark="#1d1a17")
    return Response(picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=600"})


@blueprint.get("/phone/<tenant_id>/<export_id>/<int:expires>/<proof>")
def phone(tenant_id: str, export_id: str, expires: int, proof: str) -> str:
    """The files, for whoever holds the address."""
    link = PhoneLink(tenant_id, export_id, expires, proof)
    return render_template("exports/phone.html", told=_lent(link), link=link)


@blueprint.get("/phone/<tenant_id>/<export_id>/<int:expires>/<proof>/<kind>")
def phone_file(tenant_id: str, export_id: str, expires: int, proof: str, kind: str) -> Response:
    """One of the files, for whoever holds the address."""
    return _file(_lent(PhoneLink(tenant_id, export_id, expires, proof)), kind, save="save" in request.args)


@blueprint.app_template_global("new_export_key")
def new_key() -> str:
    """The name of an export that a page may order: pressed twice, it is one order."""
    return new_id()


@blueprint.app_template_filter("is_ended")
def is_ended(told: Told) -> bool:
    """Whether an export is done, failed or cancelled."""
    return told.export.state in exports.ENDED


def _told(export_id: str) -> Told:
    with database().reading() as session:
        return exports.tell(session, current_tenant().id, export_id)


def _done(told: Told) -> Told:
    if told.export.state is not ExportState.DONE:
        raise NotFound
    return told


def _card(told: Told) -> str:
    return render_template("exports/_export.html", told=told)


def _ordered(told: Told) -> tuple[str, int] | Response:
    _ring(told)
    return (_card(told), 202) if htmx else redirect(url_for("exports.show", export_id=told.export.id))


def _ring(told: Told) -> None:
    if told.job is not None and told.job.state is JobState.QUEUED:
        ring_job(told.job)


def _back() -> Response:
    project_id = request.form.get("project", "")
    return redirect(url_for("exports.of_project", project_id=project_id) if project_id else url_for("exports.index"))


def _wished() -> Wished:
    form = request.form
    return Wished(form.getlist("shape") or [bundles.ITSELF], form.get("preset", ""), form.getlist("language"), form.getlist("extra"))


def _file(told: Told, kind: str, *, save: bool) -> Response:
    export, title = told.export, told.project.title
    artefact = exports.file_of(export, kind)
    name = export_links.file_name(title, export.preset, export.language, FILES[kind]) if save else None
    return artefact_file(artefact, name)


def _link(told: Told) -> PhoneLink:
    export, expires = told.export, export_links.expiry(now())
    proof = export_links.proof(settings().secret_key, export.tenant_id, export.id, expires)
    return PhoneLink(export.tenant_id, export.id, expires, proof)


def _lent(link: PhoneLink) -> Told:
    """The export behind an address, if the address is ours and still works."""
    if not export_links.is_good(settings().secret_key, link.tenant_id, link.export_id, link.expires, link.proof, now()):
        raise NotFound
    with database().reading() as session:
        return _done(exports.tell(session, link.tenant_id, link.export_id))
