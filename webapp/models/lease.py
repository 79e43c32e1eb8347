"""Leases: who does what only one process may do at a time."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from webapp.models.columns import moment


class Lease(SQLModel, table=True):
    """`holder` has the office called `name` until a moment; then anybody may take it."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True, max_length=40)
    holder: str = Field(max_length=100)
    until: datetime = moment()
