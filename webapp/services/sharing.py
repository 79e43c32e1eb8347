"""Sharing a film: pages for anybody who has the address, with an end and a password if wanted, revoked at any time."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from webapp.errors import Invalid, NotFound
from webapp.models.export import Export, ExportState
from webapp.models.share import Share
from webapp.models.tenant import Tenant
from webapp.services import exports, media_links
from webapp.services.exports import Told

LIVES: Final = {"week": timedelta(days=7), "month": timedelta(days=30), "year": timedelta(days=365), "always": None}
PASSWORD_LENGTH_MIN: Final = 6
PASSWORD_LENGTH_MAX: Final = 128
FILES_LIFE_S: Final = 6 * 3600
"""How long a page that was opened goes on playing."""

_KIND: Final = "share"
_COST: Final = {"n": 2**14, "r": 8, "p": 1}
"""scrypt's work: 16 MB and some 50 ms for each try (RFC 7914)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a film is to be shared: for how long (one of LIVES), and behind which password, if any."""

    life: str = "month"
    password: str = ""


def of_export(session: Session, tenant: Tenant, export_id: str, now: datetime) -> list[Share]:
    """The pages of an export that still show it, the newest first. Raises NotFound."""
    export = exports.find(session, tenant, export_id)
    query = _alive(now).where(Share.export_id == export.id).order_by(col(Share.created_at).desc(), col(Share.id))
    return list(session.exec(query))


def start(session: Session, tenant: Tenant, export_id: str, wish: Wish, *, user_id: str, now: datetime) -> Share:
    """A page for a finished film. Raises NotFound, and Invalid for the life or the password."""
    export = exports.find(session, tenant, export_id)
    if export.state is not ExportState.DONE:
        raise NotFound
    if wish.life not in LIVES:
        raise Invalid("life", "share-life-unknown")
    life = LIVES[wish.life]
    share = Share(
        tenant_id=tenant.id,
        export_id=export.id,
        user_id=user_id,
        password_hash=_hashed(_checked(wish.password)) if wish.password else "",
        expires_at=now + life if life else None,
        created_at=now,
    )
    session.add(share)
    session.flush()
    return share


def revoke(session: Session, tenant: Tenant, share_id: str, now: datetime) -> Share:
    """The page shows nothing any more. Raises NotFound."""
    share = session.exec(select(Share).where(Share.id == share_id, Share.tenant_id == tenant.id)).first()
    if share is None:
        raise NotFound
    share.revoked_at = share.revoked_at or now
    session.add(share)
    session.flush()
    return share


def find(session: Session, key: str, now: datetime) -> Share:
    """The page at an address. Raises NotFound where there is none, where it ended, and where its project lies in the trash."""
    share = session.exec(_alive(now).where(Share.key == key)).first()
    if share is None or film(session, share).project.trashed_at is not None:
        raise NotFound
    return share


def film(session: Session, share: Share) -> Told:
    """What the page shows."""
    return exports.tell(session, share.tenant_id, share.export_id)


def opens(share: Share, password: str) -> bool:
    """Whether the password opens the page; a page without one is open."""
    if not share.password_hash:
        return True
    salt, _, hashed = share.password_hash.partition("$")
    return hmac.compare_digest(_scrypt(password[:PASSWORD_LENGTH_MAX], salt), hashed)


def count_view(session: Session, share: Share) -> None:
    """Somebody opened the page."""
    session.execute(sa.update(Share).where(col(Share.id) == share.id).values(views=col(Share.views) + 1))


def proof(key: str, share: Share, expires: int) -> str:
    """The proof that we let somebody see the page's files until `expires` (seconds since 1970)."""
    return media_links.signature(key, share.tenant_id, _KIND, share.id, expires)


def is_good(key: str, share: Share, expires: int, given: str, now: datetime) -> bool:
    """Whether the proof is ours, and still holds."""
    return media_links.is_good(key, share.tenant_id, _KIND, share.id, expires, given, now)


def _alive(now: datetime) -> SelectOfScalar[Share]:
    query = select(Share).join(Export).where(Export.state == ExportState.DONE, col(Share.revoked_at).is_(None))
    return query.where(col(Share.expires_at).is_(None) | (col(Share.expires_at) > now))


def _checked(password: str) -> str:
    if len(password) < PASSWORD_LENGTH_MIN:
        raise Invalid("password", "share-password-short", length_min=PASSWORD_LENGTH_MIN)
    if len(password) > PASSWORD_LENGTH_MAX:
        raise Invalid("password", "text-long", length_max=PASSWORD_LENGTH_MAX)
    return password


def _hashed(password: str) -> str:
    salt = secrets.token_hex(16)
    return f"{salt}${_scrypt(password, salt)}"


def _scrypt(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt.encode(), dklen=32, **_COST).hex()
