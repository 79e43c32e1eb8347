"""Editing: the server puts everybody's edits in one order. An accepted edit is stored with its inverse and is never lost."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import tee
from typing import Final

from sqlmodel import Session, col, select

from render.errors import EditRefused
from render.timeline import codec, history
from render.timeline.document import Canvas, Document
from render.timeline.edits import Edit, Group, SetField, SpliceText, apply, leaves, read_edit, rebase, targets, write_edit
from render.timeline.invariants import held_names
from render.timeline.overrides import leaving_nothing, overriding
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.identity import User
from webapp.models.project import EditRecord, Project, Snapshot
from webapp.models.tenant import Tenant
from webapp.services import documents, projects, steps

SNAPSHOT_EVERY: Final = 50
STROKE_EDITS_MAX: Final = 60
STROKE_PAUSE: Final = timedelta(seconds=2)
"""What is typed with shorter pauses is taken back at once."""
CONFLICTS: Final = frozenset({"target-gone", "after-gone", "text-replaced", "text-changed", "duplicate-id", "locked", "in-the-way"})
"""Refusals that come of what others did meanwhile; the rest are mistakes in the edit itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edit: the revision it made, the document then, and the parts of the page that it changed."""

    revision: int
    document: Document
    changed: tuple[str, ...]
    repeated: bool = False
    """True where the id had been seen: nothing was done now."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who edits what, and when."""

    tenant: Tenant
    user: User
    project_id: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """An edit as a client sends it: its own id, and the revision it was made on."""

    id: str
    base: int
    edit: Edit
    undo_of: str | None = None
    shape: str = ""
    """The variant in which it was made: what it changes of the look is that variant's own."""


def submit(session: Session, seat: Seat, sent: Sent) -> Outcome:
    """Accept an edit as the next revision, moved past those since its base. Raises NotFound, Conflict and Invalid; an id counts once."""
    project = projects.find(session, seat.tenant, seat.project_id, held=True)
    known = session.get(EditRecord, sent.id)
    if known is not None:
        return _repeated(session, project, known)
    if not 0 <= sent.base <= project.revision:
        raise Invalid("base", "revision-unknown", revision=project.revision)
    since = [read_edit(record.edit) for record in documents.edits_after(session, project.id, sent.base, project.revision)]
    before = documents.at_revision(session, project, project.revision)
    try:
        edit = rebase(sent.edit, since)
        if sent.shape:
            edit = overriding(before, sent.shape, edit)
        edit = leaving_nothing(before, edit)
        after, inverse = apply(before, edit)
    except EditRefused as refusal:
        raise _worded(refusal) from refusal
    return _accept(session, seat, project, (before, after), _record(sent, edit, inverse))


def compose(session: Session, seat: Seat, edit_id: str, base: int, make: Callable[[Document], Edit]) -> Outcome:
    """Accept the edit that `make` derives from the document at `base`; what it made under an id seen before stands. Raises as `submit`."""
    project = projects.find(session, seat.tenant, seat.project_id, held=True)
    known = session.get(EditRecord, edit_id)
    if known is not None:
        return _repeated(session, project, known)
    if not 0 <= base <= project.revision:
        raise Invalid("base", "revision-unknown", revision=project.revision)
    try:
        edit = make(documents.at_revision(session, project, base))
    except EditRefused as refusal:
        raise _worded(refusal) from refusal
    return submit(session, seat, Sent(edit_id, base, edit))


def rename(session: Session, seat: Seat, edit_id: str, title: str) -> Outcome:
    """Give a project another title, as an edit like any other. Raises Invalid `title-long`, and as `submit`."""
    field = SetField(target="document", field="title", value=projects.tidy_title(title))
    project = projects.find(session, seat.tenant, seat.project_id)
    return submit(session, seat, Sent(edit_id, project.revision, field))


def undo(session: Session, seat: Seat, edit_id: str) -> Outcome:
    """Take back one's own last edit. Raises Conflict `nothing-to-undo`, or `in-the-way` where somebody else built on it."""
    return _take_back(session, seat, edit_id, redo=False)


def redo(session: Session, seat: Seat, edit_id: str) -> Outcome:
    """Bring back what one took back last, unless one has gone on editing since. Raises Conflict `nothing-to-redo`."""
    return _take_back(session, seat, edit_id, redo=True)


def possible(session: Session, user: User, project_id: str) -> tuple[bool, bool]:
    """Whether this person can undo, and redo, something of her own."""
    back, forth = tee(steps.of(session, user, project_id))
    return steps.last(back, redo=False) is not None, steps.last(forth, redo=True) is not None


def changed_parts(before: Document, after: Document, edit: Edit) -> tuple[str, ...]:
    """The parts of the page that differ: `scene:<id>` for each scene, `scenes` for what all show, `settings`, `tracks`, `shapes`."""
    was = {scene.id: scene for scene in before.scenes}
    parts = [f"scene:{scene.id}" for scene in after.scenes if scene is not was.get(scene.id) and scene.id in was]
    if _shown_by_all(before) != _shown_by_all(after):
        parts.append("scenes")
    if before.tracks is not after.tracks:
        parts.append("tracks")
    if any(isinstance(leaf, SetField) and "document" in targets(leaf) for leaf in leaves((edit,))):
        parts.append("settings")
    if before.variants is not after.variants:
        parts += ["shapes", *_parts_of_variants(before, after)]
    return tuple(dict.fromkeys(parts))


def _parts_of_variants(before: Document, after: Document) -> Iterator[str]:
    """What looks different to whoever looks at a variant."""
    was = {variant.id: variant for variant in before.variants}
    for variant in after.variants:
        old = was.get(variant.id, variant)
        if old.canvas != variant.canvas or old.language != variant.language:
            yield "scenes"
        if old.captions is not variant.captions:
            yield "settings"
        names = old.overrides.keys() | variant.overrides.keys() if old.overrides is not variant.overrides else ()
        changed = {name for name in names if old.overrides.get(name) != variant.overrides.get(name)}
        yield from (f"scene:{scene.id}" for scene in after.scenes if not changed.isdisjoint(held_names(scene)))
        if not all(changed.isdisjoint(held_names(track)) for track in after.tracks):
            yield "tracks"


def _shown_by_all(document: Document) -> tuple[list[str], Canvas, str]:
    """The order of the scenes, the shape of their pictures and the language of their words."""
    return [scene.id for scene in document.scenes], document.canvas, document.language


def _take_back(session: Session, seat: Seat, edit_id: str, *, redo: bool) -> Outcome:
    project = projects.find(session, seat.tenant, seat.project_id, held=True)
    known = session.get(EditRecord, edit_id)
    if known is not None:
        return _repeated(session, project, known)
    step = steps.last(steps.of(session, seat.user, project.id), redo=redo)
    if step is None:
        raise Conflict("nothing-to-redo" if redo else "nothing-to-undo")
    last = session.get_one(EditRecord, step.id)
    stroke = _stroke(session, last)
    later = _reduced(documents.edits_after(session, project.id, last.revision, project.revision))
    before = documents.at_revision(session, project, project.revision)
    try:
        since = [read_edit(record.edit) for record in later]
        edit = leaving_nothing(before, history.undo(before, _inverse(stroke), since, cancelled=_cancelled(later)))
        after, inverse = apply(before, edit)
    except EditRefused as refusal:
        raise _obstacle(session, refusal, later) from refusal
    for record in stroke:
        record.undone = True
    session.add_all(stroke)
    taken_back = Sent(edit_id, project.revision, edit, stroke[-1].id)
    return _accept(session, seat, project, (before, after), _record(taken_back, edit, inverse))


def _stroke(session: Session, last: EditRecord) -> list[EditRecord]:
    """`last` and the edits right before it that were typed or deleted in one go with it, the newest first."""
    stroke = [last]
    query = select(EditRecord).where(EditRecord.project_id == last.project_id, EditRecord.revision < last.revision)
    for record in session.exec(query.order_by(col(EditRecord.revision).desc()).limit(STROKE_EDITS_MAX)):
        if not _goes_on(record, stroke[-1]):
            break
        stroke.append(record)
    return stroke


def _goes_on(record: EditRecord, following: EditRecord) -> bool:
    """Whether `following` went on where `record` left the caret, soon after it."""
    alone = (record.user_id, record.revision + 1) == (following.user_id, following.revision)
    if not alone or record.undone or record.undo_of or following.undo_of or following.created_at - record.created_at > STROKE_PAUSE:
        return False
    one, other = read_edit(record.edit), read_edit(following.edit)
    if not (isinstance(one, SpliceText) and isinstance(other, SpliceText)) or (one.block, one.language) != (other.block, other.language):
        return False
    typed_on = other.at == one.at + len(one.insert) and bool(one.insert)
    return typed_on or (other.at + other.delete == one.at and not (one.insert or other.insert))


def _inverse(stroke: Sequence[EditRecord]) -> Edit:
    inverses = [read_edit(record.inverse) for record in stroke]
    return inverses[0] if len(inverses) == 1 else Group(edits=tuple(inverses))


def _reduced(later: Iterable[EditRecord]) -> list[EditRecord]:
    """Without the pairs of an edit and what took it back right after it: together they leave no trace, not even a shifted place."""
    kept: list[EditRecord] = []
    for record in later:
        if kept and kept[-1].id == record.undo_of:
            kept.pop()
        else:
            kept.append(record)
    return kept


def _cancelled(later: Sequence[EditRecord]) -> set[int]:
    """Places of edits that were taken back, and of what took them back: together they changed nothing."""
    places = {record.id: index for index, record in enumerate(later)}
    pairs = ((places[record.undo_of], index) for index, record in enumerate(later) if record.undo_of in places)
    return {place for pair in pairs for place in pair}


def _accept(session: Session, seat: Seat, project: Project, made: tuple[Document, Document], record: EditRecord) -> Outcome:
    before, after = made
    written = documents.written(after)
    if len(written) > codec.SIZE_MAX_BYTES:
        raise Invalid("edit", "document-full", megabytes_max=codec.SIZE_MAX_BYTES // 2**20)
    project.revision += 1
    project.updated_at = seat.now
    project.title, project.language, project.canvas = after.title, after.language, after.canvas.model_dump(mode="json")
    record.project_id, record.user_id, record.revision, record.created_at = project.id, seat.user.id, project.revision, seat.now
    session.add_all([project, record])
    if project.revision % SNAPSHOT_EVERY == 0:
        session.add(Snapshot(project_id=project.id, revision=project.revision, document=written.decode(), created_at=seat.now))
    session.flush()
    return Outcome(project.revision, after, changed_parts(before, after, read_edit(record.edit)))


def _record(sent: Sent, edit: Edit, inverse: Edit) -> EditRecord:
    return EditRecord(id=sent.id, project_id="", revision=0, edit=write_edit(edit), inverse=write_edit(inverse), undo_of=sent.undo_of)


def _repeated(session: Session, project: Project, known: EditRecord) -> Outcome:
    if known.project_id != project.id:
        raise NotFound
    before = documents.at_revision(session, project, known.revision - 1)
    after = documents.at_revision(session, project, known.revision)
    return Outcome(known.revision, after, changed_parts(before, after, read_edit(known.edit)), repeated=True)


def _worded(refusal: EditRefused) -> Conflict | Invalid:
    facts = {name: value for name, value in refusal.facts.items() if name != "problem"}
    return Conflict(refusal.reason, **facts) if refusal.reason in CONFLICTS else Invalid("edit", f"edit-{refusal.reason}", **facts)


def _obstacle(session: Session, refusal: EditRefused, later: Sequence[EditRecord]) -> Conflict:
    """The refusal, with the name of whose edit is in the way."""
    place = refusal.facts.get("edit", -1)
    author = later[place].user_id if isinstance(place, int) and 0 <= place < len(later) else None
    user = session.get(User, author) if author else None
    return Conflict("in-the-way", who=user.name if user else "")


def authors(session: Session, project_id: str, limit: int) -> Iterator[tuple[EditRecord, str]]:
    """The last edits with the names of who made them, the newest first."""
    query = select(EditRecord, User).join(User, isouter=True).where(EditRecord.project_id == project_id)
    rows = session.exec(query.order_by(col(EditRecord.revision).desc()).limit(limit)).all()
    return ((record, user.name if user is not None else "") for record, user in rows)
