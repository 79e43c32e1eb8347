"""Folders of a tenant's projects: open, rename, close, and file projects into them."""

from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.project import Folder, Project
from webapp.models.tenant import Tenant
from webapp.services import projects

NAME_LENGTH_MAX: Final = 60
FOLDERS_MAX: Final = 200


def all_of(session: Session, tenant: Tenant) -> list[Folder]:
    """The tenant's folders, by name."""
    return list(session.exec(select(Folder).where(Folder.tenant_id == tenant.id).order_by(sa.func.lower(col(Folder.name)))))


def find(session: Session, tenant: Tenant, folder_id: str) -> Folder:
    """One of the tenant's folders. Raises NotFound."""
    folder = session.exec(select(Folder).where(Folder.id == folder_id, Folder.tenant_id == tenant.id)).first()
    if folder is None:
        raise NotFound
    return folder


def start(session: Session, tenant: Tenant, name: str) -> Folder:
    """A folder of this name: the one that is there, else a new one. Raises Invalid, and Conflict `folders-full`."""
    tidy = tidy_name(name)
    known = _named(session, tenant, tidy)
    if known is not None:
        return known
    if len(all_of(session, tenant)) >= FOLDERS_MAX:
        raise Conflict("folders-full", folders_max=FOLDERS_MAX)
    folder = Folder(tenant_id=tenant.id, name=tidy)
    session.add(folder)
    session.flush()
    return folder


def rename(session: Session, tenant: Tenant, folder_id: str, name: str) -> Folder:
    """Another name. Raises NotFound, Invalid, and Conflict `folder-name-taken`."""
    folder, tidy = find(session, tenant, folder_id), tidy_name(name)
    other = _named(session, tenant, tidy)
    if other is not None and other.id != folder.id:
        raise Conflict("folder-name-taken", name=tidy)
    folder.name = tidy
    session.add(folder)
    session.flush()
    return folder


def close(session: Session, tenant: Tenant, folder_id: str) -> None:
    """Take the folder away; its projects stay, in none. Raises NotFound."""
    folder = find(session, tenant, folder_id)
    session.execute(sa.update(Project).where(col(Project.folder_id) == folder.id).values(folder_id=None))
    session.delete(folder)
    session.flush()


def file_into(session: Session, tenant: Tenant, project_id: str, folder_id: str) -> Project:
    """Put a project into a folder; into none when `folder_id` is empty. Raises NotFound."""
    project = projects.find(session, tenant, project_id)
    project.folder_id = find(session, tenant, folder_id).id if folder_id else None
    session.add(project)
    session.flush()
    return project


def tidy_name(name: str) -> str:
    """A name on one line. Raises Invalid `folder-name-missing` and `folder-name-long`."""
    tidy = projects.tidy_title(name)
    if not tidy:
        raise Invalid("name", "folder-name-missing")
    if len(tidy) > NAME_LENGTH_MAX:
        raise Invalid("name", "folder-name-long", length_max=NAME_LENGTH_MAX)
    return tidy


def _named(session: Session, tenant: Tenant, name: str) -> Folder | None:
    return session.exec(select(Folder).where(Folder.tenant_id == tenant.id, Folder.name == name)).first()
