"""Make the tables of identities, approvals and audit.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
REFUSAL = "the audit log is only added to"


def upgrade() -> None:
    _make_tenancy()
    _make_factors()
    _make_staff()
    _make_approvals()
    _make_audit()


def downgrade() -> None:
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_keeps()")
    for table in ("approval_vote", "approval", "staff_member", "outside_identity", "recovery_code", "second_factor"):
        op.drop_table(table)
    with op.batch_alter_table("login") as login:
        login.drop_constraint("fk_login_visiting_id_tenant", type_="foreignkey")
        for column in ("proved_at", "device", "visiting_id"):
            login.drop_column(column)
    with op.batch_alter_table("membership") as membership:
        membership.drop_column("label")
    for table in ("binding", "agent", "company"):
        op.drop_table(table)


def _make_tenancy() -> None:
    with op.batch_alter_table("membership") as membership:
        membership.add_column(sa.Column("label", sa.String(100), nullable=False, server_default=""))
    op.create_table(
        "company",
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("client_code", sa.String(40), nullable=False),
        sa.Column("sales_owner", sa.String(100), nullable=False),
        sa.Column("contact", sa.String(100), nullable=False),
        sa.Column("licences", JSON, nullable=False),
        sa.Column("opened_by_id", sa.String(32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name="fk_company_opened_by_id_user_account", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_company_tenant_id_tenant", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_company"),
        sa.UniqueConstraint("client_code", name="uq_company_client_code"),
    )
    op.create_table(
        "agent",
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.String(32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("discount BETWEEN 1 AND 1000", name="ck_agent_discount"),
        sa.ForeignKeyConstraint(["parent_id"], ["agent.tenant_id"], name="fk_agent_parent_id_agent", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_agent_tenant_id_tenant", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_agent"),
        sa.UniqueConstraint("code", name="uq_agent_code"),
    )
    op.create_index("ix_agent_parent_id", "agent", ["parent_id"])
    op.create_table(
        "binding",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("agent_id", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consented_by_id", sa.String(32), nullable=True),
        sa.Column("statement", sa.String(1000), nullable=False),
        sa.Column("may_visit", sa.Boolean(), nullable=False),
        sa.Column("ended_by_id", sa.String(32), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name="ck_binding_order"),
        sa.ForeignKeyConstraint(["agent_id"], ["tenant.id"], name="fk_binding_agent_id_tenant", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["tenant.id"], name="fk_binding_customer_id_tenant", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["consented_by_id"], ["user_account.id"], name="fk_binding_consented_by_id_user_account", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name="fk_binding_ended_by_id_user_account", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_binding"),
    )
    op.create_index("ix_binding_agent_id_since", "binding", ["agent_id", "since"])
    op.create_index("ix_binding_customer_id", "binding", ["customer_id"])
    still_open = sa.text("until IS NULL")
    op.create_index("uq_binding_open", "binding", ["customer_id"], unique=True, sqlite_where=still_open, postgresql_where=still_open)


def _make_factors() -> None:
    with op.batch_alter_table("login") as login:
        login.add_column(sa.Column("visiting_id", sa.String(32), nullable=True))
        login.add_column(sa.Column("device", sa.String(60), nullable=False, server_default=""))
        login.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        login.create_foreign_key("fk_login_visiting_id_tenant", "tenant", ["visiting_id"], ["id"], ondelete="SET NULL")
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.String(200), nullable=False),
        sa.Column("step_used", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_second_factor_user_id_user_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_recovery_code_user_id_user_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"])
    op.create_table(
        "outside_identity",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_outside_identity_user_id_user_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_outside_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_outside_identity_issuer_subject"),
    )
    op.create_index("ix_outside_identity_user_id", "outside_identity", ["user_id"])


def _make_staff() -> None:
    op.create_table(
        "staff_member",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_staff_member_user_id_user_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_member"),
        sa.UniqueConstraint("user_id", "role", name="uq_staff_member_user_id_role"),
    )
    op.create_index("ix_staff_member_user_id", "staff_member", ["user_id"])


def _make_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=True),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("asked_by_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_approval_tenant_id_tenant", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    op.create_index("ix_approval_kind_subject_id", "approval", ["kind", "subject_id"])
    op.create_index("ix_approval_state_created_at", "approval", ["state", "created_at"])
    op.create_index("ix_approval_tenant_id", "approval", ["tenant_id"])
    op.create_table(
        "approval_vote",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("approval_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name="fk_approval_vote_approval_id_approval", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_approval_vote"),
        sa.UniqueConstraint("approval_id", "role", name="uq_approval_vote_approval_id_role"),
        sa.UniqueConstraint("approval_id", "user_id", name="uq_approval_vote_approval_id_user_id"),
    )
    op.create_index("ix_approval_vote_approval_id", "approval_vote", ["approval_id"])


def _make_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(254), nullable=False),
        sa.Column("acting_for_id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("verb", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(254), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"])
    op.create_index("ix_audit_entry_created_at_id", "audit_entry", ["created_at", "id"])
    op.create_index("ix_audit_entry_tenant_id_created_at", "audit_entry", ["tenant_id", "created_at"])
    _guard_audit()


def _guard_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, verb in (("audit_entry_unchanged", "UPDATE"), ("audit_entry_undeleted", "DELETE")):
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON audit_entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        return
    body = f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END"
    op.execute(f"CREATE FUNCTION audit_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(
        "CREATE TRIGGER audit_entry_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_keeps()"
    )
