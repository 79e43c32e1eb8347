"""Columns that mean the same on SQLite and PostgreSQL: ids, moments, choices, JSON."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ID_LENGTH = 32
CHOICE_LENGTH = 24


def new_id() -> str:
    """128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware on the way in and on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; a naive datetime is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class's signature
        """Give UTC back: SQLite returns naive datetimes."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Choice(TypeDecorator[StrEnum]):
    """The value of a StrEnum, stored as plain text so that a new member needs no migration."""

    impl = sa.String(CHOICE_LENGTH)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class's signature
        """Store the value of a member; anything else is a mistake."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - the base class's signature
        """Give the member back."""
        return None if value is None else self.kind(value)


JSON_TYPE = sa.JSON().with_variant(JSONB(), "postgresql")


def id_key() -> Any:
    """A random primary key."""
    return Field(default_factory=new_id, primary_key=True, max_length=ID_LENGTH)


def reference(column: str, *, index: bool = True) -> Any:
    """A foreign key to `table.column`; rows go with what they belong to."""
    return Field(foreign_key=column, index=index, max_length=ID_LENGTH, ondelete="CASCADE")


def reference_or_none(column: str, *, index: bool = False) -> Any:
    """A foreign key that may be empty, and is emptied when its target goes."""
    return Field(default=None, foreign_key=column, index=index, max_length=ID_LENGTH, ondelete="SET NULL", nullable=True)


def created() -> Any:
    """When the row was made."""
    return Field(default_factory=utc_now, sa_type=Moment)


def moment() -> Any:
    """A moment that must be given."""
    return Field(sa_type=Moment)


def moment_or_none(*, index: bool = False) -> Any:
    """A moment that may not have come."""
    return Field(default=None, sa_type=Moment, nullable=True, index=index)


def choice(kind: type[StrEnum], default: StrEnum, *, index: bool = False) -> Any:
    """One of the members of `kind`."""
    return Field(default=default, sa_type=cast("Any", Choice(kind)), index=index)


def json() -> Any:
    """A JSON object. Replace it as a whole: changes inside it are not seen."""
    return Field(default_factory=dict, sa_type=cast("Any", JSON_TYPE))


def json_list() -> Any:
    """A JSON list. Replace it as a whole: changes inside it are not seen."""
    return Field(default_factory=list, sa_type=cast("Any", JSON_TYPE))


def long_text() -> Any:
    """Text of any length."""
    return Field(default="", sa_type=sa.Text)
