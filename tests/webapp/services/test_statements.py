"""The audit finds what was tampered with, and a statement shows every altered line to whoever checks it."""

import shutil
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.accounts import NOW, differences, given, opened
from tools.verify_statement import canonical, problems, read
from webapp.database import Database
from webapp.errors import Invalid
from webapp.ledger.kinds import Currency, Kind
from webapp.models.ledger import Book, Cash, Entry, Hold, Journal, Lot
from webapp.models.tenant import TenantKind
from webapp.services import cash, entitlements, statements
from webapp.services.entitlements import Wish

APRIL = datetime(2026, 4, 2, tzinfo=UTC)


@pytest.fixture
def database(tmp_path, blank_database):
    """Tables and no rows, without an application around them."""
    made = Database(f"sqlite:///{shutil.copy(blank_database, tmp_path / 'books.sqlite3')}")
    yield made
    made.dispose()


@pytest.fixture
def tenant(database):
    """A tenant with a March and an April, and a hold still open."""
    tenant, (mei,) = opened(database)
    given(database, tenant, Kind.VIDEO, 100)
    with database.transaction() as session:
        for number, moment in enumerate((NOW, NOW, APRIL)):
            hold = entitlements.hold(session, tenant, Wish(kind=Kind.VIDEO, amount=10, subject=f"export:{number}", user_id=mei.id), moment)
            if number:
                entitlements.capture(session, tenant, hold.id, 7, moment)
    return tenant


def told(database, tenant, month="2026-03"):
    with database.reading() as session:
        return "\n".join(statements.lines(session, tenant, month)) + "\n"


def test_a_book_that_nobody_touched_is_right(database, tenant):
    assert differences(database) == []


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (sa.update(Lot).values(available=Lot.available + 1), "available"),
        (sa.update(Lot).values(used=Lot.used - 1), "used"),
        (sa.update(Hold).where(Hold.state == "open").values(amount=11), "holds video"),
        (sa.update(Hold).where(Hold.state == "open").values(state="released"), "holds video"),
        (sa.update(Journal).where(Journal.number == 2).values(note="x"), "journal 2"),
        (sa.update(Journal).where(Journal.number == 3).values(user_id=None), "journal 3"),
        (sa.update(Book).values(number=Book.number + 1), "book"),
        (sa.update(Entry).where(Entry.account == "used").values(amount=Entry.amount - 1), "journal"),
        (sa.delete(Entry).where(Entry.account == "held", Entry.amount > 0), "journal 2"),
        (sa.update(Entry).values(amount=-Entry.amount), "journal 1"),
    ],
    ids=[
        "more available",
        "less used",
        "another hold",
        "a hold let go",
        "a note",
        "nobody",
        "a longer book",
        "used less",
        "half gone",
        "signs",
    ],
)
def test_whatever_is_tampered_with_is_found(database, tenant, tamper, found):
    with database.transaction() as session:
        session.execute(tamper)

    assert any(found in difference.what for difference in differences(database))


def test_an_agent_s_cash_is_audited_too(database):
    agent, _ = opened(database, TenantKind.AGENT)
    with database.transaction() as session:
        cash.top_up(session, agent, Currency.THB, 500, evidence="x", created_by=None, key="1", now=NOW)
        session.execute(sa.update(Cash).values(balance=501))

    assert [(one.what, one.kept, one.counted) for one in differences(database)] == [("cash THB", "501", "500")]


def test_a_statement_goes_from_the_opening_to_the_closing_balances(database, tenant):
    march, april = (told(database, tenant, month).splitlines() for month in ("2026-03", "2026-04"))

    assert (len(march), len(april)) == (6, 4)
    assert read(march[0])["opening"] == []
    assert read(april[0])["opening"] == read(march[-1])["closing"]
    assert read(april[0])["before"] == read(march[-1])["last"]
    assert problems(told(database, tenant)) == problems(told(database, tenant, "2026-04")) == []


@pytest.mark.parametrize("month", ["2026-02", "2026-12"])
def test_a_month_in_which_nothing_happened_has_a_head_and_a_foot(database, tenant, month):
    text = told(database, tenant, month)

    assert problems(text) == []
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "x-y"])
def test_what_is_no_month_is_refused(database, tenant, month):
    with pytest.raises(Invalid):
        told(database, tenant, month)


def altered(text):
    """Every statement that differs from this one in one value of one line, or in one line."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        yield lines[:place] + lines[place + 1 :]
        yield lines[: place + 1] + lines[place:]
        value = read(line)
        for name, was in value.items():
            other = [*was[:-1], [*was[-1][:-1], was[-1][-1] + 1]] if isinstance(was, list) and was else None
            wrong = {str: f"{was}0", int: 99}.get(type(was)) or other or [["available", "video", "x", 1]]
            yield [*lines[:place], canonical(value | {name: wrong}), *lines[place + 1 :]]
    yield [lines[0], lines[2], lines[1], *lines[3:]]


def test_any_altered_line_is_found(database, tenant):
    unfound = [lines for lines in altered(told(database, tenant)) if not problems("\n".join(lines) + "\n")]

    assert unfound == []


@pytest.mark.parametrize("text", ["", "x", "{}\n{}\n", "[]\n[]\n", '{"a": 1}\n{}\n', "1\n2\n3\n"])
def test_what_is_no_statement_is_said_to_be_none(text):
    assert problems(text)
