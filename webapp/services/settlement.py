"""Settlement: what an export costs, and the hold that pays for it.

Every call stands in the transaction that changes the export's state, and saying the same thing twice changes nothing. A scene is paid for
once in ninety days; what is charged is never more than the quote said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from render.timeline import codec
from render.timeline.document import Canvas
from webapp.ledger.kinds import Kind
from webapp.ledger.scenes import PAID_FOR, Bill, Scene, bill
from webapp.models.export import Export, ExportState
from webapp.models.ledger import Hold, HoldState, PaidScene
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import bookkeeping, entitlements
from webapp.services.entitlements import Wish

SUBJECT: Final = "export:"


@dataclass(frozen=True, slots=True)
class Film:
    """What is to be made: its length, its scenes as (digest, milliseconds), and what a scene is paid by beside its content.

    A digest names what a scene shows and says, without captions and canvas. `resolution` is the shorter side in pixels.
    """

    language: str
    canvas: Canvas
    resolution: int
    milliseconds: int
    scenes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What an export comes to: `charge` milliseconds of `milliseconds` in all. `terms` is a code that the page words.

    `scenes` are the milliseconds of every scene, in order; `owed` the keys and milliseconds of those that are charged.
    """

    milliseconds: int
    scenes: tuple[int, ...]
    terms: str
    charge: int = 0
    owed: tuple[tuple[str, int], ...] = ()


class Settlement(Protocol):
    """Whoever keeps the accounts."""

    def quote(self, session: Session, project: Project, film: Film, now: datetime) -> Quote:
        """Say what it comes to. Changes nothing."""
        ...

    def hold(self, session: Session, tenant: Tenant, export: Export, *, user_id: str | None, now: datetime) -> str:
        """Set aside what was quoted; the name of the hold. Raises Insufficient when there is not enough."""
        ...

    def capture(self, session: Session, export: Export, milliseconds: int, now: datetime) -> None:
        """The film is made and so long: take that of the hold, give the rest back."""
        ...

    def release(self, session: Session, export: Export, now: datetime) -> None:
        """Nothing was made: give the hold back."""
        ...


class LedgerSettlement:
    """Exports are paid with video milliseconds, by the ledger."""

    def quote(self, session: Session, project: Project, film: Film, now: datetime) -> Quote:
        """The milliseconds of every scene that is not paid for."""
        owed = _unpaid(session, project.tenant_id, project.id, _scenes(film), now=now)
        lengths = tuple(milliseconds for _, milliseconds in film.scenes)
        return Quote(
            film.milliseconds, lengths, "ledger", owed.milliseconds, tuple((scene.key, scene.milliseconds) for scene in owed.charged)
        )

    def hold(self, session: Session, tenant: Tenant, export: Export, *, user_id: str | None, now: datetime) -> str:
        """What was quoted, less what has been paid for since."""
        bookkeeping.open_book(session, tenant.id)
        owed = _unpaid(session, tenant.id, export.project_id, _read(export.quote.get("owed", [])), now=now)
        wish = Wish(
            kind=Kind.VIDEO,
            amount=owed.milliseconds,
            subject=f"{SUBJECT}{export.id}",
            user_id=user_id,
            project_id=export.project_id,
            scenes=tuple((scene.key, scene.milliseconds) for scene in owed.charged),
        )
        return entitlements.hold(session, tenant, wish, now).id

    def capture(self, session: Session, export: Export, milliseconds: int, now: datetime) -> None:
        """What was held for scenes that nothing else has paid for meanwhile; they are paid for from now on."""
        tenant = session.get_one(Tenant, export.tenant_id)
        bookkeeping.open_book(session, tenant.id)
        held = session.get(Hold, export.settlement_ref, populate_existing=True)
        if held is None or held.state is not HoldState.OPEN:
            return
        owed = _unpaid(session, tenant.id, export.project_id, _read(held.scenes), now=now)
        entitlements.capture(session, tenant, held.id, min(owed.milliseconds, milliseconds), now)
        session.add_all(_paid(held, scene, now) for scene in owed.charged)
        session.flush()

    def release(self, session: Session, export: Export, now: datetime) -> None:
        """All of it."""
        if session.get(Hold, export.settlement_ref) is not None:
            entitlements.release(session, session.get_one(Tenant, export.tenant_id), export.settlement_ref, now)


def chosen() -> Settlement:
    """The one that this installation settles with."""
    return LedgerSettlement()


def sweep_holds(session: Session, now: datetime) -> None:
    """Give back what is held for exports that ended without a film or are gone with their project. The clock calls this."""
    subject = sa.literal(SUBJECT) + col(Export.id)
    left = select(Hold, Tenant).join(Tenant, col(Tenant.id) == col(Hold.tenant_id)).outerjoin(Export, subject == col(Hold.subject))
    ended = sa.or_(col(Export.id).is_(None), col(Export.state).in_([ExportState.FAILED, ExportState.CANCELLED]))
    orphans = left.where(Hold.state == HoldState.OPEN, col(Hold.subject).startswith(SUBJECT), ended)
    for held, tenant in session.exec(orphans.order_by(col(Hold.tenant_id), col(Hold.id))).all():
        entitlements.release(session, tenant, held.id, now)


def forget_paid_scenes(session: Session, now: datetime) -> None:
    """Scenes whose ninety days are over: they make nothing free any more, and what was paid for them stands in holds and journals."""
    session.execute(sa.delete(PaidScene).where(col(PaidScene.paid_until) <= now))


def _scenes(film: Film) -> list[Scene]:
    about = {"language": film.language, "canvas": codec.facts(film.canvas), "resolution": film.resolution}
    return [Scene(codec.digest(about | {"scene": digest}), milliseconds) for digest, milliseconds in film.scenes]


def _read(stored: Iterable[Any]) -> list[Scene]:
    return [Scene(key, milliseconds) for key, milliseconds in stored]


def _unpaid(session: Session, tenant_id: str, project_id: str, scenes: list[Scene], *, now: datetime) -> Bill:
    keys = {scene.key for scene in scenes}
    paid = select(PaidScene.key).where(PaidScene.tenant_id == tenant_id, PaidScene.project_id == project_id, col(PaidScene.key).in_(keys))
    return bill(scenes, session.exec(paid.where(PaidScene.paid_until > now)))


def _paid(held: Hold, scene: Scene, now: datetime) -> PaidScene:
    return PaidScene(
        tenant_id=held.tenant_id,
        project_id=held.project_id or "",
        key=scene.key,
        hold_id=held.id,
        milliseconds=scene.milliseconds,
        paid_until=now + PAID_FOR,
    )
