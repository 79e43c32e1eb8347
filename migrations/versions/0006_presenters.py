"""Make the tables of presenters' sets, favourites and reviews.

Revision 0006, after 0005. Presenters that are there already were made from portraits, and stay as they are.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("presenter") as table:
        table.add_column(sa.Column("kind", sa.String(24), nullable=False, server_default="photo"))
        table.add_column(sa.Column("options", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("presenter") as table:
        for column in ("kind", "options", "note"):
            table.alter_column(column, server_default=None)
        table.create_index(op.f("ix_presenter_state"), ["state"], unique=False)
    with op.batch_alter_table("consent") as table:
        table.add_column(sa.Column("scope", sa.String(24), nullable=False, server_default="likeness"))
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("consent") as table:
        table.alter_column("scope", server_default=None)
    _make_sets()
    _make_favourites()


def downgrade() -> None:
    op.drop_table("presenter_favourite")
    op.drop_table("presenter_set")
    with op.batch_alter_table("consent") as table:
        table.drop_column("expires_at")
        table.drop_column("scope")
    with op.batch_alter_table("presenter") as table:
        table.drop_index(op.f("ix_presenter_state"))
        for column in ("reviewed_at", "note", "options", "kind"):
            table.drop_column(column)


def _make_sets() -> None:
    op.create_table(
        "presenter_set",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("presenter_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("verdict", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["presenter_id"], ["presenter.id"], name=op.f("fk_presenter_set_presenter_id_presenter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presenter_set")),
    )
    op.create_index(op.f("ix_presenter_set_presenter_id"), "presenter_set", ["presenter_id"], unique=False)


def _make_favourites() -> None:
    op.create_table(
        "presenter_favourite",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("presenter_id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_presenter_favourite_tenant_id_tenant"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_presenter_favourite_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presenter_favourite")),
        sa.UniqueConstraint("tenant_id", "user_id", "presenter_id", name="uq_presenter_favourite_whose"),
    )
    op.create_index(op.f("ix_presenter_favourite_tenant_id"), "presenter_favourite", ["tenant_id"], unique=False)
    op.create_index(op.f("ix_presenter_favourite_user_id"), "presenter_favourite", ["user_id"], unique=False)
