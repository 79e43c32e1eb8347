"""Offices that one process holds at a time: whoever holds `clock` sweeps, expires and renews."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from webapp.models.lease import Lease


def hold(session: Session, name: str, holder: str, *, seconds: float, now: datetime) -> bool:
    """Take the office, or keep it, for `seconds`; False while another holds it."""
    lease = session.exec(select(Lease).where(Lease.name == name).with_for_update()).first()
    if lease is not None and lease.holder != holder and lease.until > now:
        return False
    lease = lease or Lease(name=name, holder=holder, until=now)
    lease.holder = holder
    lease.until = now + timedelta(seconds=seconds)
    session.add(lease)
    session.flush()
    return True


def give_up(session: Session, name: str, holder: str, *, now: datetime) -> None:
    """Leave the office so that the next need not wait."""
    lease = session.exec(select(Lease).where(Lease.name == name, Lease.holder == holder).with_for_update()).first()
    if lease is not None:
        lease.until = now
        session.add(lease)
        session.flush()
