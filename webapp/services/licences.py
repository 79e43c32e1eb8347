"""Pictures of licences, which the operator keeps with the enterprises and agents it opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from sqlmodel import Session

from render.presets.formats import HEAD_BYTES, Format, recognise
from webapp.errors import Invalid
from webapp.models.job import Job
from webapp.models.tenant import Tenant
from webapp.providers.storage.port import Storage
from webapp.services import assets
from webapp.services.assets import Stored

COUNT_MAX: Final = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture whose bytes lie in their place."""

    stored: Stored
    form: Format


def store(folder: Path, streams: Iterable[BinaryIO], storage: Storage) -> tuple[Picture, ...]:
    """Keep uploaded pictures in their places, before any row is written. Raises Invalid and TooLarge."""
    brought = tuple(streams)
    if len(brought) > COUNT_MAX:
        raise Invalid("licences", "licences-many", count_max=COUNT_MAX)
    return tuple(_store(folder, stream, storage) for stream in brought)


def keep(session: Session, operator: Tenant, pictures: Iterable[Picture], name: str, now: datetime) -> tuple[tuple[str, ...], list[Job]]:
    """Enter them under the operator; gives their digests, and the jobs to ring for after the commit."""
    taken = [assets.take(session, operator, picture.stored, picture.form, name=name, now=now) for picture in pictures]
    return tuple(asset.digest for asset, _ in taken), [job for _, job in taken if job is not None]


def _store(folder: Path, stream: BinaryIO, storage: Storage) -> Picture:
    form = recognise(stream.read(HEAD_BYTES))
    stream.seek(0)
    stored = assets.store_picture(folder, stream)
    if form is None:
        raise Invalid("licences", "picture-format")
    storage.keep(assets.path_of(folder, stored.digest))
    return Picture(stored, form)
