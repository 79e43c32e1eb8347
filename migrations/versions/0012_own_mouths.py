"""Let an export be made with the studio's own mouths where a server was to move them.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("export") as export:
        export.add_column(sa.Column("own_mouths", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("export") as export:
        export.drop_column("own_mouths")
