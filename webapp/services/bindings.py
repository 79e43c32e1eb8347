"""Agents and their customers: who serves whom, from when until when. Whatever an agent reads about a customer goes through `period`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.binding import Binding
from webapp.models.tenant import Agent, Tenant, TenantKind
from webapp.services import audit
from webapp.services.audit import Actor, Subject
from webapp.services.listing import Groups, Query

CUSTOMERS = (TenantKind.PERSONAL, TenantKind.ENTERPRISE)


def period(agent_id: str, tenant_id: Any, moment: Any) -> sa.ColumnElement[bool]:
    """A condition: the row's tenant was this agent's customer at the row's moment.

    `tenant_id` and `moment` are columns of the query: `query.where(bindings.period(agent.id, Entry.tenant_id, Entry.posted_at))`.
    Every query an agent sees has it, so that nothing from before or after a binding is ever shown.
    """
    binding = sa.inspect(aliased(Binding)).selectable
    return sa.exists().where(binding.c.agent_id == agent_id, _during(binding.c, tenant_id, moment))


def groups(agent_id: str, tenant_id: Any, moment: Any) -> Groups:
    """The same rows, binding by binding: an index of them by tenant and moment has each binding's in order."""
    binding = sa.select(Binding).where(col(Binding.agent_id) == agent_id).subquery()
    return Groups(binding, _during(binding.c, tenant_id, moment))


def current(session: Session, customer_id: str) -> tuple[Binding, Tenant] | None:
    """The binding that a customer stands in, and its agent."""
    query = select(Binding, Tenant).join(Tenant, col(Tenant.id) == Binding.agent_id).where(Binding.customer_id == customer_id)
    row = session.exec(query.where(col(Binding.until).is_(None))).first()
    return (row[0], row[1]) if row else None


def history(session: Session, agent_id: str, customer_id: str) -> tuple[Binding, ...]:
    """Every time the customer was this agent's, the newest first. Raises NotFound if it never was."""
    query = select(Binding).where(Binding.agent_id == agent_id, Binding.customer_id == customer_id)
    found = tuple(session.exec(query.order_by(col(Binding.since).desc(), col(Binding.id))))
    if not found:
        raise NotFound
    return found


def customers(agent_id: str) -> Query:
    """The agent's customers, one row a binding: those of the past are among them."""
    joined = sa.select(Binding, Tenant).join(Tenant, col(Tenant.id) == col(Binding.customer_id))
    return joined.where(col(Binding.agent_id) == agent_id)


def agent_by_code(session: Session, code: str) -> Tenant:
    """The agent with this code. Raises Invalid."""
    tidy = code.strip().upper()
    agent = session.exec(select(Tenant).join(Agent, col(Agent.tenant_id) == Tenant.id).where(Agent.code == tidy)).first()
    if agent is None:
        raise Invalid("code", "agent-code-unknown")
    return agent


def bind(session: Session, actor: Actor, customer: Tenant, agent: Tenant, now: datetime, *, statement: str, may_visit: bool) -> Binding:
    """Make the customer this agent's from now on; `statement` is what was read and agreed to. Raises Conflict when it has an agent."""
    if customer.kind not in CUSTOMERS:
        raise Invalid("code", "binding-kind")
    binding = Binding(
        agent_id=agent.id,
        customer_id=customer.id,
        since=now,
        consented_by_id=actor.user_id or None,
        statement=statement,
        may_visit=may_visit,
    )
    try:
        with session.begin_nested():
            session.add(binding)
    except IntegrityError as error:
        raise Conflict("binding-there") from error
    audit.note(session, actor, "agent.bound", _subject(customer), now, agent=agent.name, may_visit=may_visit)
    return binding


def unbind(session: Session, actor: Actor, customer_id: str, now: datetime, *, agent_id: str = "") -> None:
    """End the customer's binding; with `agent_id`, only if it is to that agent. What was granted stays. Raises NotFound."""
    query = select(Binding).where(Binding.customer_id == customer_id, col(Binding.until).is_(None))
    if agent_id:
        query = query.where(Binding.agent_id == agent_id)
    binding = session.exec(query.with_for_update()).first()
    if binding is None:
        raise NotFound
    binding.until, binding.ended_by_id = now, actor.user_id or None
    session.flush()
    customer, agent = session.get_one(Tenant, customer_id), session.get_one(Tenant, binding.agent_id)
    audit.note(session, actor, "agent.unbound", _subject(customer), now, agent=agent.name)


def allow_visits(session: Session, actor: Actor, customer: Tenant, now: datetime, *, may_visit: bool) -> None:
    """Let the customer's agent into its studio, or no longer. Raises NotFound without an agent."""
    found = current(session, customer.id)
    if found is None:
        raise NotFound
    found[0].may_visit = may_visit
    session.add(found[0])
    session.flush()
    audit.note(session, actor, "agent.visits", _subject(customer), now, agent=found[1].name, may_visit=may_visit)


def _during(binding: sa.ColumnCollection[str, Any], tenant_id: Any, moment: Any) -> sa.ColumnElement[bool]:
    ended = binding.until
    return sa.and_(binding.customer_id == tenant_id, binding.since <= moment, sa.or_(ended.is_(None), ended > moment))


def _subject(customer: Tenant) -> Subject:
    return Subject("tenant", customer.id, customer.name, customer.id)
