"""Keep how a consent sentence was heard.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TENANT = "current_setting('app.tenant_id', true)"
AUDIENCE = "current_setting('app.audience', true)"
WALL = f"tenant_id = {TENANT} OR {AUDIENCE} IN ('house', 'operator')"
"""The tenant's own, the house and the operator's staff: an agent has no business with its customers' voices."""


def upgrade() -> None:
    op.create_table(
        "spoken_consent",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("consent_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("sentence_digest", sa.String(64), nullable=False),
        sa.Column("recording_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("findings", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_spoken_consent_tenant_id_tenant"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_spoken_consent_consent_id_consent"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_spoken_consent_user_id_user_account"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_consent")),
    )
    op.create_index(op.f("ix_spoken_consent_tenant_id"), "spoken_consent", ["tenant_id"], unique=False)
    op.create_index(op.f("ix_spoken_consent_consent_id"), "spoken_consent", ["consent_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE spoken_consent ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE spoken_consent FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_wall ON spoken_consent USING ({WALL})")


def downgrade() -> None:
    op.drop_table("spoken_consent")
