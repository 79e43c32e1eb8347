"""Which work a member of the platform's staff does."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import SQLModel

from webapp.models.columns import choice, created, id_key, reference


class StaffRole(StrEnum):
    """A kind of work at the operator's; one person may do several."""

    SALES = "sales"
    PRODUCT = "product"
    FINANCE = "finance"
    TRAINING = "training"
    ADMIN = "admin"


class StaffMember(SQLModel, table=True):
    """A person does this work."""

    __tablename__ = "staff_member"
    __table_args__ = (sa.UniqueConstraint("user_id", "role"),)

    id: str = id_key()
    user_id: str = reference("user_account.id")
    role: StaffRole = choice(StaffRole, StaffRole.SALES)
    created_at: datetime = created()
