"""Lists on pages: a `Listing` says which columns and filters there are; `show` reads the address and answers with a page, CSV or XLSX.

    ORDERS = Listing(
        name="orders",
        columns=(
            Column("number", _("Number"), lambda row: row.Order.number, link=lambda row: url_for("orders.show", order_id=row.Order.id)),
            Column("quantity", _("Quantity"), lambda row: row.Order.quantity, sort=col(Order.quantity)),
            Column("when", _("Bought"), lambda row: row.Order.created_at, sort=col(Order.created_at)),
        ),
        filters=(
            words("q", _("Number"), lambda text: col(Order.number).contains(text, autoescape=True)),
            one_of("kind", _("Kind"), KINDS, lambda kind: col(Order.kind) == kind),
            *days("from", "until", col(Order.created_at)),
        ),
        tie=col(Order.id),
        first_sort="-when",
        empty=_("Nothing was bought yet."),
    )

    @blueprint.get("/orders")
    def index() -> Response:
        return show(ORDERS, orders.query(current_tenant().id), "orders/page.html")

The template includes "listing/_list.html", which is given `list`. A column's value is text, a whole number, a moment, or nothing; what
a reader should see instead of it comes from `shown`. What is exported is the value itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, make_response, render_template, request, stream_with_context
from flask_babel import LazyString, format_datetime, format_decimal
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from webapp.extensions import database
from webapp.services import listing as lists
from webapp.services.listing import Groups, Order, Query
from webapp.views import sheets
from webapp.views.sheets import Value

blueprint = Blueprint("listing", __name__)

TEXT_LENGTH_MAX: Final = 100
FORMATS: Final = ("csv", "xlsx")

Row: TypeAlias = sa.Row[*tuple[Any, ...]]
Sortable = sa.SQLColumnExpression
Words: TypeAlias = str | LazyString


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort` makes it sortable; `link` gives the address the cell leads to; `is_number` sets it to the right.

    `file_label` is its head in files, where a value stands without the words around it.
    """

    name: str
    label: Words
    value: Callable[[Row], Value]
    sort: Sortable[Any] | None = None
    shown: Callable[[Row], str] | None = None
    link: Callable[[Row], str] | None = None
    is_number: bool = False
    file_label: Words = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of the form above the list: what it is called in the address, and the rows a filled one lets through."""

    name: str
    label: Words
    kind: str
    where: Callable[[str], sa.ColumnElement[bool] | None]
    choices: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is declared. `first_sort` names a column, with a minus for descending; `caption` tells those who hear it what it is."""

    name: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    tie: Sortable[str]
    first_sort: str
    empty: Words
    caption: Words = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the page has it."""

    column: Column
    value: Value
    words: str
    address: str

    @property
    def is_moment(self) -> bool:
        """Whether the page's script turns it into the reader's own time."""
        return isinstance(self.value, datetime) and self.column.shown is None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the address that sorts by it (empty if none does), and the way it is sorted now."""

    column: Column
    address: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page: its cells, and what the service gave, for whatever a template adds."""

    cells: tuple[Cell, ...]
    row: Row


@dataclass(frozen=True, slots=True)
class Shown:
    """What "listing/_list.html" needs."""

    listing: Listing
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    filled: Mapping[str, str]
    sort: str
    address: str
    first: str
    following: str
    exports: Mapping[str, str]


def words(name: str, label: Words, where: Callable[[str], sa.ColumnElement[bool]]) -> Filter:
    """A field that searches; `where` gets what was typed."""
    return Filter(name, label, "search", where, {})


def one_of(name: str, label: Words, choices: Mapping[str, Words], where: Callable[[str], sa.ColumnElement[bool]]) -> Filter:
    """A choice; whatever is not among `choices` filters nothing."""
    return Filter(name, label, "choice", lambda value: where(value) if value in choices else None, choices)


def hidden(name: str, where: Callable[[str], sa.ColumnElement[bool]]) -> Filter:
    """What only addresses fill: the way from a number to what is behind it."""
    return Filter(name, "", "hidden", where, {})


def days(since: str, until: str, moment: Sortable[datetime]) -> tuple[Filter, Filter]:
    """Two dates (UTC), both included, between which `moment` lies."""
    return (
        Filter(since, _("From"), "date", lambda text: _bound(text, lambda day: moment >= day), {}),
        Filter(until, _("Until"), "date", lambda text: _bound(text, lambda day: moment < day + timedelta(days=1)), {}),
    )


def show(listing: Listing, query: Query, template: str, *, groups: Groups | None = None, **context: object) -> Response:
    """The page of the address at hand, or the whole of its filtered rows as CSV or XLSX.

    `query` is scoped to its tenant already; where it goes through several, `groups` says in which an index has its rows in order.
    """
    filled = _filled(listing)
    conditions = _conditions(listing, filled)
    narrowed, order = query.where(*conditions), _order(listing, groups and groups.narrowed(*conditions))
    if request.args.get("as") in FORMATS:
        return _export(listing, narrowed, order)
    with database().reading() as session:
        page = lists.read(session, narrowed, order, after=request.args.get("after", ""))
    shown = _shown(listing, page, filled)
    return make_response(render_template(template, list=shown, **context))


def _bound(text: str, where: Callable[[datetime], sa.ColumnElement[bool]]) -> sa.ColumnElement[bool] | None:
    try:
        day = date.fromisoformat(text)
        return where(datetime(day.year, day.month, day.day, tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _filled(listing: Listing) -> dict[str, str]:
    """What the address fills the filters with."""
    typed = ((filter_.name, request.args.get(filter_.name, "")) for filter_ in listing.filters)
    tidy = ((name, text.replace("\0", "").strip()[:TEXT_LENGTH_MAX]) for name, text in typed)
    return {name: text for name, text in tidy if text}


def _conditions(listing: Listing, filled: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
    asked = (filter_.where(filled[filter_.name]) for filter_ in listing.filters if filter_.name in filled)
    return [condition for condition in asked if condition is not None]


def _sort(listing: Listing) -> tuple[Column, bool]:
    """The column sorted by, and whether the largest comes first."""
    asked = request.args.get("sort", "")
    sortable = {column.name: column for column in listing.columns if column.sort is not None}
    name = asked if asked.removeprefix("-") in sortable else listing.first_sort
    return sortable[name.removeprefix("-")], name.startswith("-")


def _order(listing: Listing, groups: Groups | None) -> Order:
    column, descending = _sort(listing)
    by, tie = cast("sa.ColumnElement[Any]", column.sort), cast("sa.ColumnElement[str]", listing.tie)
    return Order(by, tie, descending=descending, groups=groups)


def _shown(listing: Listing, page: lists.Page, filled: dict[str, str]) -> Shown:
    column, descending = _sort(listing)
    sort = f"-{column.name}" if descending else column.name
    here = filled | {"sort": sort}
    return Shown(
        listing=listing,
        heads=tuple(_head(each, column, filled, descending=descending) for each in listing.columns),
        lines=tuple(Line(tuple(_cell(each, row) for each in listing.columns), row) for row in page.rows),
        filled=filled,
        sort=sort,
        address=request.path,
        first=_address(here) if request.args.get("after") else "",
        following=_address(here | {"after": page.following}) if page.following else "",
        exports={kind: _address(here | {"as": kind}) for kind in FORMATS},
    )


def _head(column: Column, by: Column, filled: dict[str, str], *, descending: bool) -> Head:
    if column.sort is None:
        return Head(column, "", "")
    is_by = column.name == by.name
    towards = f"-{column.name}" if is_by and not descending else column.name
    return Head(column, _address(filled | {"sort": towards}), ("descending" if descending else "ascending") if is_by else "none")


def _address(arguments: Mapping[str, str]) -> str:
    return f"{request.path}?{urlencode(arguments)}"


def _cell(column: Column, row: Row) -> Cell:
    value = column.value(row)
    return Cell(column, value, column.shown(row) if column.shown else _worded(value), column.link(row) if column.link else "")


def _worded(value: Value) -> str:
    if isinstance(value, datetime):
        return str(format_datetime(value, "medium"))
    return str(format_decimal(value)) if isinstance(value, int) else str(value or "")


def _export(listing: Listing, query: Query, order: Order) -> Response:
    labels = [str(column.file_label or column.label) for column in listing.columns]
    found = lists.read_all(database().reading, query, order)
    lines = ([column.value(row) for column in listing.columns] for row in found)
    writer = sheets.write_csv if request.args["as"] == "csv" else sheets.write_xlsx
    chunks: Iterator[bytes] = stream_with_context(writer(labels, lines))
    response = Response(chunks, mimetype=sheets.MEDIA_TYPES[request.args["as"]])
    response.headers["Content-Disposition"] = f'attachment; filename="{listing.name}.{request.args["as"]}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
