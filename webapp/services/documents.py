"""Documents of projects: the one at hand, or as it was at a revision. A snapshot, and the edits accepted after it."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar

from sqlmodel import Session, col, select

from render.timeline import codec
from render.timeline.document import Document, Scene, Track
from render.timeline.edits import apply, read_edit
from render.timeline.remembered import remembered
from webapp.errors import NotFound
from webapp.models.project import EditRecord, Project, Snapshot
from webapp.models.tenant import Tenant
from webapp.services import projects

Thing = TypeVar("Thing")

_KEPT_MAX: Final = 64
_EDITS_MAX: Final = 50
"""As many as lie between two snapshots, at most."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project with its newest document."""

    project: Project
    document: Document


class Kept(Generic[Thing]):
    """What was read last, by a name and a number of what never changes (documents: project and revision), so nothing kept grows old."""

    def __init__(self, most: int) -> None:
        self._things: OrderedDict[tuple[str, int], Thing] = OrderedDict()
        self._most, self._lock = most, Lock()

    def get(self, key: tuple[str, int]) -> Thing | None:
        """The thing, if it was read lately."""
        with self._lock:
            thing = self._things.get(key)
            if thing is not None:
                self._things.move_to_end(key)
            return thing

    def put(self, key: tuple[str, int], thing: Thing) -> None:
        """Keep it, and forget the one longest unread."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self._most:
                self._things.popitem(last=False)


_kept: Final[Kept[Document]] = Kept(_KEPT_MAX)


def current(session: Session, tenant: Tenant, project_id: str) -> Loaded:
    """The tenant's project as it stands. Raises NotFound."""
    project = projects.find(session, tenant, project_id)
    return Loaded(project, at_revision(session, project, project.revision))


def at_revision(session: Session, project: Project, revision: int) -> Document:
    """The document as it was. Raises NotFound for a revision that never was."""
    if not 0 <= revision <= project.revision:
        raise NotFound
    known = _kept.get((project.id, revision))
    if known is not None:
        return known
    document = _replayed(session, project.id, revision)
    _kept.put((project.id, revision), document)
    return document


def keep(project_id: str, revision: int, document: Document) -> None:
    """Have a document at hand that was just committed as this revision."""
    _kept.put((project_id, revision), document)


def written(document: Document) -> bytes:
    """The document as `codec.write` has it; scenes and tracks that were written before are not written again."""
    bare = document.model_copy(update={"scenes": (), "tracks": ()}).model_dump(mode="json")
    parts = {name: codec.canonical(value) for name, value in bare.items()}
    for name in ("scenes", "tracks"):
        parts[name] = b"[" + b",".join(map(_written_part, getattr(document, name))) + b"]"
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), parts[name]) for name in sorted(parts)) + b"}"


@remembered
def _written_part(part: Scene | Track) -> bytes:
    return codec.write(part)


def edits_after(session: Session, project_id: str, revision: int, until: int) -> Iterator[EditRecord]:
    """The accepted edits after `revision`, up to and with `until`, in order."""
    if until <= revision:
        return iter(())  # most edits are made on the newest revision: nobody is asked
    query = select(EditRecord).where(
        EditRecord.project_id == project_id, col(EditRecord.revision) > revision, col(EditRecord.revision) <= until
    )
    return iter(session.exec(query.order_by(col(EditRecord.revision))).all())


def _replayed(session: Session, project_id: str, revision: int) -> Document:
    start, document = _at_hand(project_id, revision) or _from_snapshot(session, project_id, revision)
    edits = list(edits_after(session, project_id, start, revision))
    if len(edits) < revision - start:
        # A snapshot stands between for which there are none.
        start, document = _from_snapshot(session, project_id, revision)
        edits = list(edits_after(session, project_id, start, revision))
    for record in edits:
        document = apply(document, read_edit(record.edit)).document
    return document


def _at_hand(project_id: str, revision: int) -> tuple[int, Document] | None:
    """The last document not long before `revision` that was read lately: edits are fewer to read than a snapshot is long."""
    for earlier in range(revision - 1, max(-1, revision - 1 - _EDITS_MAX), -1):
        known = _kept.get((project_id, earlier))
        if known is not None:
            return earlier, known
    return None


def _from_snapshot(session: Session, project_id: str, revision: int) -> tuple[int, Document]:
    query = select(Snapshot).where(Snapshot.project_id == project_id, col(Snapshot.revision) <= revision)
    snapshot = session.exec(query.order_by(col(Snapshot.revision).desc()).limit(1)).one()
    return snapshot.revision, codec.read(snapshot.document)
