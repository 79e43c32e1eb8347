"""Where an asset is used, and putting another one in its place everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from pydantic import JsonValue
from sqlmodel import Session, col, select

from render.errors import DocumentRefused
from render.timeline.document import Document
from render.timeline.edits import Group, SetField
from render.timeline.items import COLLECTIONS
from webapp.errors import Invalid
from webapp.models.asset import Asset, AssetState
from webapp.models.columns import new_id
from webapp.models.identity import User
from webapp.models.project import EditRecord, Project, Snapshot
from webapp.models.tenant import Tenant
from webapp.services import assets, documents, editing
from webapp.services.editing import Outcome, Seat

_ITEMS: Final = frozenset(name for collections in COLLECTIONS.values() for name in collections)
"""The fields whose members have ids of their own and are edited by them."""


@dataclass(frozen=True, slots=True)
class Use:
    """A project in whose newest document an asset stands, and in how many places."""

    project: Project
    places: int


def of(session: Session, tenant: Tenant, digest: str) -> list[Use]:
    """The tenant's projects that use the asset, the one changed last first; those in the trash, which may come back, too."""
    counted = ((project, len(tuple(places(document, digest)))) for project, document in _candidates(session, tenant, digest))
    return [Use(project, count) for project, count in counted if count]


def replace_everywhere(
    session: Session, tenant: Tenant, user: User, old_key: str, new_key: str, *, now: datetime
) -> list[tuple[Project, Outcome]]:
    """Put an asset of the same kind in the place of another in every project out of the trash, as edits that can be undone.

    Raises NotFound, Invalid `replace-kind`, and Conflict `locked` where a locked track holds it.
    """
    old, new = assets.find(session, tenant, old_key), assets.find(session, tenant, new_key)
    if old.kind is not new.kind or old.id == new.id or new.state not in assets.USED:
        raise Invalid("asset", "replace-kind")
    done = []
    for use in (use for use in of(session, tenant, old.digest) if use.project.trashed_at is None):
        seat = Seat(tenant, user, use.project.id, now)
        outcome = editing.compose(session, seat, new_id(), use.project.revision, lambda document: replacing(document, old, new))
        done.append((use.project, outcome))
    return done


def replacing(document: Document, old: Asset, new: Asset) -> Group:
    """The edit that puts `new` wherever `old` stands."""
    return Group(edits=tuple(SetField(target=target, field=field, value=new.digest) for target, field in places(document, old.digest)))


def unfinished(session: Session, tenant: Tenant, document: Document) -> Asset | None:
    """An asset in the document of which something is still being made; None where all of it is there."""
    query = select(Asset).where(Asset.tenant_id == tenant.id, col(Asset.state).in_((AssetState.CHECKING, AssetState.USABLE)))
    return next((asset for asset in session.exec(query) if next(places(document, asset.digest), None)), None)


def places(document: Document, digest: str) -> Iterator[tuple[str, str]]:
    """Every field that names the digest, as (id of what holds it, dotted path)."""
    return _places(document.model_dump(mode="json"), digest, "document", "")


def _places(value: JsonValue, digest: str, holder: str, path: str) -> Iterator[tuple[str, str]]:
    if value == digest:
        yield holder, path
    elif isinstance(value, dict):
        for name, member in value.items():
            inner = f"{path}.{name}" if path else name
            yield from _members(member, digest, holder, inner) if isinstance(member, list) else _places(member, digest, holder, inner)


def _members(members: list[JsonValue], digest: str, holder: str, path: str) -> Iterator[tuple[str, str]]:
    """Members with an id of their own hold their own fields; of other lists none names an asset."""
    if path in _ITEMS:
        for member in members:
            if isinstance(member, dict):
                yield from _places(member, digest, str(member.get("id", holder)), "")


def _candidates(session: Session, tenant: Tenant, digest: str) -> Iterator[tuple[Project, Document]]:
    """Projects whose history names the digest anywhere, with their newest documents."""
    snapshots = select(Snapshot.project_id).where(col(Snapshot.document).contains(digest))
    edits = select(EditRecord.project_id).where(sa.cast(col(EditRecord.edit), sa.Text).contains(digest))
    mine = select(Project).where(Project.tenant_id == tenant.id)
    query = mine.where(col(Project.id).in_(snapshots) | col(Project.id).in_(edits)).order_by(col(Project.updated_at).desc())
    for project in session.exec(query):
        try:
            yield project, documents.at_revision(session, project, project.revision)
        except DocumentRefused:
            continue
