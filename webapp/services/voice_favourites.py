"""Favourite voices: those that somebody keeps at the front."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from render.ports.speech import Voice
from render.presets.voices import BY_ID, VOICES
from webapp.errors import NotFound
from webapp.models.identity import User
from webapp.models.tenant import Tenant
from webapp.models.voice import FavouriteVoice


def of(session: Session, tenant: Tenant, user: User) -> frozenset[str]:
    """The ids of somebody's favourites."""
    return frozenset(row.voice_id for row in session.exec(_mine(tenant, user)))


def first(loved: Collection[str], outside: tuple[Voice, ...] = ()) -> tuple[Voice, ...]:
    """All voices on offer, `outside` ones too, the favourites before the others."""
    return tuple(sorted((*VOICES, *outside), key=lambda voice: voice.id not in loved))


def turn(session: Session, tenant: Tenant, user: User, voice_id: str, now: datetime, *, outside: tuple[Voice, ...] = ()) -> bool:
    """Make a voice a favourite, or no longer one; says which. Raises NotFound."""
    if voice_id not in BY_ID and voice_id not in {voice.id for voice in outside}:
        raise NotFound
    row = session.exec(_mine(tenant, user).where(FavouriteVoice.voice_id == voice_id)).first()
    if row:
        session.delete(row)
    else:
        session.add(FavouriteVoice(tenant_id=tenant.id, user_id=user.id, voice_id=voice_id, created_at=now))
    session.flush()
    return row is None


def _mine(tenant: Tenant, user: User) -> SelectOfScalar[FavouriteVoice]:
    return select(FavouriteVoice).where(FavouriteVoice.tenant_id == tenant.id, FavouriteVoice.user_id == user.id)
