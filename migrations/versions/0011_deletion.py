"""Keep what was asked to be deleted, and the copies of one's own data.

Revision 0011, after 0010.

A row of the audit log may lose its names from now on, and nothing else. Voiced sentences say who wanted them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REFUSAL = "the audit log is only added to"
KEPT = ("id", "actor_id", "acting_for_id", "tenant_id", "verb", "subject_kind", "subject_id", "created_at")
UNNAMED = " AND ".join(
    (
        *(f"NEW.{column} = OLD.{column}" for column in KEPT),
        *(f"(NEW.{column} = OLD.{column} OR NEW.{column} LIKE '#%')" for column in ("actor", "subject")),
        "(NEW.facts = OLD.facts OR NEW.facts = '{}')",
    )
)
TENANT = "current_setting('app.tenant_id', true)"
AUDIENCE = "current_setting('app.audience', true)"
WALL = f"tenant_id = {TENANT} OR {AUDIENCE} IN ('house', 'operator')"
WALLED = ("deletion", "takeout")


def upgrade() -> None:
    _make_deletion()
    _make_takeout()
    with op.batch_alter_table("voiced") as voiced:
        voiced.add_column(sa.Column("wanted_by", sa.String(32), nullable=False, server_default=""))
        voiced.create_index("ix_voiced_wanted_by", ["wanted_by"])
    _guard_audit(f"WHEN NOT ({UNNAMED})")
    if _postgresql():
        for table in WALLED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({WALL})")


def downgrade() -> None:
    _guard_audit("")
    with op.batch_alter_table("voiced") as voiced:
        voiced.drop_index("ix_voiced_wanted_by")
        voiced.drop_column("wanted_by")
    op.drop_table("takeout")
    op.drop_table("deletion")


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guard_audit(when: str) -> None:
    """Refuse changes: all of them, or those that `when` tells."""
    if not _postgresql():
        op.execute("DROP TRIGGER audit_entry_unchanged")
        op.execute(f"CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        return
    op.execute("DROP TRIGGER audit_entry_keeps ON audit_entry")
    op.execute("DROP TRIGGER IF EXISTS audit_entry_unchanged ON audit_entry")
    at_once = "DELETE OR TRUNCATE" if when else "UPDATE OR DELETE OR TRUNCATE"
    op.execute(f"CREATE TRIGGER audit_entry_keeps BEFORE {at_once} ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_keeps()")
    if when:
        op.execute(
            "CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry FOR EACH ROW "
            f"{when.replace('WHEN NOT', 'WHEN (NOT', 1)}) EXECUTE FUNCTION audit_entry_keeps()",
        )


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _make_deletion() -> None:
    op.create_table(
        "deletion",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", _json(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_deletion_tenant_id_tenant"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion")),
    )
    op.create_index(op.f("ix_deletion_tenant_id"), "deletion", ["tenant_id"], unique=False)
    op.create_index(op.f("ix_deletion_due_at"), "deletion", ["due_at"], unique=False)
    still = sa.text("ended_at IS NULL")
    op.create_index("uq_deletion_open", "deletion", ["tenant_id"], unique=True, sqlite_where=still, postgresql_where=still)


def _make_takeout() -> None:
    op.create_table(
        "takeout",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("job_id", sa.String(32), nullable=True),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_takeout_tenant_id_tenant"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_takeout_job_id_job"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeout")),
    )
    op.create_index(op.f("ix_takeout_tenant_id"), "takeout", ["tenant_id"], unique=False)
    op.create_index(op.f("ix_takeout_expires_at"), "takeout", ["expires_at"], unique=False)
