"""What a withdrawn consent leaves behind: the finished exports that show the presenter, for its tenant to take down where it can."""

from typing import Final

from sqlmodel import Session, col, select

from webapp.models.export import Export, ExportState
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import consents, documents

LISTED_MAX: Final = 200


def finished_with(session: Session, tenant: Tenant, presenter_id: str) -> list[tuple[Export, Project]]:
    """The tenant's finished exports in which a presenter is seen, with their projects, the newest first."""
    done = (
        select(Export, Project)
        .join(Project, col(Project.id) == col(Export.project_id))
        .where(Export.tenant_id == tenant.id, Export.state == ExportState.DONE)
        .order_by(col(Export.created_at).desc(), col(Export.id))
        .limit(LISTED_MAX)
    )
    return [(export, project) for export, project in session.exec(done) if _shows(session, export, project, presenter_id)]


def _shows(session: Session, export: Export, project: Project, presenter_id: str) -> bool:
    return consents.shows(documents.at_revision(session, project, export.revision), presenter_id)
