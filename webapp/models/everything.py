"""All tables in one place, for whoever needs the whole metadata: migrations and tests."""

from sqlmodel import SQLModel

from webapp.models import asset, export, identity, job, lease, outbox, presenter, project, speech, tenant

MODULES = (asset, export, identity, job, lease, outbox, presenter, project, speech, tenant)
METADATA = SQLModel.metadata
