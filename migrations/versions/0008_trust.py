"""Wall off the tenants' rows.

Revision 0008, after 0007.

PostgreSQL alone has this wall. A row is there for the tenant that the transaction names (`app.tenant_id`), for an agent whose customer the
tenant is or was, and for the house and the operator's staff (`app.audience`). A transaction that names nobody sees nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DIRECTORY = ("agent", "approval", "audit_entry", "company", "login", "membership", "order_line")
"""Tables that say who belongs with whom and what was agreed: their readers come from more than one tenant."""
PARENTS = {"edit_record": "project", "snapshot": "project", "version": "project", "presenter_set": "presenter"}
"""Rows that are their parent's: whoever sees the parent sees them."""

TENANT = "current_setting('app.tenant_id', true)"
AUDIENCE = "current_setting('app.audience', true)"
OWN = f"tenant_id = {TENANT}"
STAFF = f"{AUDIENCE} IN ('house', 'operator')"
CUSTOMER = f"EXISTS (SELECT 1 FROM binding WHERE binding.agent_id = {TENANT} AND binding.customer_id = {{table}}.tenant_id)"  # noqa: S608 - our own words


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _tables():
        _wall(table, f"{OWN} OR {STAFF} OR ({AUDIENCE} = 'agent' AND {CUSTOMER.format(table=table)})")
    for table, parent in PARENTS.items():
        _wall(table, f"EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {table}.{parent}_id)")  # noqa: S608 - our own words


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in (*_tables(), *PARENTS):
        op.execute(f"DROP POLICY tenant_wall ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _tables() -> list[str]:
    inspector = sa.inspect(op.get_bind())
    columns = {table: {column["name"] for column in inspector.get_columns(table)} for table in inspector.get_table_names()}
    return sorted(table for table in columns if "tenant_id" in columns[table] and table not in DIRECTORY)


def _wall(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({condition})")
