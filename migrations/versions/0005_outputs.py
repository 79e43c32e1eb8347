"""Make the tables of folders and shares, let projects lie in folders, exports have shapes and further files, and waiting jobs an order.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ADDED = {"export": ("variant", "extras"), "job": ("place", "paused")}


def upgrade() -> None:
    op.create_table(
        "folder",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_folder_tenant_id_tenant"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_folder_tenant_id_name")),
    )
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("folder_id", sa.String(32), nullable=True))
        table.create_foreign_key(op.f("fk_project_folder_id_folder"), "folder", ["folder_id"], ["id"], ondelete="SET NULL")
        table.create_index(op.f("ix_project_folder_id"), ["folder_id"], unique=False)
        table.create_index(op.f("ix_project_trashed_at"), ["trashed_at"], unique=False)
    op.create_table(
        "share",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("export_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.String(120), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["export.id"], name=op.f("fk_share_export_id_export"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_share_tenant_id_tenant"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_share_user_id_user_account"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("key", name=op.f("uq_share_key")),
    )
    op.create_index(op.f("ix_share_export_id"), "share", ["export_id"], unique=False)
    op.create_index(op.f("ix_share_tenant_id"), "share", ["tenant_id"], unique=False)
    with op.batch_alter_table("export") as table:
        table.add_column(sa.Column("variant", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("extras", sa.String(120), nullable=False, server_default=""))
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("served_at", sa.DateTime(timezone=True), nullable=True))
    for table_name, names in ADDED.items():
        with op.batch_alter_table(table_name) as table:
            for name in names:
                table.alter_column(name, server_default=None)


def downgrade() -> None:
    for table_name, names in ADDED.items():
        with op.batch_alter_table(table_name) as table:
            for name in names:
                table.drop_column(name)
    op.drop_column("job", "served_at")
    op.drop_table("share")
    with op.batch_alter_table("project") as table:
        table.drop_index(op.f("ix_project_trashed_at"))
        table.drop_index(op.f("ix_project_folder_id"))
        table.drop_constraint(op.f("fk_project_folder_id_folder"), type_="foreignkey")
        table.drop_column("folder_id")
    op.drop_table("folder")
