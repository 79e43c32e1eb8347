"""Make the tables of uploads and media.

Revision 0004, after 0003. Pictures that are there already are looked at anew: what was made of them did not exist before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("asset") as table:
        table.add_column(sa.Column("state", sa.String(24), nullable=False, server_default="checking"))
        table.add_column(sa.Column("reason", sa.String(60), nullable=True))
        table.add_column(sa.Column("facts", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("duration_ticks", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("has_sound", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("has_alpha", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("asset") as table:
        for column in ("state", "facts", "duration_ticks", "has_sound", "has_alpha"):
            table.alter_column(column, server_default=None)
        table.create_index(op.f("ix_asset_tenant_created"), ["tenant_id", "created_at"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("asset_id", sa.String(32), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("length_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_upload_asset_id_asset"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_upload_tenant_id_tenant"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_tenant_id"), "upload", ["tenant_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_upload_tenant_id"), table_name="upload")
    op.drop_table("upload")
    with op.batch_alter_table("asset") as table:
        table.drop_index(op.f("ix_asset_tenant_created"))
        for column in ("has_alpha", "has_sound", "duration_ticks", "facts", "reason", "state"):
            table.drop_column(column)
