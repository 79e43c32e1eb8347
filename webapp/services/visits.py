"""Acting for another tenant: an agent for a customer who lets it in, the operator's staff to help. Both are seen and noted."""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from webapp.errors import Invalid, NotFound
from webapp.models.binding import Binding
from webapp.models.tenant import Tenant, TenantKind
from webapp.services import audit, permissions
from webapp.services.audit import Actor, Subject
from webapp.services.bindings import CUSTOMERS
from webapp.services.permissions import Permission

REASON_LENGTH_MAX: Final = 200


def visited(session: Session, user_id: str, identity: Tenant, tenant_id: str) -> Tenant | None:
    """The tenant that this person may act for under this identity now; None when she may not, or no longer."""
    tenant = session.get(Tenant, tenant_id)
    if tenant is None or tenant.kind not in CUSTOMERS:
        return None
    if identity.kind is TenantKind.AGENT:
        return tenant if _lets_in(session, identity.id, tenant.id) else None
    helps = identity.kind is TenantKind.OPERATOR and Permission.VISIT_TENANTS in permissions.permissions(session, user_id)
    return tenant if helps else None


def enter(session: Session, actor: Actor, identity: Tenant, tenant_id: str, now: datetime, *, reason: str) -> Tenant:
    """Begin to act for a tenant; `reason` is kept. Raises Invalid without one, NotFound for whoever may not."""
    why = " ".join(reason.split())[:REASON_LENGTH_MAX]
    tenant = visited(session, actor.user_id, identity, tenant_id)
    if tenant is None:
        raise NotFound
    if not why:
        raise Invalid("reason", "visit-reason")
    audit.note(session, actor, "tenant.visited", Subject("tenant", tenant.id, tenant.name, tenant.id), now, by=identity.name, reason=why)
    return tenant


def _lets_in(session: Session, agent_id: str, customer_id: str) -> bool:
    query = select(Binding.id).where(Binding.agent_id == agent_id, Binding.customer_id == customer_id, col(Binding.until).is_(None))
    return session.exec(query.where(col(Binding.may_visit).is_(True))).first() is not None
