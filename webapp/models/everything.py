"""All tables in one place, for whoever needs the whole metadata: migrations and tests."""

from sqlmodel import SQLModel

from webapp.models import (
    approval,
    asset,
    audit,
    binding,
    deletion,
    export,
    identity,
    job,
    lease,
    ledger,
    order,
    outbox,
    presenter,
    product,
    project,
    share,
    speech,
    staff,
    tenant,
    upload,
    voice,
)

MODULES = (
    approval,
    asset,
    audit,
    binding,
    deletion,
    export,
    identity,
    job,
    lease,
    ledger,
    order,
    outbox,
    presenter,
    product,
    project,
    share,
    speech,
    staff,
    tenant,
    upload,
    voice,
)
METADATA = SQLModel.metadata
