"""The demo tenant: somebody to sign in as, two finished projects to look at, and a film made of the first."""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from webapp.models.export import Export
from webapp.models.identity import User
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import demo_documents, documents, exports, linking, people, projects, quotes, voices, welcome

ADDRESS: Final = people.Address("email", "demo@example.com")
PRESET: Final = "720p"


def seed(session: Session, now: datetime) -> User:
    """The demo person with her projects; what is there already stays as it is."""
    known = people.find(session, ADDRESS)
    if known:
        welcome.give(session, people.personal_tenant(session, known.id), now)
        return known
    user = people.find_or_open(session, ADDRESS, "", now)
    user.name = "Demo"
    tenant = people.personal_tenant(session, user.id)
    tenant.name = "Demo"
    for document in (demo_documents.cold_brew(), demo_documents.summer_cup()):
        projects.keep(session, tenant, document, now)
    return user


def unvoiced(session: Session, now: datetime) -> dict[str, tuple[str, ...]]:
    """Digests of what is to be voiced of the demo projects, by project, written down as wanted; ask for them after the commit."""
    return {project.id: voices.unvoiced(session, tenant, project.id, now) for tenant, project in _projects(session)}


def finish(session: Session, now: datetime) -> None:
    """Order the first project's film once its words are voiced and nobody has ordered one; the sweeper rings for it."""
    for tenant, project in _projects(session)[:1]:
        if session.exec(select(Export).where(Export.project_id == project.id)).first() is not None or project.revision:
            return
        if linking.gather(session, documents.current(session, tenant, project.id).document, project.language).missing:
            return
        offer = quotes.make(session, tenant, project.id, preset=PRESET, language=project.language, now=now)
        if offer.export:
            exports.order(session, tenant, offer.export.id, now)


def _projects(session: Session) -> list[tuple[Tenant, Project]]:
    """The demo person's projects that are still there, the summer cup first."""
    user = people.find(session, ADDRESS)
    if user is None:
        return []
    tenant = people.personal_tenant(session, user.id)
    query = select(Project).where(Project.tenant_id == tenant.id, col(Project.trashed_at).is_(None))
    rows = session.exec(query.order_by(col(Project.language).desc(), col(Project.id))).all()
    made = {demo_documents.summer_cup().title, demo_documents.cold_brew().title}
    return [(tenant, project) for project in rows if project.title in made]
