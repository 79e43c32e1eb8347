"""Assets of a tenant: bytes taken in under their digest, looked up under the tenant's name."""

import hashlib
import os
import tempfile
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from webapp.errors import Invalid, NotFound, TooLarge
from webapp.models.asset import Asset, AssetKind
from webapp.models.tenant import Tenant
from webapp.services import pictures

PICTURE_BYTES_MAX: Final = 20 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024
NAME_LENGTH_MAX: Final = 200
DIGEST_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that lie in the assets folder and belong to nobody yet."""

    digest: str
    bytes: int
    kind: pictures.PictureKind


def path_of(folder: Path, digest: str) -> Path:
    """Where the bytes with this digest lie in the assets folder."""
    return folder / digest[:2] / digest


def store_picture(folder: Path, stream: BinaryIO) -> Stored:
    """Put the bytes of an uploaded picture in their place, before any row is written. Raises Invalid and TooLarge."""
    head = stream.read(pictures.HEAD_BYTES)
    if not head:
        raise Invalid("file", "file-missing")
    kind = pictures.recognise(head)
    return Stored(*_store(folder, head, stream), kind)


def take_picture(session: Session, tenant: Tenant, stored: Stored, name: str, now: datetime) -> Asset:
    """Enter a stored picture under the tenant. The same bytes again are the same asset."""
    asset = _by_digest(session, tenant, stored.digest) or _enter(session, tenant, stored, name, now)
    asset.trashed_at = None
    session.flush()
    return asset


def find(session: Session, tenant: Tenant, key: str) -> Asset:
    """An asset of the tenant, by id or by digest. Raises NotFound, for another tenant's as for none."""
    return find_for(session, tenant.id, key)


def find_for(session: Session, tenant_id: str, key: str) -> Asset:
    """The same, for a tenant who is known by id only."""
    which = Asset.digest == key if len(key) == DIGEST_LENGTH else Asset.id == key
    asset = session.exec(select(Asset).where(which, Asset.tenant_id == tenant_id, col(Asset.trashed_at).is_(None))).first()
    if asset is None:
        raise NotFound
    return asset


def pictures_of(session: Session, tenant: Tenant, limit: int = 60) -> list[Asset]:
    """The tenant's newest pictures."""
    query = select(Asset).where(Asset.tenant_id == tenant.id, Asset.kind == AssetKind.IMAGE, col(Asset.trashed_at).is_(None))
    return list(session.exec(query.order_by(col(Asset.created_at).desc(), col(Asset.id)).limit(limit)))


def _enter(session: Session, tenant: Tenant, stored: Stored, name: str, now: datetime) -> Asset:
    asset = Asset(
        tenant_id=tenant.id,
        digest=stored.digest,
        kind=AssetKind.IMAGE,
        media_type=stored.kind.media_type,
        name=_tidy(name),
        bytes=stored.bytes,
        width_px=stored.kind.width_px,
        height_px=stored.kind.height_px,
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


def _tidy(name: str) -> str:
    """A file name fit to be shown: no folders, no control or direction characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")[:NAME_LENGTH_MAX]
