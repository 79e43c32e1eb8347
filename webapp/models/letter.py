"""Letters that were written of their own accord: the memory by which none is written twice."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from webapp.models.columns import created, id_key, reference


class Letter(SQLModel, table=True):
    """`about` names the occasion, as `lot:<id>:soon`."""

    __tablename__ = "letter"

    id: str = id_key()
    tenant_id: str = reference("tenant.id")
    about: str = Field(unique=True, max_length=120)
    created_at: datetime = created()
