"""Steps: one's own edits as undo looks at them, and which of them comes next on the way back or forth."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from webapp.models.identity import User
from webapp.models.project import EditRecord

READ_TOGETHER: Final = 32
"""Mostly the last one or two are looked at; whoever takes back many at a stretch is looked after in a few pages."""


class Step(NamedTuple):
    """An accepted edit, without what it changed."""

    id: str
    revision: int
    undone: bool
    depth: int
    """0 for an edit, 1 for what takes it back, 2 for what brings it back, and so on."""


def of(session: Session, user: User, project_id: str) -> Iterator[Step]:
    """One's own edits, the newest first. No more are read than are looked at, however long the project has been worked on."""
    mine = sa.select(col(EditRecord.id), col(EditRecord.revision), col(EditRecord.undone), col(EditRecord.undo_of)).where(
        col(EditRecord.project_id) == project_id, col(EditRecord.user_id) == user.id
    )
    mine = mine.order_by(col(EditRecord.revision).desc()).limit(READ_TOGETHER)
    page = [Step(*row) for row in session.execute(_with_depth(mine))]
    while page:
        yield from page
        older = mine.where(col(EditRecord.revision) < page[-1].revision)
        page = [Step(*row) for row in session.execute(_with_depth(older))] if len(page) == READ_TOGETHER else []


def last(steps: Iterable[Step], *, redo: bool) -> Step | None:
    """What is taken back next: an edit or a redone one; to redo, the last undo that no edit of one's own follows."""
    for step in steps:
        if redo and step.depth == 0:
            return None
        if not step.undone and (step.depth % 2 == 1) is redo:
            return step
    return None


def _with_depth(mine: sa.Select[str, int, bool, str | None]) -> sa.Select[*tuple[Any, ...]]:
    """A page of edits, each with how long the chain is of what it takes back, what that took back, and so on: all are followed at once."""
    page = mine.cte("page")
    chain = sa.select(page.c.id, page.c.undo_of, sa.literal(0).label("depth")).cte("chain", recursive=True)
    back = sa.select(chain.c.id, col(EditRecord.undo_of), chain.c.depth + 1).join(EditRecord, col(EditRecord.id) == chain.c.undo_of)
    chain = chain.union_all(back)
    query = sa.select(page.c.id, page.c.revision, page.c.undone, sa.func.max(chain.c.depth)).join(chain, chain.c.id == page.c.id)
    return query.group_by(page.c.id, page.c.revision, page.c.undone).order_by(page.c.revision.desc())
