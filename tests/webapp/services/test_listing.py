from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from webapp.database import Database
from webapp.errors import Invalid
from webapp.models.everything import METADATA
from webapp.models.tenant import Tenant
from webapp.services import listing
from webapp.services.listing import Order

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def tenants(database):
    """Seven tenants; three were opened at the same moment."""
    days = [0, 1, 1, 1, 2, 3, 4]
    with database.transaction() as session:
        made = [Tenant(name=f"T{index}", created_at=START + timedelta(days=day)) for index, day in enumerate(days)]
        session.add_all(made)
    return made


def walk(database, order, size):
    names, after = [], ""
    with database.reading() as session:
        while True:
            page = listing.read(session, select(Tenant), order, after=after, size=size)
            names += [row.Tenant.name for row in page.rows]
            after = page.following
            if not after:
                return names


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["created_at", "name", "kind"])
def test_the_pages_together_are_the_list(database, tenants, size, descending, column):
    order = Order(col(getattr(Tenant, column)), col(Tenant.id), descending=descending)

    names = walk(database, order, size)

    expected = sorted(tenants, key=lambda tenant: (getattr(tenant, column), tenant.id), reverse=descending)
    assert names == [tenant.name for tenant in expected]


def test_the_pages_together_are_the_list_on_postgresql(postgres_url):
    database = Database(postgres_url)
    METADATA.create_all(database.engine)
    with database.transaction() as session:
        session.add_all(Tenant(name=f"T{index}", created_at=START + timedelta(days=index // 3)) for index in range(7))
    assert sorted(walk(database, Order(col(Tenant.created_at), col(Tenant.id), descending=True), 2)) == [f"T{index}" for index in range(7)]
    database.dispose()


def test_a_row_that_comes_in_between_pages_moves_no_other(database, tenants):
    order = Order(col(Tenant.name), col(Tenant.id))
    with database.reading() as session:
        first = listing.read(session, select(Tenant), order, size=3)
    with database.transaction() as session:
        session.add(Tenant(name="T0 and a half"))
    with database.reading() as session:
        second = listing.read(session, select(Tenant), order, after=first.following, size=3)

    assert [row.Tenant.name for row in second.rows] == ["T3", "T4", "T5"]


def test_all_rows_come_in_batches_with_no_transaction_between(database, tenants, monkeypatch):
    monkeypatch.setattr(listing, "BATCH_ROWS", 2)
    opened = []

    def reading():
        opened.append(1)
        return database.reading()

    found = list(listing.read_all(reading, select(Tenant), Order(col(Tenant.name), col(Tenant.id))))

    assert [row.Tenant.name for row in found] == [tenant.name for tenant in tenants]
    assert len(opened) == 4


@pytest.mark.parametrize(
    "place", ["x", "é", "W10", "bnVsbA", "WzEsIDJd", "WyJhIiwgImIiXQ", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgImIiXQ"]
)
def test_a_place_that_is_none_is_refused(database, place):
    with database.reading() as session, pytest.raises(Invalid) as refused:
        listing.read(session, select(Tenant), Order(col(Tenant.created_at), col(Tenant.id)), after=place)

    assert refused.value.code == "list-place"


@given(st.text(max_size=40))
def test_no_place_that_can_be_typed_breaks_anything(place):
    with suppress(Invalid):
        listing._read_place(place, str)
