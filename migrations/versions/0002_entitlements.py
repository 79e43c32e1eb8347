"""Make the tables of entitlements, orders and money.

Revision 0002, after 0001. Journals and entries are only ever added: triggers refuse everything else.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("ledger_journal", "ledger_entry")


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("prices", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
    )
    op.create_table(
        "ledger_book",
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_book_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_ledger_book")),
    )
    op.create_table(
        "ledger_cash",
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(24), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_ledger_cash_not_negative")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_cash_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "currency", name=op.f("pk_ledger_cash")),
    )
    op.create_table(
        "ledger_hold",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("project_id", sa.String(32), nullable=True),
        sa.Column("scenes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_hold_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_hold")),
        sa.UniqueConstraint("tenant_id", "subject", name=op.f("uq_ledger_hold_tenant_id_subject")),
    )
    op.create_index("ix_ledger_hold_state", "ledger_hold", ["state", "created_at"], unique=False)
    op.create_table(
        "member_cap",
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_member_cap_tenant_id_tenant"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_member_cap_user_id_user_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", "kind", name=op.f("pk_member_cap")),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("product_id", sa.String(32), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("list_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("price_paid", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(24), nullable=True),
        sa.Column("agent_id", sa.String(32), nullable=True),
        sa.Column("cost_owner", sa.String(100), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_by", sa.String(32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["tenant.id"], name=op.f("fk_order_line_agent_id_tenant"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_order_line_created_by_user_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_order_line_product_id_product"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_order_line_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("number", name=op.f("uq_order_line_number")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_order_line_tenant_id_key")),
    )
    op.create_index("ix_order_line_agent_created", "order_line", ["agent_id", "created_at", "id"], unique=False)
    op.create_index("ix_order_line_tenant_created", "order_line", ["tenant_id", "created_at", "id"], unique=False)
    op.create_table(
        "seat",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_seat_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_seat_user_id_user_account"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index("ix_seat_due", "seat", ["lapsed_at", "until"], unique=False)
    op.create_index("ix_seat_tenant_kind", "seat", ["tenant_id", "kind"], unique=False)
    op.create_index(op.f("ix_seat_user_id"), "seat", ["user_id"], unique=False)
    op.create_table(
        "ledger_journal",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(24), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("project_id", sa.String(32), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("reverses", sa.String(32), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["reverses"], ["ledger_journal.id"], name=op.f("fk_ledger_journal_reverses_ledger_journal")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["ledger_book.tenant_id"], name=op.f("fk_ledger_journal_tenant_id_ledger_book"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_journal")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_journal_reverses")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_ledger_journal_tenant_id_key")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_ledger_journal_tenant_id_number")),
    )
    op.create_index(op.f("ix_ledger_journal_subject"), "ledger_journal", ["subject"], unique=False)
    op.create_index("ix_ledger_journal_tenant_posted", "ledger_journal", ["tenant_id", "posted_at"], unique=False)
    op.create_table(
        "ledger_lot",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("order_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("available >= 0 AND held >= 0 AND used >= 0 AND expired >= 0", name=op.f("ck_ledger_lot_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["order_line.id"], name=op.f("fk_ledger_lot_order_id_order_line"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_lot_tenant_id_tenant"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lot")),
    )
    op.create_index("ix_ledger_lot_expires", "ledger_lot", ["expires_at"], unique=False)
    op.create_index(op.f("ix_ledger_lot_order_id"), "ledger_lot", ["order_id"], unique=False)
    op.create_index("ix_ledger_lot_tenant_kind", "ledger_lot", ["tenant_id", "kind"], unique=False)
    op.create_table(
        "paid_scene",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("project_id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("hold_id", sa.String(32), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["ledger_hold.id"], name=op.f("fk_paid_scene_hold_id_ledger_hold"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_paid_scene_tenant_id_tenant"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paid_scene")),
    )
    op.create_index(op.f("ix_paid_scene_hold_id"), "paid_scene", ["hold_id"], unique=False)
    op.create_index("ix_paid_scene_key", "paid_scene", ["tenant_id", "project_id", "key", "paid_until"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("journal_id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(24), nullable=False),
        sa.Column("unit", sa.String(24), nullable=False),
        sa.Column("lot_id", sa.String(32), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["ledger_journal.id"], name=op.f("fk_ledger_entry_journal_id_ledger_journal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["ledger_lot.id"], name=op.f("fk_ledger_entry_lot_id_ledger_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("journal_id", "line", name=op.f("uq_ledger_entry_journal_id_line")),
    )
    op.create_index("ix_ledger_entry_kind", "ledger_entry", ["tenant_id", "account", "unit", "posted_at", "id"], unique=False)
    op.create_index(op.f("ix_ledger_entry_lot_id"), "ledger_entry", ["lot_id"], unique=False)
    op.create_index("ix_ledger_entry_member", "ledger_entry", ["tenant_id", "user_id", "unit", "account", "posted_at"], unique=False)
    op.create_index("ix_ledger_entry_statement", "ledger_entry", ["tenant_id", "account", "posted_at", "id"], unique=False)
    _refuse_changes()


def downgrade() -> None:
    _allow_changes()
    op.drop_index("ix_ledger_entry_statement", table_name="ledger_entry")
    op.drop_index("ix_ledger_entry_member", table_name="ledger_entry")
    op.drop_index(op.f("ix_ledger_entry_lot_id"), table_name="ledger_entry")
    op.drop_index("ix_ledger_entry_kind", table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_index("ix_paid_scene_key", table_name="paid_scene")
    op.drop_index(op.f("ix_paid_scene_hold_id"), table_name="paid_scene")
    op.drop_table("paid_scene")
    op.drop_index("ix_ledger_lot_tenant_kind", table_name="ledger_lot")
    op.drop_index(op.f("ix_ledger_lot_order_id"), table_name="ledger_lot")
    op.drop_index("ix_ledger_lot_expires", table_name="ledger_lot")
    op.drop_table("ledger_lot")
    op.drop_index("ix_ledger_journal_tenant_posted", table_name="ledger_journal")
    op.drop_index(op.f("ix_ledger_journal_subject"), table_name="ledger_journal")
    op.drop_table("ledger_journal")
    op.drop_index(op.f("ix_seat_user_id"), table_name="seat")
    op.drop_index("ix_seat_tenant_kind", table_name="seat")
    op.drop_index("ix_seat_due", table_name="seat")
    op.drop_table("seat")
    op.drop_index("ix_order_line_tenant_created", table_name="order_line")
    op.drop_index("ix_order_line_agent_created", table_name="order_line")
    op.drop_table("order_line")
    op.drop_table("member_cap")
    op.drop_index("ix_ledger_hold_state", table_name="ledger_hold")
    op.drop_table("ledger_hold")
    op.drop_table("ledger_cash")
    op.drop_table("ledger_book")
    op.drop_table("product")


def _refuse_changes() -> None:
    if op.get_context().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("UPDATE", "DELETE"):
                refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refusal}")
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")


def _allow_changes() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change() CASCADE")
