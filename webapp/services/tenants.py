"""Enterprises and agents: opened by the operator for an administrator, who keeps a personal tenant beside it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.identity import User
from webapp.models.tenant import Agent, Company, Membership, Role, Tenant, TenantKind
from webapp.services import audit, people
from webapp.services.audit import Actor, Subject
from webapp.services.listing import Query
from webapp.services.people import Address

CODE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 8
CLIENT_CODE_LENGTH_MAX: Final = 40
FULL_PRICE: Final = 1000
PARENT: Final = aliased(Tenant)
"""The agent above an agent of second level, in `query_agents`."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the operator fills in for a new enterprise or agent. `licences` are digests of pictures."""

    company: str
    client_code: str
    sales_owner: str
    contact: str
    admin: Address
    licences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """An agent's terms: discount in hundredths of a 折 (1000 is the full price), and the code of its parent at second level."""

    discount: int
    parent_code: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A tenant with everything the operator noted. `company` is missing for personal tenants, `agent` for all but agents."""

    tenant: Tenant
    admin: User | None
    company: Company | None
    agent: Agent | None


def open_enterprise(session: Session, actor: Actor, opening: Opening, now: datetime, *, language: str) -> Tenant:
    """Open an enterprise. An administrator seen for the first time gets her personal tenant too. Raises Invalid and Conflict."""
    return _open(session, actor, TenantKind.ENTERPRISE, opening, language, now)


def open_agent(session: Session, actor: Actor, opening: Opening, terms: Terms, now: datetime, *, language: str) -> Tenant:
    """Open an agent, under a parent at second level, with a code of its own. Raises Invalid and Conflict."""
    _check(terms)
    parent_id = _parent(session, terms.parent_code)
    tenant = _open(session, actor, TenantKind.AGENT, opening, language, now)
    session.add(Agent(tenant_id=tenant.id, code=_new_code(session), discount=terms.discount, parent_id=parent_id, created_at=now))
    session.flush()
    return tenant


def change_discount(session: Session, actor: Actor, tenant_id: str, discount: int, now: datetime) -> None:
    """Give an agent another discount, for grants from now on. Raises NotFound and Invalid."""
    profile = find(session, tenant_id)
    if profile.agent is None:
        raise NotFound
    _check(Terms(discount))
    former, profile.agent.discount = profile.agent.discount, discount
    session.flush()
    audit.note(session, actor, "agent.discount", _subject(profile.tenant), now, former=former, discount=discount)


def find(session: Session, tenant_id: str) -> Profile:
    """One tenant, for the operator. Raises NotFound."""
    tenant = session.get(Tenant, tenant_id)
    if tenant is None or tenant.kind is TenantKind.OPERATOR:
        raise NotFound
    return Profile(tenant, admin_of(session, tenant.id), session.get(Company, tenant.id), session.get(Agent, tenant.id))


def agent_of(session: Session, tenant: Tenant) -> Agent:
    """An agent's terms. Raises NotFound for whoever is none."""
    agent = session.get(Agent, tenant.id)
    if agent is None:
        raise NotFound
    return agent


def admin_of(session: Session, tenant_id: str) -> User | None:
    """The one administrator of a tenant."""
    return session.exec(select(User).join(Membership).where(Membership.tenant_id == tenant_id, Membership.role == Role.ADMIN)).first()


def query() -> Query:
    """Every tenant but the operator's own, with its company and its administrator."""
    return (
        sa.select(Tenant, Company, User)
        .select_from(_with_admin())
        .outerjoin(Company, col(Company.tenant_id) == col(Tenant.id))
        .where(col(Tenant.kind) != TenantKind.OPERATOR)
    )


def query_agents() -> Query:
    """Every agent, with its company, its administrator and its parent."""
    return (
        sa.select(Tenant, Agent, Company, User, PARENT)
        .select_from(_with_admin())
        .join(Agent, col(Agent.tenant_id) == col(Tenant.id))
        .outerjoin(Company, col(Company.tenant_id) == col(Tenant.id))
        .outerjoin(PARENT, col(PARENT.id) == col(Agent.parent_id))
    )


def _with_admin() -> Any:
    ruled = sa.and_(col(Membership.tenant_id) == col(Tenant.id), col(Membership.role) == Role.ADMIN)
    return sa.outerjoin(sa.outerjoin(Tenant, Membership, ruled), User, col(User.id) == col(Membership.user_id))


def _open(session: Session, actor: Actor, kind: TenantKind, opening: Opening, language: str, now: datetime) -> Tenant:  # noqa: PLR0917 - as many as the form has
    name, client_code = people.tidy_name(opening.company, "company"), _client_code(opening.client_code)
    admin = people.find_or_open(session, opening.admin, language, now)
    tenant = Tenant(kind=kind, name=name, created_at=now)
    session.add(tenant)
    session.flush()
    session.add(Membership(tenant_id=tenant.id, user_id=admin.id, role=Role.ADMIN, created_at=now))
    _note_company(session, actor, tenant, opening, client_code, now)
    audit.note(session, actor, "tenant.opened", _subject(tenant), now, kind=kind.value, admin=people.called(admin))
    return tenant


def _note_company(session: Session, actor: Actor, tenant: Tenant, opening: Opening, client_code: str, now: datetime) -> None:  # noqa: PLR0917 - one row's columns
    company = Company(
        tenant_id=tenant.id,
        client_code=client_code,
        sales_owner=people.tidy_name(opening.sales_owner, "sales_owner"),
        contact=people.tidy_name(opening.contact, "contact"),
        licences=list(opening.licences),
        opened_by_id=actor.user_id or None,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(company)
    except IntegrityError as error:
        raise Conflict("client-code-taken") from error


def _client_code(text: str) -> str:
    code = text.strip()
    if not code or len(code) > CLIENT_CODE_LENGTH_MAX or not code.isprintable():
        raise Invalid("client_code", "client-code-wrong", length_max=CLIENT_CODE_LENGTH_MAX)
    return code


def _check(terms: Terms) -> None:
    if not 1 <= terms.discount <= FULL_PRICE:
        raise Invalid("discount", "discount-wrong")


def _parent(session: Session, code: str) -> str | None:
    """The parent with this code, who must not be of second level herself."""
    if not code.strip():
        return None
    parent = session.exec(select(Agent).where(Agent.code == code.strip().upper())).first()
    if parent is None or parent.parent_id is not None:
        raise Invalid("parent_code", "agent-parent-unknown")
    return parent.tenant_id


def _new_code(session: Session) -> str:
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    taken = session.exec(select(Agent).where(Agent.code == code)).first()
    return _new_code(session) if taken else code


def _subject(tenant: Tenant) -> Subject:
    return Subject("tenant", tenant.id, tenant.name, tenant.id)
