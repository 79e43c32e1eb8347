"""Make the tables of favourite voices and of the lexicon.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_favourites()
    _make_lexicon()


def downgrade() -> None:
    op.drop_table("lexicon_entry")
    op.drop_table("voice_favourite")


def _make_favourites() -> None:
    op.create_table(
        "voice_favourite",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("voice_id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_voice_favourite_tenant_id_tenant"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_voice_favourite_user_id_user_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_favourite")),
        sa.UniqueConstraint("tenant_id", "user_id", "voice_id", name="uq_voice_favourite_whose"),
    )
    op.create_index(op.f("ix_voice_favourite_tenant_id"), "voice_favourite", ["tenant_id"], unique=False)
    op.create_index(op.f("ix_voice_favourite_user_id"), "voice_favourite", ["user_id"], unique=False)


def _make_lexicon() -> None:
    op.create_table(
        "lexicon_entry",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("written", sa.String(60), nullable=False),
        sa.Column("said", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_lexicon_entry_tenant_id_tenant"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon_entry")),
        sa.UniqueConstraint("tenant_id", "language", "written", name="uq_lexicon_entry_word"),
    )
    op.create_index(op.f("ix_lexicon_entry_tenant_id"), "lexicon_entry", ["tenant_id"], unique=False)
