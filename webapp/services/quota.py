"""Storage: how much a tenant's originals take, what is on its way, and how much there may be."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from webapp.errors import TooLarge
from webapp.models.asset import Asset
from webapp.models.tenant import Tenant
from webapp.models.upload import Upload


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes that count against a tenant's quota: its assets, those in the trash too, and what was announced and is still coming."""

    used_bytes: int
    limit_bytes: int

    @property
    def free_bytes(self) -> int:
        """What may still be announced."""
        return max(0, self.limit_bytes - self.used_bytes)

    @property
    def percent(self) -> int:
        """How full it is."""
        return min(100, round(100 * self.used_bytes / self.limit_bytes))


def usage(session: Session, tenant: Tenant, limit_bytes: int) -> Usage:
    """The tenant's usage."""
    stored = sa.select(sa.func.coalesce(sa.func.sum(Asset.bytes), 0)).where(col(Asset.tenant_id) == tenant.id)
    announced = sa.select(sa.func.coalesce(sa.func.sum(Upload.length_bytes), 0))
    coming = announced.where(col(Upload.tenant_id) == tenant.id, col(Upload.asset_id).is_(None))
    return Usage(int(session.scalar(stored) or 0) + int(session.scalar(coming) or 0), limit_bytes)


def check(session: Session, tenant: Tenant, length_bytes: int, limit_bytes: int) -> None:
    """Raises TooLarge `storage-full` where a file of this length has no room."""
    found = usage(session, tenant, limit_bytes)
    if length_bytes > found.free_bytes:
        raise TooLarge("storage-full", megabytes_free=found.free_bytes // 10**6, megabytes_max=limit_bytes // 10**6)
