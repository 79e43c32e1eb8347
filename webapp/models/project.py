"""Projects and their folders: the edit log, its snapshots and its named versions."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from webapp.models.columns import created, id_key, json, long_text, moment_or_none, reference, reference_or_none


class Folder(SQLModel, table=True):
    """A name under which a tenant files projects. It holds no folders."""

    __tablename__ = "folder"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "name"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id", index=False)
    name: str = Field(max_length=60)
    created_at: datetime = created()


class Project(SQLModel, table=True):
    """A video in the making. Its document is a snapshot plus the edits after it, up to `revision`."""

    __tablename__ = "project"
    __table_args__ = (sa.Index("ix_project_tenant_updated", "tenant_id", "updated_at"),)

    id: str = id_key()
    tenant_id: str = reference("tenant.id", index=False)
    title: str = Field(default="", max_length=200)
    revision: int = 0
    language: str = Field(default="zh", max_length=12)
    canvas: dict[str, Any] = json()
    created_at: datetime = created()
    updated_at: datetime = created()
    folder_id: str | None = reference_or_none("folder.id", index=True)
    trashed_at: datetime | None = moment_or_none(index=True)


class EditRecord(SQLModel, table=True):
    """An accepted edit; its id was made by the client, so that sending it again changes nothing."""

    __tablename__ = "edit_record"
    __table_args__ = (sa.UniqueConstraint("project_id", "revision"),)

    id: str = Field(primary_key=True, max_length=40)
    project_id: str = reference("project.id", index=False)
    revision: int
    user_id: str | None = reference_or_none("user_account.id")
    edit: dict[str, Any] = json()
    inverse: dict[str, Any] = json()
    undo_of: str | None = Field(default=None, max_length=40)
    undone: bool = False
    created_at: datetime = created()


class Snapshot(SQLModel, table=True):
    """The whole document (canonical JSON) at one revision."""

    __tablename__ = "snapshot"
    __table_args__ = (sa.UniqueConstraint("project_id", "revision"),)

    id: str = id_key()
    project_id: str = reference("project.id", index=False)
    revision: int
    document: str = long_text()
    created_at: datetime = created()


class Version(SQLModel, table=True):
    """A revision that somebody gave a name."""

    __tablename__ = "version"

    id: str = id_key()
    project_id: str = reference("project.id")
    revision: int
    name: str = Field(default="", max_length=200)
    user_id: str | None = reference_or_none("user_account.id")
    created_at: datetime = created()
