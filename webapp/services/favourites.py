"""Favourites: the presenters that somebody keeps at the front."""

from datetime import datetime

from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from webapp.models.identity import User
from webapp.models.presenter import FavouritePresenter
from webapp.models.tenant import Tenant
from webapp.services import presenters


def of(session: Session, tenant: Tenant, user: User) -> frozenset[str]:
    """The ids of somebody's favourites."""
    return frozenset(row.presenter_id for row in session.exec(_mine(tenant, user)))


def turn(session: Session, tenant: Tenant, user: User, presenter_id: str, now: datetime) -> bool:
    """Make a presenter a favourite, or no longer one; says which. Raises NotFound for one that the tenant may not choose."""
    presenters.offer(session, tenant, presenter_id)
    row = session.exec(_mine(tenant, user).where(FavouritePresenter.presenter_id == presenter_id)).first()
    if row:
        session.delete(row)
    else:
        session.add(FavouritePresenter(tenant_id=tenant.id, user_id=user.id, presenter_id=presenter_id, created_at=now))
    session.flush()
    return row is None


def _mine(tenant: Tenant, user: User) -> SelectOfScalar[FavouritePresenter]:
    return select(FavouritePresenter).where(FavouritePresenter.tenant_id == tenant.id, FavouritePresenter.user_id == user.id)
