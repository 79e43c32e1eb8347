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
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

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
class Order:
    """What rows are sorted by; `tie`, a unique text column, decides between equals."""

    by: sa.ColumnElement[Any]
    tie: sa.ColumnElement[str]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the name of the place after the last of them; empty when there is no more."""

    rows: tuple[sa.Row[*tuple[Any, ...]], ...]
    following: str


def read(session: Session, query: Query, order: Order, *, after: str = "", size: int = PAGE_ROWS) -> Page:
    """The `size` rows that come after the place `after` (from the start when empty). Raises Invalid for a place that is none."""
    asked = query.add_columns(order.by.label("sorted_by"), order.tie.label("tie"))
    if after:
        asked = asked.where(_beyond(order, after))
    found = session.execute(asked.order_by(*_sorting(order)).limit(size + 1)).all()
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
