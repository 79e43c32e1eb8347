"""The library: a tenant's material to search, name, throw away and take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid
from webapp.models.asset import Asset, AssetKind, AssetState
from webapp.models.tenant import Tenant
from webapp.providers.storage.port import Storage
from webapp.services import assets, listing, material, uses
from webapp.services.listing import Order
from webapp.settings import Settings

PAGE_ROWS: Final = 48
TRASH_LIFE: Final = timedelta(days=30)
WAKE: Final = timedelta(days=7)
"""For so long what lies in the trash is kept ready."""
KINDS: Final = {"all": tuple(AssetKind), "pictures": (AssetKind.IMAGE,), "clips": (AssetKind.VIDEO,), "sounds": (AssetKind.AUDIO,)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words of the name, one of KINDS, in the trash or out of it."""

    words: str = ""
    kind: str = "all"
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some assets, the newest first, and the place where more of them begin; empty when there are none."""

    assets: tuple[Asset, ...]
    following: str


def search(session: Session, tenant: Tenant, wanted: Wanted, after: str = "") -> Shelf:
    """One page of what is looked for. Raises Invalid for a place that is none."""
    query = sa.select(Asset).where(col(Asset.tenant_id) == tenant.id, col(Asset.kind).in_(KINDS.get(wanted.kind, KINDS["all"])))
    trashed = col(Asset.trashed_at)
    query = query.where(trashed.is_not(None) if wanted.trashed else trashed.is_(None))
    for word in wanted.words.split()[: assets.WORDS_MAX]:
        query = query.where(col(Asset.name).icontains(word, autoescape=True))
    order = Order(cast("sa.ColumnElement[datetime]", Asset.created_at), cast("sa.ColumnElement[str]", Asset.id), descending=True)
    page = listing.read(session, query, order, after=after, size=PAGE_ROWS)
    return Shelf(tuple(row[0] for row in page.rows), page.following)


def rename(session: Session, tenant: Tenant, asset_id: str, name: str) -> Asset:
    """Give an asset another name. Raises NotFound and Invalid."""
    asset = assets.find(session, tenant, asset_id)
    tidy = assets.tidy(name).strip()
    if not tidy:
        raise Invalid("name", "asset-name-missing")
    asset.name = tidy
    session.add(asset)
    session.flush()
    return asset


def throw_away(session: Session, tenant: Tenant, asset_id: str, now: datetime) -> Asset:
    """Into the trash: it is offered no more; what uses it still shows it. Raises NotFound."""
    asset = assets.find(session, tenant, asset_id)
    asset.trashed_at = asset.trashed_at or now
    session.add(asset)
    session.flush()
    return asset


def take_back(session: Session, tenant: Tenant, asset_id: str) -> Asset:
    """Out of the trash; what has gone meanwhile is made anew by a job that the clock begins. Raises NotFound."""
    asset = assets.find(session, tenant, asset_id)
    asset.trashed_at = None
    asset.state = AssetState.CHECKING if asset.state is AssetState.ASLEEP else asset.state
    session.add(asset)
    session.flush()
    return asset


def delete(session: Session, tenant: Tenant, asset_id: str) -> str:
    """For good, out of the trash; the digest whose files may go (`remove_files`). Raises NotFound, and Conflict `asset-used`."""
    asset = assets.find(session, tenant, asset_id)
    used = uses.of(session, tenant, asset.digest)
    if used:
        raise Conflict("asset-used", projects=len(used))
    return _remove(session, asset)


def delete_expired(session: Session, now: datetime) -> list[str]:
    """What has lain in the trash for 30 days and is used by nothing goes for good; the digests whose files may go."""
    old = select(Asset, Tenant).join(Tenant).where(col(Asset.trashed_at) <= now - TRASH_LIFE).limit(200)
    return [_remove(session, asset) for asset, tenant in session.exec(old).all() if not uses.of(session, tenant, asset.digest)]


def put_to_sleep(session: Session, now: datetime) -> list[str]:
    """Material that has lain in the trash for a week and is used by nothing; the digests of which only original and poster need be kept."""
    old = select(Asset, Tenant).join(Tenant).where(col(Asset.trashed_at) <= now - WAKE, Asset.state == AssetState.READY).limit(200)
    tired = [asset for asset, tenant in session.exec(old).all() if not uses.of(session, tenant, asset.digest)]
    for asset in tired:
        asset.state = AssetState.ASLEEP
        session.add(asset)
    session.flush()
    digests = {asset.digest for asset in tired}
    awake = session.exec(select(Asset.digest).where(col(Asset.digest).in_(digests), Asset.state != AssetState.ASLEEP)).all()
    return sorted(digests.difference(awake))


def remove_files(session: Session, digests: Sequence[str], settings: Settings, storage: Storage) -> None:
    """Remove the files of digests that no tenant has any more."""
    for digest in digests:
        if session.exec(select(Asset.id).where(Asset.digest == digest)).first() is None:
            storage.remove(assets.path_of(settings.assets, digest), *material.places(settings.artefacts, digest))


def progress(session: Session, found: Sequence[Asset]) -> dict[str, int]:
    """How far the ingest of those that are not ready is, in per cent, by asset id."""
    waiting = [asset.id for asset in found if asset.state not in {"ready", "refused", "asleep"}]
    return {job.subject_id: int(job.progress.get("done", 0)) for job in session.exec(assets.unended(waiting))}


def _remove(session: Session, asset: Asset) -> str:
    session.delete(asset)
    session.flush()
    return asset.digest
