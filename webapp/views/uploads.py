"""Uploads by the tus protocol, version 1.0.0 (creation, expiration, termination): from the studio, or from a phone that holds an address.

A phone's address is signed for one project and works for a day; whoever holds it can send files to the project's tenant, and see nothing.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final, cast
from urllib.parse import urlsplit

import segno
from flask import Blueprint, render_template, request, url_for
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from webapp.errors import Invalid, NotFound, TooLarge
from webapp.extensions import database, now, settings, storage
from webapp.jobs import ring_job
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.models.upload import Upload
from webapp.nudges import nudge_tenant
from webapp.services import assets, export_links, media_links, projects, uploads
from webapp.services.uploads import Room
from webapp.views.exports import LOOPBACK
from webapp.views.session import current_tenant

blueprint = Blueprint("uploads", __name__)

VERSION: Final = "1.0.0"
BODY: Final = "application/offset+octet-stream"
LENGTH_DIGITS_MAX: Final = 15
_KIND: Final = "send"


@dataclass(frozen=True, slots=True)
class PhoneLink:
    """The parts of an address from which files can be sent into a project."""

    tenant_id: str
    project_id: str
    expires: int
    proof: str

    @property
    def address(self) -> str:
        """The page's path."""
        return url_for("uploads.phone", tenant_id=self.tenant_id, project_id=self.project_id, expires=self.expires, proof=self.proof)


@blueprint.after_request
def speak_tus(response: Response) -> Response:
    """Every answer says which version is spoken, refusals too."""
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == 412:  # noqa: PLR2004 - precondition failed
        response.headers["Tus-Version"] = VERSION
    return response


@blueprint.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
def abilities() -> Response:
    """What is spoken here."""
    spoken = {"Tus-Version": VERSION, "Tus-Extension": "creation,expiration,termination", "Tus-Max-Size": str(settings().media_bytes_max)}
    return Response(status=204, headers=spoken)


@blueprint.post("/uploads")
def create() -> Response:
    """Announce a file."""
    return _created(current_tenant(), lambda upload_id: url_for("uploads.state", upload_id=upload_id))


@blueprint.route("/uploads/<upload_id>", methods=["HEAD"], provide_automatic_options=False)
def state(upload_id: str) -> Response:
    """How much of it has come."""
    return _state(current_tenant(), upload_id)


@blueprint.patch("/uploads/<upload_id>")
def append(upload_id: str) -> Response:
    """More of it."""
    return _appended(current_tenant(), upload_id)


@blueprint.delete("/uploads/<upload_id>")
def end(upload_id: str) -> Response:
    """Give it up."""
    return _ended(current_tenant(), upload_id)


@blueprint.get("/projects/<project_id>/send")
def to_phone(project_id: str) -> str:
    """The code to scan, and the address it holds."""
    link = _link(project_id)
    address, near_only = settings().public_url + link.address, urlsplit(settings().public_url).hostname in LOOPBACK
    return render_template("uploads/_phone.html", link=link, address=address, near_only=near_only)


@blueprint.get("/projects/<project_id>/send.svg")
def code(project_id: str) -> Response:
    """The code itself."""
    picture = BytesIO()
    made = segno.make(settings().public_url + _link(project_id).address, error="m", micro=False)
    made.save(picture, kind="svg", border=3, omitsize=True, light="#ffffff", dark="#1d1a17")
    return Response(picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=600"})


@blueprint.get("/send/<tenant_id>/<project_id>/<int:expires>/<proof>")
def phone(tenant_id: str, project_id: str, expires: int, proof: str) -> str:
    """The page from which a phone sends."""
    link = PhoneLink(tenant_id, project_id, expires, proof)
    _, project = _lent(link)
    return render_template("uploads/phone.html", link=link, project=project)


@blueprint.post("/send/<tenant_id>/<project_id>/<int:expires>/<proof>/uploads")
def phone_create(tenant_id: str, project_id: str, expires: int, proof: str) -> Response:
    """Announce a file from a phone."""
    link = PhoneLink(tenant_id, project_id, expires, proof)
    return _created(_lent(link)[0], lambda upload_id: f"{link.address}/uploads/{upload_id}")


@blueprint.route(
    "/send/<tenant_id>/<project_id>/<int:expires>/<proof>/uploads/<upload_id>", methods=["HEAD"], provide_automatic_options=False
)
def phone_state(tenant_id: str, project_id: str, expires: int, proof: str, upload_id: str) -> Response:
    """How much of it has come."""
    return _state(_lent(PhoneLink(tenant_id, project_id, expires, proof))[0], upload_id)


@blueprint.patch("/send/<tenant_id>/<project_id>/<int:expires>/<proof>/uploads/<upload_id>")
def phone_append(tenant_id: str, project_id: str, expires: int, proof: str, upload_id: str) -> Response:
    """More of it."""
    return _appended(_lent(PhoneLink(tenant_id, project_id, expires, proof))[0], upload_id)


@blueprint.delete("/send/<tenant_id>/<project_id>/<int:expires>/<proof>/uploads/<upload_id>")
def phone_end(tenant_id: str, project_id: str, expires: int, proof: str, upload_id: str) -> Response:
    """Give it up."""
    return _ended(_lent(PhoneLink(tenant_id, project_id, expires, proof))[0], upload_id)


def _created(tenant: Tenant, address: Callable[[str], str]) -> Response:
    if not _is_spoken():
        return Response(status=412)
    with database().transaction() as session:
        upload = uploads.announce(session, tenant, _room(), length_bytes=_number("Upload-Length"), name=_name(), now=now())
    return Response(status=201, headers={"Location": address(upload.id), **_expiry(upload)})


def _state(tenant: Tenant, upload_id: str) -> Response:
    if not _is_spoken():
        return Response(status=412)
    upload = _found(tenant, upload_id)
    told = {"Upload-Offset": str(uploads.offset(_room(), upload)), "Upload-Length": str(upload.length_bytes), "Cache-Control": "no-store"}
    return Response(status=200, headers={**told, **_expiry(upload), **_asset(upload)})


def _appended(tenant: Tenant, upload_id: str) -> Response:
    if not _is_spoken():
        return Response(status=412)
    if request.mimetype != BODY:
        return Response(status=415)
    upload, at = _found(tenant, upload_id), _number("Upload-Offset")
    try:
        here = _received(upload, at)
        upload = _completed(tenant, upload)
    except (TooLarge, Invalid):
        _given_up(tenant, upload_id)
        raise
    return Response(status=204, headers={"Upload-Offset": str(here), **_expiry(upload), **_asset(upload)})


def _ended(tenant: Tenant, upload_id: str) -> Response:
    if not _is_spoken():
        return Response(status=412)
    _given_up(tenant, upload_id)
    return Response(status=204)


def _received(upload: Upload, at: int) -> int:
    if upload.asset_id is not None:
        return upload.length_bytes
    with uploads.receiving(_room(), upload, at) as receive:
        return receive(cast("BinaryIO", request.stream))


def _completed(tenant: Tenant, upload: Upload) -> Upload:
    """Where all has come: the upload with the asset it became, and a bell for its ingest."""
    done = uploads.complete(_room(), upload, settings().assets)
    if done is None:
        return upload
    with database().transaction() as session:
        asset, job = assets.take(session, tenant, *done, name=upload.name, now=now())
        upload = uploads.find(session, tenant, upload.id, now())
        uploads.finish(session, upload, asset)
    if job is not None:
        ring_job(job)
    nudge_tenant(tenant.id, "asset", asset.id)
    return upload


def _given_up(tenant: Tenant, upload_id: str) -> None:
    with database().transaction() as session:
        uploads.forget(session, _room(), uploads.find(session, tenant, upload_id, now()))


def _found(tenant: Tenant, upload_id: str) -> Upload:
    with database().reading() as session:
        return uploads.find(session, tenant, upload_id, now())


def _room() -> Room:
    return Room(storage().landing, settings().media_bytes_max, settings().storage_bytes_max)


def _is_spoken() -> bool:
    return request.headers.get("Tus-Resumable") == VERSION


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= LENGTH_DIGITS_MAX):
        raise Invalid(header.lower(), "upload-broken")
    return int(text)


def _name() -> str:
    """The file's name out of the metadata: pairs of a key and a base64 value, parted by commas."""
    pairs = (pair.strip().partition(" ") for pair in request.headers.get("Upload-Metadata", "").split(","))
    told = {key: value.strip() for key, _, value in pairs}
    try:
        return base64.b64decode(told.get("filename", ""), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Invalid("upload-metadata", "upload-broken") from error


def _expiry(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.expires_at)}


def _asset(upload: Upload) -> dict[str, str]:
    """Beyond the protocol: which asset the finished upload became."""
    return {"Piying-Asset": upload.asset_id} if upload.asset_id else {}


def _link(project_id: str) -> PhoneLink:
    with database().reading() as session:
        projects.find(session, current_tenant(), project_id)
    tenant_id, expires = current_tenant().id, export_links.expiry(now())
    return PhoneLink(tenant_id, project_id, expires, media_links.signature(settings().secret_key, tenant_id, _KIND, project_id, expires))


def _lent(link: PhoneLink) -> tuple[Tenant, Project]:
    """Whose project the address is for. Raises NotFound for one that is not ours or has expired."""
    if not media_links.is_good(settings().secret_key, link.tenant_id, _KIND, link.project_id, link.expires, link.proof, now()):
        raise NotFound
    with database().reading() as session:
        tenant = session.get(Tenant, link.tenant_id)
        if tenant is None:
            raise NotFound
        return tenant, projects.find(session, tenant, link.project_id)
