"""The packing of a tenant's own data: documents, originals, finished films, consents and statements in one zip file."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session

from roles.base import Running
from roles.house import House, house
from webapp.models.columns import utc_now
from webapp.providers.storage.port import Storage
from webapp.services import artefacts, assets, takeouts
from webapp.services.takeouts import Member
from webapp.settings import Settings

STAGE: Final = "packing"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The moment that every member bears, so that the same data make the same file."""


def pack(running: Running) -> None:
    """Write the package to its place. Texts are compressed, films and pictures are as small as they get."""
    here, claim = house(), running.claim
    storage = here.storage
    with here.database.reading() as session:
        wanted = takeouts.members(session, claim.tenant_id)
    target = artefacts.place(here.settings.artefacts, takeouts.digest_of(claim.subject_id), takeouts.EXTENSION)
    with artefacts.publishing(target) as aside, zipfile.ZipFile(aside, "w", allowZip64=True) as package:
        for name, text in _texts(here, claim.tenant_id):
            package.writestr(_member(name, zipfile.ZIP_DEFLATED), text)
        for number, member in enumerate(wanted):
            running.progress(STAGE, number, len(wanted))
            _copy(package, member, _source(member, here.settings), storage)
    storage.keep(target)
    with here.database.transaction() as session:
        running.finish(session)
        takeouts.packed(session, claim.subject_id, target.stat().st_size, utc_now())


def clear_out(session: Session, now: datetime) -> None:
    """Remove packages whose week is over. The clock calls this."""
    here = house()
    here.storage.remove(*(artefacts.named(here.settings.artefacts, name) for name in takeouts.forget_expired(session, now)))


def _texts(here: House, tenant_id: str) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all that are rows. Each is read in a transaction of its own: a large tenant's do not stand at once."""
    with here.database.reading() as session:
        listed, projects, months = (
            takeouts.lists(session, tenant_id),
            takeouts.project_ids(session, tenant_id),
            takeouts.months(session, tenant_id),
        )
    for name, rows in listed.items():
        yield f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True).encode()
    for project_id in projects:
        with here.database.reading() as session:
            document = takeouts.document_of(session, project_id)
        if document is not None:
            yield f"projects/{document[0]}", document[1]
    for month in months:
        with here.database.reading() as session:
            yield f"statements/{month}.jsonl", takeouts.statement(session, tenant_id, month).encode()


def _copy(package: zipfile.ZipFile, member: Member, source: Path, storage: Storage) -> None:
    if storage.bring(source):
        with source.open("rb") as file, package.open(_member(member.name, zipfile.ZIP_STORED), "w", force_zip64=True) as inside:
            while piece := file.read(assets.CHUNK_BYTES):
                inside.write(piece)


def _source(member: Member, settings: Settings) -> Path:
    if member.original:
        return assets.path_of(settings.assets, member.original)
    return artefacts.named(settings.artefacts, member.artefact)


def _member(name: str, method: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = method
    return member
