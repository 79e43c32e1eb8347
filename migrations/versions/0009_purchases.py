"""Keep purchases and what their providers said.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
ENTRY_COLUMNS = ("tenant_id", "account", "unit", "posted_at", "id")
TABLES = ("letter", "payment_event", "purchase")
WALL = "tenant_id = current_setting('app.tenant_id', true) OR current_setting('app.audience', true) IN ('house', 'operator')"
"""What a customer pays is no business of its agent's: unlike the walls of 0008, this one lets no agent through."""


def upgrade() -> None:
    _index_entries(*ENTRY_COLUMNS, "amount", "user_id")
    _make_purchases()
    _make_events()
    _make_letters()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({WALL})")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    _index_entries(*ENTRY_COLUMNS)


def _index_entries(*columns: str) -> None:
    """Make the index by kind anew: with amount and person in it, sums are read from it alone."""
    op.drop_index("ix_ledger_entry_kind", table_name="ledger_entry")
    op.create_index("ix_ledger_entry_kind", "ledger_entry", list(columns), unique=False)


def _make_purchases() -> None:
    op.create_table(
        "purchase",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("provider", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("currency", sa.String(24), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("payment", sa.String(120), nullable=False),
        sa.Column("refund", sa.String(500), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("total > 0", name=op.f("ck_purchase_positive")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_purchase_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_purchase_user_id_user_account"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_number")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_purchase_tenant_id_key")),
    )
    op.create_index("ix_purchase_tenant_created", "purchase", ["tenant_id", "created_at", "id"], unique=False)
    op.create_index("ix_purchase_created", "purchase", ["created_at", "id"], unique=False)
    op.create_index("ix_purchase_state", "purchase", ["state", "expires_at"], unique=False)
    op.create_index(op.f("ix_purchase_reference"), "purchase", ["reference"], unique=False)
    op.create_index(op.f("ix_purchase_payment"), "purchase", ["payment"], unique=False)


def _make_events() -> None:
    op.create_table(
        "payment_event",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("provider", sa.String(24), nullable=False),
        sa.Column("event_id", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("purchase_id", sa.String(32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_payment_event_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_payment_event_purchase_id_purchase"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_payment_event_provider_event_id")),
    )
    op.create_index("ix_payment_event_purchase", "payment_event", ["purchase_id", "created_at"], unique=False)


def _make_letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_letter_tenant_id_tenant"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("about", name=op.f("uq_letter_about")),
    )
    op.create_index(op.f("ix_letter_tenant_id"), "letter", ["tenant_id"], unique=False)
