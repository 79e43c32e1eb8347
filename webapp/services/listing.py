"""Lists of any length: one page at a time by keyset, or all rows in batches. No offset, so the last page costs what the first does.

    order = Order(col(Entry.created_at), col(Entry.id), descending=True)
    first = read(session, select(Entry).where(…), order, size=50)
    second = read(session, select(Entry).where(…), order, after=first.following, size=50)

What is sorted by must never be NULL (`coalesce` it), and an index over (tenant, what is sorted by, tie) makes a page cheap.
"""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self, TypeAlias

import sqlalchemy as sa
from sqlmodel import Session

from webapp.errors import Invalid

PAGE_ROWS: Final = 50
BATCH_ROWS: Final = 1_000
INTEGER_END: Final = 2**63

Query: TypeAlias = sa.Select[*tuple[Any, ...]]
"""What a list shows, scoped to whoever may see it; made by `sqlalchemy.select`."""

Reading = Callable[[], AbstractContextManager[Session]]
"""Opens a session that reads, as `Database.reading` does."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of a list's rows that an index holds in order, each by itself, while all of them together are in none.

    `where` tells the list's rows of one of the groups `of`.
    """

    of: sa.Subquery
    where: sa.ColumnElement[bool]

    def narrowed(self, *conditions: sa.ColumnElement[bool]) -> Self:
        """Only those rows of theirs for which all of it is so."""
        return replace(self, where=sa.and_(self.where, *conditions))


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are sorted by; `tie`, a unique text column, decides between equals."""

    by: sa.ColumnElement[Any]
    tie: sa.ColumnElement[str]
    descending: bool = False
    groups: Groups | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the name of the place after the last of them; empty when there is no more."""

    rows: tuple[sa.Row[*tuple[Any, ...]], ...]
    following: str


def read(session: Session, query: Query, order: Order, *, after: str = "", size: int = PAGE_ROWS) -> Page:
    """The `size` rows that come after the place `after` (from the start when empty). Raises Invalid for a place that is none."""
    asked = query.add_columns(order.by.label("sorted_by"), order.tie.label("tie"))
    beyond = (_beyond(order, after),) if after else ()
    if order.groups and session.get_bind().dialect.name == "postgresql":
        asked = asked.where(order.tie.in_(_first_of(order.groups.narrowed(*beyond), order, size + 1)))
    found = session.execute(asked.where(*beyond).order_by(*_sorting(order)).limit(size + 1)).all()
    rows = tuple(found[:size])
    return Page(rows, _place(rows[-1]) if len(found) > size else "")


def read_all(reading: Reading, query: Query, order: Order) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """Every row, in batches with a short transaction each: no row twice, and none that stood there from the start left out."""
    after = ""
    while True:
        with reading() as session:
            page = read(session, query, order, after=after, size=BATCH_ROWS)
        yield from page.rows
        after = page.following
        if not after:
            return


def _first_of(groups: Groups, order: Order, count: int) -> sa.Select[Any]:
    """The first rows' names: so many of each group, and of those the first. SQLite goes through the groups like that by itself."""
    rows = sa.select(order.by.label("by"), order.tie.label("tie")).where(groups.where).order_by(*_sorting(order))
    each = rows.limit(count).correlate(groups.of).lateral()
    first = _sorting(Order(each.c.by, each.c.tie, descending=order.descending))
    return sa.select(each.c.tie).select_from(groups.of.join(each, sa.true())).order_by(*first).limit(count)


def _sorting(order: Order) -> tuple[sa.UnaryExpression[Any], ...]:
    return (order.by.desc(), order.tie.desc()) if order.descending else (order.by.asc(), order.tie.asc())


def _beyond(order: Order, after: str) -> sa.ColumnElement[bool]:
    value, tie = _read_place(after, _kind(order.by))
    here, there = sa.tuple_(order.by, order.tie), sa.tuple_(sa.literal(value, order.by.type), sa.literal(tie))
    return here < there if order.descending else here > there


def _kind(column: sa.ColumnElement[Any]) -> type:
    """What Python makes of the column: datetime, int or str."""
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    return kind.python_type


def _place(row: sa.Row[*tuple[Any, ...]]) -> str:
    value, tie = row.sorted_by, row.tie
    told = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([told, tie]).encode()).decode().rstrip("=")


def _read_place(after: str, kind: type) -> tuple[Any, str]:
    """The value and the tie in a place's name. Whatever else somebody typed is refused."""
    try:
        told, tie = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        value = datetime.fromisoformat(told).astimezone(UTC) if kind is datetime else told
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid("after", "list-place") from error
    if type(value) is not kind or type(tie) is not str or not (_is_storable(value) and _is_storable(tie)):
        raise Invalid("after", "list-place")
    return value, tie


def _is_storable(value: object) -> bool:
    """Whether both databases take the value: they refuse numbers past 64 bits, NUL and halves of surrogate pairs."""
    if isinstance(value, int):
        return abs(value) < INTEGER_END
    return not isinstance(value, str) or ("\0" not in value and value == value.encode(errors="ignore").decode())
