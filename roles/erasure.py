"""The erasure of a tenant: doors shut, then its files go, then its rows.

In this order an erasure that is killed finds on its next attempt everything that is left: rows name files until the files are gone.
"""

import hashlib
from pathlib import Path

import structlog

from roles.base import Running, TurnOver
from roles.house import House, house
from webapp.models.columns import utc_now
from webapp.providers.storage.port import Storage
from webapp.services import artefacts, assets, deletions, erasure, material, pieces, previews
from webapp.services.erasure import Files
from webapp.settings import Settings

log = structlog.get_logger("erasure")


def erase(running: Running) -> None:
    """Do it. While others still work for the tenant this gives way to them: they have been told to stop."""
    here, claim = house(), running.claim
    with here.database.transaction() as session:
        deletion = deletions.begin(session, claim.subject_id)
        erasure.shut(session, deletion, utc_now())
    with here.database.reading() as session:
        if not erasure.is_quiet(session, deletion):
            raise TurnOver
        files = erasure.files_of(session, claim.tenant_id)
    remove_files(here.settings, here.storage, claim.tenant_id, files)
    _remove_rows(running, here)
    log.info("tenant erased", tenant=claim.tenant_id)


def remove_files(settings: Settings, storage: Storage, tenant_id: str, files: Files) -> None:
    """Remove everything that is kept under the tenant's name; what is gone already is fine."""
    for presenter_id in files.presenters:
        folder = settings.presenters / presenter_id
        storage.bring_folder(folder)
        _remove_rigs(settings.home / "rigs", folder)
        storage.remove_folder(folder)
    for digest in files.originals:
        storage.remove(assets.path_of(settings.assets, digest), *material.places(settings.artefacts, digest))
    for consent_id in files.consents:
        storage.remove_folder(settings.consents / consent_id)
    for upload_id in files.uploads:
        storage.landing.remove(upload_id)
    storage.remove(*(artefacts.named(settings.artefacts, name) for name in files.artefacts))
    storage.remove(*(artefacts.place(settings.artefacts, name, previews.SOUND) for name in pieces.marked(settings.pieces, tenant_id)))
    storage.remove_folder(settings.pieces / tenant_id)


def _remove_rows(running: Running, here: House) -> None:
    claim = running.claim
    with here.database.transaction() as session:
        running.finish(session)
        removed = erasure.remove_rows(session, deletions.begin(session, claim.subject_id), claim.job_id)
        deletions.done(session, claim.subject_id, removed, utc_now())


def _remove_rigs(rigs: Path, folder: Path) -> None:
    """Rigs that were worked out from the pictures in a presenter's folder: they are named after the pictures' digests."""
    for picture in (path for path in folder.rglob("*") if path.is_file()):
        with picture.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        for rig in rigs.glob(f"{digest}-*"):
            rig.unlink(missing_ok=True)
