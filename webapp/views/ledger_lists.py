"""The lists of what is counted, for whoever may see them: entries behind a number, consumption, orders without money."""

from typing import Any, Final

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlmodel import col

from webapp.ledger.entries import Account
from webapp.ledger.kinds import Kind
from webapp.models.identity import User
from webapp.models.ledger import Entry, Lot
from webapp.models.order import OrderLine, Source
from webapp.models.tenant import Tenant
from webapp.views.entitlement_words import ACCOUNTS, KINDS, SOURCES, VERBS, about, quantity, quantity_value
from webapp.views.listing import Column, Filter, Listing, Row, days, hidden, one_of, words

KIND: Final = one_of("kind", _("Kind"), KINDS, lambda kind: col(Entry.unit) == kind)
QUANTITY_IN_FILES: Final = _("Quantity (seconds or pieces)")
AMOUNT: Final = Column(
    "amount",
    _("Quantity"),
    lambda row: quantity_value(row.Entry.amount, row.Entry.unit),
    shown=lambda row: quantity(row.Entry.amount, row.Entry.unit),
    is_number=True,
    file_label=QUANTITY_IN_FILES,
)
WHEN: Final = Column("when", _("When"), lambda row: row.Entry.posted_at, sort=col(Entry.posted_at))

ENTRIES: Final = Listing(
    name="entries",
    columns=(
        WHEN,
        Column("what", _("What happened"), lambda row: VERBS[row.Journal.verb]),
        Column("about", _("About"), lambda row: about(row.Journal.subject)),
        Column("kind", _("Kind"), lambda row: KINDS[row.Entry.unit]),
        Column("account", _("Counted as"), lambda row: ACCOUNTS[row.Entry.account]),
        AMOUNT,
    ),
    filters=(
        KIND,
        one_of("account", _("Counted as"), ACCOUNTS, lambda account: col(Entry.account) == Account(account)),
        *days("from", "until", col(Entry.posted_at)),
        hidden("event", lambda name: col(Entry.journal_id) == name),
        hidden("order", lambda name: col(Entry.lot_id).in_(sa.select(col(Lot.id)).where(col(Lot.order_id) == name))),
    ),
    tie=col(Entry.id),
    first_sort="-when",
    empty=_("Nothing has happened here yet."),
    caption=_("Entries"),
)
"""What changed an account's numbers, for a query of (Entry, Journal) that leaves the contra accounts out: their sum is the number."""

SHOWN_ACCOUNTS: Final = tuple(map(Account, ACCOUNTS))


def shown_entries(query: sa.Select[Any]) -> sa.Select[Any]:
    """Of entries, those on accounts that a reader has numbers of."""
    return query.where(col(Entry.account).in_(SHOWN_ACCOUNTS))


def user_name(row: Row) -> str:
    """Whose consumption it was."""
    return (row.User.name or row.User.email or row.User.phone or "") if row.User else ""


def used_for(row: Row) -> str:
    """What something was used for: the project's title, or what kind of thing it was."""
    return (row.Project.title if row.Project else "") or about(row.Journal.subject)


def paid_from(category: str) -> Any:
    """What sort of lot paid."""
    return _("Test") if category == "test" else _("Paid")


def _of_user(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.icontains(text, autoescape=True) for column in (col(User.name), col(User.email), col(User.phone))))


CONSUMED: Final = (
    WHEN,
    Column("kind", _("Kind"), lambda row: KINDS[row.Entry.unit]),
    Column("for", _("Used for"), used_for),
    Column("user", _("User"), user_name),
    Column("from", _("Paid from"), lambda row: paid_from(row.Lot.category)),
)
CONSUMPTION_FILTERS: Final[tuple[Filter, ...]] = (
    KIND,
    words("user", _("User"), _of_user),
    *days("from", "until", col(Entry.posted_at)),
    hidden("person", lambda name: col(Entry.user_id) == name),
)
NOTHING_USED: Final = _("Nothing has been used yet. Every finished video stands here.")

ORDER_SOURCE: Final = one_of("source", _("Source"), SOURCES, lambda source: col(OrderLine.source) == Source(source))
ORDER_KIND: Final = one_of("kind", _("Kind"), KINDS, lambda kind: col(OrderLine.kind) == Kind(kind))
ORDER_FILTERS: Final[tuple[Filter, ...]] = (
    words("q", _("Number"), lambda text: col(OrderLine.number).icontains(text, autoescape=True)),
    ORDER_KIND,
    ORDER_SOURCE,
    *days("from", "until", col(OrderLine.created_at)),
)
TENANT_NAME: Final = words("tenant", _("Customer"), lambda text: col(Tenant.name).icontains(text, autoescape=True))


def order_state(taken_back: object) -> Any:
    """Whether an order stands."""
    return _("Taken back") if taken_back else _("In force")
