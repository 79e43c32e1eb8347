"""Who did what. Rows are written once: the database itself refuses to delete them, and to change more than a name into a pseudonym."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Field, SQLModel

from webapp.models.columns import created, id_key, json


class AuditEntry(SQLModel, table=True):
    """A privileged act. It names people and tenants by id and by what they were called then, and outlives them."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_created_at_id", "created_at", "id"),
        sa.Index("ix_audit_entry_tenant_id_created_at", "tenant_id", "created_at"),
    )

    id: str = id_key()
    actor_id: str = Field(default="", index=True, max_length=32)
    actor: str = Field(default="", max_length=254)
    acting_for_id: str = Field(default="", max_length=32)
    tenant_id: str = Field(default="", max_length=32)
    verb: str = Field(max_length=40)
    subject_kind: str = Field(default="", max_length=40)
    subject_id: str = Field(default="", max_length=64)
    subject: str = Field(default="", max_length=254)
    facts: dict[str, Any] = json()
    created_at: datetime = created()


_REFUSAL: Final = "the audit log is only added to"
_BODY: Final = f"BEGIN RAISE EXCEPTION '{_REFUSAL}'; END"
_SQLITE: Final = "CREATE TRIGGER {name} BEFORE {verb} ON audit_entry {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"
_KEPT: Final = ("id", "actor_id", "acting_for_id", "tenant_id", "verb", "subject_kind", "subject_id", "created_at")
_UNNAMED: Final = " AND ".join(
    (
        *(f"NEW.{column} = OLD.{column}" for column in _KEPT),
        *(f"(NEW.{column} = OLD.{column} OR NEW.{column} LIKE '#%%')" for column in ("actor", "subject")),
        "(NEW.facts = OLD.facts OR NEW.facts = '{}')",
    )
)
"""The one change that a row takes: names give way to pseudonyms when an account is deleted. What was done, to what and when stays.

(A per cent sign is doubled, as statements of the schema are written.)
"""
_EACH_ROW: Final = "CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry FOR EACH ROW"

GUARDS: Final = (
    ("sqlite", _SQLITE.format(name="audit_entry_unchanged", verb="UPDATE", when=f"WHEN NOT ({_UNNAMED})", words=_REFUSAL)),
    ("sqlite", _SQLITE.format(name="audit_entry_undeleted", verb="DELETE", when="", words=_REFUSAL)),
    ("postgresql", f"CREATE FUNCTION audit_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ {_BODY} $$"),
    ("postgresql", "CREATE TRIGGER audit_entry_keeps BEFORE DELETE OR TRUNCATE ON audit_entry EXECUTE FUNCTION audit_entry_keeps()"),
    ("postgresql", f"{_EACH_ROW} WHEN (NOT ({_UNNAMED})) EXECUTE FUNCTION audit_entry_keeps()"),
)
"""The walls around the table, by dialect; the migration has its own copy."""

for _dialect, _statement in GUARDS:
    _guard: sa.DDL = sa.DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(SQLModel.metadata.tables["audit_entry"], "after_create", _guard.execute_if(dialect=_dialect))
