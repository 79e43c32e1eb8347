"""Assets of a tenant: bytes taken in under their digest, looked up under the tenant's name, and made ready by the ingest."""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from render.presets.formats import Format
from webapp.errors import Invalid, NotFound, TooLarge
from webapp.models.asset import Asset, AssetKind, AssetState
from webapp.models.job import Job
from webapp.models.tenant import Tenant
from webapp.services import jobs, pictures

PICTURE_BYTES_MAX: Final = 20 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024
NAME_LENGTH_MAX: Final = 200
DIGEST_LENGTH: Final = 64
WORDS_MAX: Final = 8
"""As many words of a search count."""
JOBS: Final = {AssetState.CHECKING: ("material", jobs.QUICK), AssetState.USABLE: ("film", jobs.FILMS)}
"""Kind and queue of the job that an asset waits for: to be looked at, or, a film, to have all of it made."""
USED: Final = (AssetState.USABLE, AssetState.READY)


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that lie in the assets folder and belong to nobody yet."""

    digest: str
    bytes: int


def path_of(folder: Path, digest: str) -> Path:
    """Where the bytes with this digest lie in the assets folder. They are opened in a sandboxed child only."""
    return folder / digest[:2] / digest


def store_picture(folder: Path, stream: BinaryIO) -> Stored:
    """Put the bytes of an uploaded picture in their place, before any row is written. Raises Invalid and TooLarge."""
    head = stream.read(pictures.HEAD_BYTES)
    if not head:
        raise Invalid("file", "file-missing")
    pictures.recognise(head)
    return Stored(*_store(folder, head, stream))


def take(session: Session, tenant: Tenant, stored: Stored, form: Format, *, name: str, now: datetime) -> tuple[Asset, Job | None]:
    """Enter stored bytes under the tenant, with the job that makes them ready. The same bytes again are the same asset, out of the trash.

    Ring for the job after the commit; there is none where nothing is left to do.
    """
    asset = _by_digest(session, tenant, stored.digest) or _enter(session, tenant, stored, form, name=name, now=now)
    asset.trashed_at = None
    if asset.state in {AssetState.REFUSED, AssetState.ASLEEP}:
        asset.state, asset.reason = AssetState.CHECKING, None
    session.add(asset)
    session.flush()
    return asset, _job(session, asset, now)


def unended(asset_ids: Sequence[str]) -> SelectOfScalar[Job]:
    """The jobs that wait for these assets or work on them."""
    kinds = [kind for kind, _ in JOBS.values()]
    return select(Job).where(col(Job.kind).in_(kinds), col(Job.subject_id).in_(asset_ids), col(Job.state).not_in(jobs.ENDED))


def again(session: Session, tenant: Tenant, key: str, now: datetime) -> tuple[Asset, Job | None]:
    """Try a refused asset once more: the disk was full, for instance. Raises NotFound."""
    asset = find(session, tenant, key)
    if asset.state is AssetState.REFUSED:
        asset.state, asset.reason = AssetState.CHECKING, None
    session.flush()
    return asset, _job(session, asset, now)


def find(session: Session, tenant: Tenant, key: str) -> Asset:
    """An asset of the tenant, by id or by digest, also from the trash. Raises NotFound, for another tenant's as for none."""
    return find_for(session, tenant.id, key)


def find_for(session: Session, tenant_id: str, key: str) -> Asset:
    """The same, for a tenant who is known by id only."""
    which = Asset.digest == key if len(key) == DIGEST_LENGTH else Asset.id == key
    asset = session.exec(select(Asset).where(which, Asset.tenant_id == tenant_id)).first()
    if asset is None:
        raise NotFound
    return asset


def pictures_of(session: Session, tenant: Tenant, limit: int = 60) -> list[Asset]:
    """The tenant's newest pictures that can be used."""
    return usable_of(session, tenant, (AssetKind.IMAGE,), limit)


def usable_of(session: Session, tenant: Tenant, kinds: tuple[AssetKind, ...], limit: int = 60, *, words: str = "") -> list[Asset]:
    """The tenant's newest assets of these kinds that can be used and whose names hold all the words; none from the trash."""
    mine = select(Asset).where(Asset.tenant_id == tenant.id, col(Asset.kind).in_(kinds), col(Asset.state).in_(USED))
    for word in words.split()[:WORDS_MAX]:
        mine = mine.where(col(Asset.name).icontains(word, autoescape=True))
    query = mine.where(col(Asset.trashed_at).is_(None)).order_by(col(Asset.created_at).desc(), col(Asset.id))
    return list(session.exec(query.limit(limit)))


def to_be_made(session: Session, asset_id: str) -> Asset:
    """The asset of an ingest job. Raises NotFound where it was deleted meanwhile."""
    asset = session.get(Asset, asset_id)
    if asset is None:
        raise NotFound
    return asset


def made(session: Session, asset_id: str, state: AssetState, facts: Mapping[str, Any]) -> None:
    """The ingest found this, and what it made so far stands in its place."""
    asset = to_be_made(session, asset_id)
    asset.state, asset.reason, asset.facts = state, None, {}
    asset.kind = AssetKind(facts["kind"])
    asset.width_px, asset.height_px = facts["width_px"] or None, facts["height_px"] or None
    asset.duration_ticks, asset.has_sound, asset.has_alpha = facts["duration_ticks"], facts["has_sound"], facts["has_alpha"]
    session.add(asset)
    session.flush()


def refused(session: Session, asset_id: str, reason: str, facts: Mapping[str, Any]) -> None:
    """The file cannot be used; `reason` is worded by the views."""
    asset = session.get(Asset, asset_id)
    if asset is not None:
        asset.state, asset.reason, asset.facts = AssetState.REFUSED, reason, dict(facts)
        session.add(asset)
        session.flush()


def take_up(session: Session, now: datetime) -> list[Job]:
    """Jobs for assets that wait without one, such as those from before there was an ingest."""
    waiting = select(Asset).where(col(Asset.state).in_(JOBS)).limit(100)
    made_anew = [_job(session, asset, now) for asset in session.exec(waiting)]
    return [job for job in made_anew if job is not None]


def go_on(session: Session, asset_id: str, now: datetime) -> Job | None:
    """The job that makes the rest of a film which can be used by now, unless there is one. Ring for it after the commit."""
    return _job(session, to_be_made(session, asset_id), now)


def tidy(name: str) -> str:
    """A file name fit to be shown: no folders, no control or direction characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")[:NAME_LENGTH_MAX]


def _job(session: Session, asset: Asset, now: datetime) -> Job | None:
    """A job for an asset that is not ready, unless one is at it."""
    if asset.state not in JOBS or session.exec(unended([asset.id])).first() is not None:
        return None
    kind, queue = JOBS[asset.state]
    return jobs.create(session, asset.tenant_id, kind, asset.id, queue=queue, now=now)


def _enter(session: Session, tenant: Tenant, stored: Stored, form: Format, *, name: str, now: datetime) -> Asset:
    asset = Asset(
        tenant_id=tenant.id,
        digest=stored.digest,
        kind=AssetKind(form.family),
        media_type=form.media_type,
        name=tidy(name),
        bytes=stored.bytes,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(asset)
    except IntegrityError:
        return _by_digest(session, tenant, stored.digest) or asset
    return asset


def _by_digest(session: Session, tenant: Tenant, digest: str) -> Asset | None:
    return session.exec(select(Asset).where(Asset.digest == digest, Asset.tenant_id == tenant.id)).first()


def _store(folder: Path, head: bytes, stream: BinaryIO) -> tuple[str, int]:
    """Write the bytes beside their place and move them there when all have come; gives digest and size."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".upload-", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            digest, size = _copy(head, stream, file)
        target = path_of(folder, digest)
        target.parent.mkdir(exist_ok=True)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest, size


def _copy(head: bytes, stream: BinaryIO, file: BinaryIO) -> tuple[str, int]:
    digest, size, chunk = hashlib.sha256(), 0, head
    while chunk:
        size += len(chunk)
        if size > PICTURE_BYTES_MAX:
            raise TooLarge("picture-bytes", megabytes_max=PICTURE_BYTES_MAX // 2**20)
        digest.update(chunk)
        file.write(chunk)
        chunk = stream.read(CHUNK_BYTES)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size
