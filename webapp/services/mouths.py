"""Who moves the mouths of filmed presenters: the studio's own engine, or the server that the settings name."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session, col, select

from render.timeline.document import Document
from webapp.models.presenter import Presenter, PresenterKind
from webapp.servers import AvatarServer
from webapp.services import consents

OWN: Final = "general"
"""What the studio's own engine is called among the choices."""


def choices(server: AvatarServer | None) -> tuple[str, ...]:
    """What an operator may choose for somebody filmed, the usual first."""
    return (OWN, server.engine) if server else (OWN,)


def outside_engine(presenter: Presenter) -> str:
    """The server's engine that was chosen for a presenter; nothing where it is the studio's own."""
    chosen = str(presenter.options.get("mouth", OWN))
    return "" if chosen == OWN or presenter.kind is not PresenterKind.CLIP else chosen


def outside(session: Session, tenant_id: str, document: Document) -> Mapping[str, str]:
    """The engines by presenter, for all of a tenant's in a document whose mouths are not moved by the studio's own."""
    shown = consents.presenters_in(document)
    rows = session.exec(select(Presenter).where(Presenter.tenant_id == tenant_id, col(Presenter.id).in_(shown)))
    return {presenter.id: engine for presenter in rows if (engine := outside_engine(presenter))}
