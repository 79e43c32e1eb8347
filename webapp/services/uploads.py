"""Uploads that may be broken off and taken up again. The truth about how much has come is where they land: in a folder or a bucket."""

import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from sqlmodel import Session, col, select

from render.presets.formats import HEAD_BYTES, Format, recognise
from webapp.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from webapp.models.asset import Asset
from webapp.models.tenant import Tenant
from webapp.models.upload import Upload
from webapp.providers.storage.port import Arriving, Landing
from webapp.services import assets, quota

LIFE: Final = timedelta(days=2)
PIECE_BYTES: Final = 256 * 1024


class OffsetWrong(Conflict):
    """The bytes sent do not follow those that are here; `facts["offset"]` says how many are."""

    default_code = "upload-offset"


class UploadBusy(Conflict):
    """Somebody else is writing to this upload at this moment."""

    default_code = "upload-busy"


@dataclass(frozen=True, slots=True)
class Room:
    """Where uploads lie while they come, and how much may."""

    landing: Landing
    file_bytes_max: int
    tenant_bytes_max: int


def announce(session: Session, tenant: Tenant, room: Room, *, length_bytes: int, name: str, now: datetime) -> Upload:
    """Make room for a file. Raises Invalid for an empty one, TooLarge `media-bytes` or `storage-full`."""
    if length_bytes <= 0:
        raise Invalid("file", "file-empty")
    if length_bytes > room.file_bytes_max:
        raise TooLarge("media-bytes", megabytes_max=room.file_bytes_max // 10**6)
    quota.check(session, tenant, length_bytes, room.tenant_bytes_max)
    upload = Upload(tenant_id=tenant.id, name=assets.tidy(name), length_bytes=length_bytes, created_at=now, expires_at=now + LIFE)
    session.add(upload)
    session.flush()
    return upload


def find(session: Session, tenant: Tenant, upload_id: str, now: datetime) -> Upload:
    """An upload of the tenant. Raises NotFound, also for an expired one."""
    query = select(Upload).where(Upload.id == upload_id, Upload.tenant_id == tenant.id, col(Upload.expires_at) > now)
    upload = session.exec(query).first()
    if upload is None:
        raise NotFound
    return upload


def offset(room: Room, upload: Upload) -> int:
    """How many bytes have come."""
    if upload.asset_id is not None:
        return upload.length_bytes
    return room.landing.size(upload.id)


@contextmanager
def receiving(room: Room, upload: Upload, at: int) -> Iterator[Callable[[BinaryIO], int]]:
    """Take bytes in at offset `at`, inside the block, by calling what it gives with their stream; that says how many are here then.

    What has come before a connection breaks is kept. Raises OffsetWrong, UploadBusy, TooLarge for more bytes than announced, Invalid
    `media-format` for what is no file we take, and Unavailable `disk-full`.
    """
    with ExitStack() as open_until_then:
        try:
            arriving = open_until_then.enter_context(room.landing.receiving(upload.id, upload.length_bytes))
        except BlockingIOError as error:
            raise UploadBusy from error
        if arriving.size != at:
            raise OffsetWrong(offset=arriving.size)
        yield lambda stream: _received(arriving, stream, upload.length_bytes)


def complete(room: Room, upload: Upload, assets_folder: Path) -> tuple[assets.Stored, Format] | None:
    """Keep a file that has come whole among the assets; None where it is not whole yet. Raises Invalid `media-format`."""
    if upload.asset_id is not None or offset(room, upload) != upload.length_bytes:
        return None
    form = _form(room.landing.head(upload.id, HEAD_BYTES))
    stored = room.landing.settle(upload.id, lambda digest: assets.path_of(assets_folder, digest))
    return assets.Stored(*stored), form


def finish(session: Session, upload: Upload, asset: Asset) -> None:
    """The upload became this asset; whoever asks after it is told so until it expires."""
    upload.asset_id = asset.id
    session.add(upload)
    session.flush()


def forget(session: Session, room: Room, upload: Upload) -> None:
    """Give an upload up, with what has come of it."""
    session.delete(upload)
    session.flush()
    room.landing.remove(upload.id)


def unfinished(session: Session, tenant: Tenant, now: datetime) -> list[Upload]:
    """What is still coming, the oldest first."""
    query = select(Upload).where(Upload.tenant_id == tenant.id, col(Upload.asset_id).is_(None), col(Upload.expires_at) > now)
    return list(session.exec(query.order_by(col(Upload.created_at))))


def forget_expired(session: Session, landing: Landing, now: datetime) -> int:
    """Remove uploads whose time is up, and files without a row; says how many rows."""
    gone = session.exec(select(Upload).where(col(Upload.expires_at) <= now)).all()
    for upload in gone:
        session.delete(upload)
    session.flush()
    landing.sweep(set(session.exec(select(Upload.id))), now - LIFE)
    return len(gone)


def _received(arriving: Arriving, stream: BinaryIO, length_bytes: int) -> int:
    here, head = arriving.size, b""
    wanted = HEAD_BYTES if here == 0 else 0
    while piece := stream.read(PIECE_BYTES):
        if here + len(piece) > length_bytes:
            raise TooLarge("upload-longer", bytes_max=length_bytes)
        _write(arriving, piece)
        here += len(piece)
        head += piece[: wanted - len(head)]
    if wanted and len(head) == wanted:
        _form(head)
    return here


def _write(arriving: Arriving, piece: bytes) -> None:
    try:
        arriving.write(piece)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Unavailable("disk-full") from error
        raise


def _form(head: bytes) -> Format:
    form = recognise(head)
    if form is None:
        raise Invalid("file", "media-format")
    return form
