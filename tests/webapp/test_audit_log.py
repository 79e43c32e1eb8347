"""The audit log on both databases: a name may give way to a pseudonym, and nothing else may change."""

import pytest
import sqlalchemy as sa

from webapp.models.audit import AuditEntry
from webapp.models.columns import utc_now


@pytest.fixture
def entry(any_database):
    """A line about somebody."""
    with any_database.transaction() as session:
        line = AuditEntry(
            actor_id="a" * 32, actor="mei@example.com", verb="member.added", subject_id="b" * 32, subject="Bo", facts={"label": "Bo"}
        )
        line.created_at = utc_now()
        session.add(line)
    return line


def test_names_give_way_to_pseudonyms(any_database, entry):
    with any_database.transaction() as session:
        row = session.get_one(AuditEntry, entry.id)
        row.actor, row.subject, row.facts = "#aaaaaaaa", "#bbbbbbbb", {}

    with any_database.reading() as session:
        row = session.get_one(AuditEntry, entry.id)
        assert (row.actor, row.subject, row.facts, row.verb) == ("#aaaaaaaa", "#bbbbbbbb", {}, "member.added")


@pytest.mark.parametrize(
    "changes",
    [{"actor": "Bo"}, {"subject": "Mei"}, {"verb": "member.removed"}, {"actor_id": "c"}, {"facts": {"label": "Mei"}}, {"tenant_id": "t"}],
)
def test_nothing_else_changes(any_database, entry, changes):
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), any_database.transaction() as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.id == entry.id).values(actor="#aaaaaaaa").values(**changes))


def test_nothing_is_deleted(any_database, entry):
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), any_database.transaction() as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == entry.id))
