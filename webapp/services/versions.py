"""Versions: revisions with a name. To go back to one is an edit like any other, so that it can be undone and nothing after it is lost."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from sqlmodel import Session, col, select

from render.timeline.document import Document, Scene, Track, Variant
from render.timeline.edits import Edit, Group, InsertItem, RemoveItem, SetField
from render.timeline.values import Value
from webapp.errors import Invalid, NotFound
from webapp.models.identity import User
from webapp.models.project import Project, Snapshot, Version
from webapp.models.tenant import Tenant
from webapp.services import documents, editing, projects
from webapp.services.editing import Outcome, Seat

Collection = Literal["scenes", "tracks", "variants"]
Item = Scene | Track | Variant

SETTINGS: Final = ("title", "language", "canvas", "captions")


def all_of(session: Session, tenant: Tenant, project_id: str) -> list[tuple[Version, str]]:
    """The project's versions with the names of who named them, the newest first. Raises NotFound."""
    project = projects.find(session, tenant, project_id)
    query = select(Version, User).join(User, isouter=True).where(Version.project_id == project.id)
    rows = session.exec(query.order_by(col(Version.revision).desc(), col(Version.created_at).desc())).all()
    return [(version, user.name if user is not None else "") for version, user in rows]


def name(session: Session, seat: Seat, words: str) -> Version:
    """Give the present revision a name, and keep its whole document at hand. Raises Invalid and NotFound."""
    loaded = documents.current(session, seat.tenant, seat.project_id)
    words = projects.tidy_title(words)
    if not words:
        raise Invalid("name", "name-missing")
    project = loaded.project
    version = Version(project_id=project.id, revision=project.revision, name=words, user_id=seat.user.id, created_at=seat.now)
    session.add(version)
    _keep(session, project, loaded.document)
    session.flush()
    return version


def restore(session: Session, seat: Seat, version_id: str, edit_id: str) -> Outcome:
    """The document as it was at a version becomes the next revision. Raises NotFound, and as `editing.submit`."""
    project = projects.find(session, seat.tenant, seat.project_id)
    version = session.get(Version, version_id)
    if version is None or version.project_id != project.id:
        raise NotFound
    wanted = documents.at_revision(session, project, version.revision)
    return editing.compose(session, seat, edit_id, project.revision, lambda document: turning(document, wanted))


def turning(document: Document, wanted: Document) -> Edit:
    """The edit that turns `document` into `wanted`: what is alike at both ends of a list stays, what is between is replaced."""
    settings = (field for field in SETTINGS if getattr(document, field) != getattr(wanted, field))
    fields = (SetField(target="document", field=field, value=_json(getattr(wanted, field))) for field in settings)
    scenes = _replacing("scenes", document.scenes, wanted.scenes)
    tracks = _replacing("tracks", document.tracks, wanted.tracks)
    variants = _replacing("variants", document.variants, wanted.variants)
    return Group(edits=(*fields, *scenes, *tracks, *variants))


def _replacing(collection: Collection, old: Sequence[Item], new: Sequence[Item]) -> Iterator[Edit]:
    shorter = min(len(old), len(new))
    head = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    tail = next((index for index in range(shorter - head) if old[-1 - index] != new[-1 - index]), shorter - head)
    for item in old[head : len(old) - tail]:
        if isinstance(item, Track) and item.locked:
            yield SetField(target=item.id, field="locked", value=False)
        yield RemoveItem(id=item.id)
    after = old[head - 1].id if head else ""
    for item in new[head : len(new) - tail]:
        yield InsertItem(parent="document", collection=collection, after=after, item=item.model_dump(mode="json"))
        after = item.id


def _json(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, Value) else value


def _keep(session: Session, project: Project, document: Document) -> None:
    """A snapshot at the revision, unless there is one."""
    query = select(Snapshot.id).where(Snapshot.project_id == project.id, Snapshot.revision == project.revision)
    if session.exec(query).first() is None:
        session.add(Snapshot(project_id=project.id, revision=project.revision, document=documents.written(document).decode()))
