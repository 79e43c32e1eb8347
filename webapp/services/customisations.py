"""Customisations: what it takes to have a presenter trained by the operator. Further outfits of the same presenter take nothing.

One is held when the presenter is sent in, used when it is delivered, and given back when it is refused. Where nobody looks at uploads,
whoever runs the studio trains for herself, and nothing is counted. What has become of a presenter is read from its row, so that saying it
twice, late, or by the clock comes to the same.
"""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from webapp.ledger.kinds import Kind
from webapp.models.ledger import Hold, HoldState
from webapp.models.presenter import Presenter, PresenterState
from webapp.models.tenant import Tenant
from webapp.services import entitlements
from webapp.services.entitlements import CapReached, Insufficient, Wish

SUBJECT: Final = "presenter:"


def left(session: Session, tenant: Tenant, now: datetime) -> int:
    """How many presenters the tenant can still send in."""
    return entitlements.balance(session, tenant, Kind.PRESENTER, now).available


def hold(session: Session, tenant: Tenant, presenter_id: str, user_id: str, now: datetime) -> None:
    """Set one aside. Raises Insufficient `customisation-short` where none is left, and CapReached."""
    try:
        entitlements.hold(session, tenant, Wish(kind=Kind.PRESENTER, amount=1, subject=SUBJECT + presenter_id, user_id=user_id), now)
    except CapReached:
        raise
    except Insufficient as short:
        raise Insufficient("customisation-short", **short.facts) from short


def is_held(session: Session, presenter_id: str) -> bool:
    """Whether one is set aside for this presenter."""
    return _open_hold(session, presenter_id) is not None


def settle(session: Session, presenter_id: str, now: datetime) -> None:
    """Use what is held for a presenter that is ready, and give it back for one that was refused or is gone."""
    held = _open_hold(session, presenter_id)
    if held is None:
        return
    presenter, tenant = session.get(Presenter, presenter_id), session.get_one(Tenant, held.tenant_id)
    if presenter is None or _is_refused(presenter):
        entitlements.release(session, tenant, held.id, now)
    elif presenter.state is PresenterState.READY:
        entitlements.capture(session, tenant, held.id, held.amount, now)


def sweep(session: Session, now: datetime) -> None:
    """Settle what a change past `settle` has left: presenters go with an account that is erased. The clock calls this."""
    waiting = select(Hold.subject).where(Hold.state == HoldState.OPEN, col(Hold.subject).startswith(SUBJECT))
    for subject in session.exec(waiting.order_by(col(Hold.tenant_id), col(Hold.id))).all():
        settle(session, subject.removeprefix(SUBJECT), now)


def _is_refused(presenter: Presenter) -> bool:
    """By the operator, or by the machine; one that the machine could not judge may be tried again."""
    judged = presenter.state is PresenterState.REFUSED and not presenter.verdict.get("unjudged")
    return judged or presenter.state is PresenterState.SENT_BACK


def _open_hold(session: Session, presenter_id: str) -> Hold | None:
    return session.exec(select(Hold).where(Hold.subject == SUBJECT + presenter_id, Hold.state == HoldState.OPEN)).first()
