"""The operator's tenants and agents: the lists, one of them, opening another, coming in to help."""

from collections.abc import Mapping
from typing import BinaryIO, Final, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid, TooLarge
from webapp.extensions import database, now, settings, storage
from webapp.jobs import ring_job
from webapp.ledger.kinds import Currency
from webapp.models.columns import new_id
from webapp.models.identity import User
from webapp.models.tenant import Agent, Company, Tenant, TenantKind
from webapp.services import addresses, bindings, cash, licences, tenants, visits
from webapp.services.permissions import Permission
from webapp.services.tenants import Opening, Terms
from webapp.views import identities
from webapp.views.access import needs
from webapp.views.amounts import discount_words, read_discount, read_money
from webapp.views.language import reading_language
from webapp.views.listing import Column, Listing, Row, days, one_of, show, words
from webapp.views.members import REGIONS
from webapp.views.session import actor, current_present, current_tenant, current_user
from webapp.views.tenant_words import KINDS
from webapp.views.words import worded

blueprint = Blueprint("operator_tenants", __name__)

OFFERED: Final = {"enterprise": TenantKind.ENTERPRISE, "agent": TenantKind.AGENT}
FILTERED_KINDS: Final = {kind.value: KINDS[kind] for kind in TenantKind if kind is not TenantKind.OPERATOR}
COMPANY_CODE: Final = func.coalesce(col(Company.client_code), "")


def _address(row: Row) -> str:
    return url_for("operator_tenants.show_tenant", tenant_id=row.Tenant.id)


def _admin(row: Row) -> str:
    return (row.User.email or row.User.phone or "") if row.User else ""


def _named(text: str) -> ColumnElement[bool]:
    columns = (col(Tenant.name), col(Company.client_code), col(User.email), col(User.phone))
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


TENANTS: Final = Listing(
    name="tenants",
    columns=(
        Column("name", _("Name"), lambda row: row.Tenant.name, sort=col(Tenant.name), link=_address),
        Column("kind", _("Kind"), lambda row: KINDS[row.Tenant.kind], sort=col(Tenant.kind)),
        Column("code", _("Client code"), lambda row: row.Company.client_code if row.Company else "", sort=COMPANY_CODE),
        Column("admin", _("Administrator"), _admin),
        Column("owner", _("Sales owner"), lambda row: row.Company.sales_owner if row.Company else ""),
        Column("opened", _("Opened"), lambda row: row.Tenant.created_at, sort=col(Tenant.created_at)),
    ),
    filters=(
        words("q", _("Name, code, e-mail or phone"), _named),
        one_of("kind", _("Kind"), FILTERED_KINDS, lambda kind: col(Tenant.kind) == TenantKind(kind)),
        *days("from", "until", col(Tenant.created_at)),
    ),
    tie=col(Tenant.id),
    first_sort="-opened",
    empty=_("Nobody has signed in yet."),
)

AGENTS: Final = Listing(
    name="agents",
    columns=(
        Column("name", _("Name"), lambda row: row.Tenant.name, sort=col(Tenant.name), link=_address),
        Column("code", _("Agent's code"), lambda row: row.Agent.code, sort=col(Agent.code)),
        Column(
            "discount",
            _("Discount"),
            lambda row: row.Agent.discount,
            sort=col(Agent.discount),
            shown=lambda row: discount_words(row.Agent.discount),
            is_number=True,
        ),
        Column("parent", _("Belongs to"), lambda row: row[4].name if row[4] else ""),
        Column("admin", _("Administrator"), _admin),
        Column("opened", _("Opened"), lambda row: row.Tenant.created_at, sort=col(Tenant.created_at)),
    ),
    filters=(
        words("q", _("Name, code, e-mail or phone"), lambda text: or_(_named(text), col(Agent.code).icontains(text, autoescape=True))),
        *days("from", "until", col(Tenant.created_at)),
    ),
    tie=col(Tenant.id),
    first_sort="-opened",
    empty=_("No agent has been opened yet."),
)


@blueprint.get("/operator/tenants")
@needs(Permission.SEE_TENANTS)
def index() -> Response:
    """Everybody."""
    return show(TENANTS, tenants.query(), "operator/tenants.html")


@blueprint.get("/operator/agents")
@needs(Permission.SEE_TENANTS)
def agents() -> Response:
    """The agents."""
    return show(AGENTS, tenants.query_agents(), "operator/agents.html")


@blueprint.get("/operator/tenants/new")
@needs(Permission.OPEN_TENANTS)
def new() -> str:
    """The form that opens an enterprise or an agent."""
    return _form_page(request.args, {})


@blueprint.post("/operator/tenants")
@needs(Permission.OPEN_TENANTS)
def create() -> Response | tuple[str, int]:
    """Open it."""
    try:
        pictures = licences.store(settings().assets, brought(), storage())
        with database().transaction() as session:
            digests, jobs = licences.keep(session, current_tenant(), pictures, request.form.get("client_code", ""), now())
            tenant = _open(session, digests)
    except (Invalid, Conflict, TooLarge) as error:
        field = {"client-code-taken": "client_code"}.get(error.code, str(error.facts.get("field", "licences")))
        return _form_page(request.form, {field: worded(error)}), 422
    for job in jobs:
        ring_job(job, url=settings().queue_url)
    return redirect(url_for("operator_tenants.show_tenant", tenant_id=tenant.id))


@blueprint.get("/operator/tenants/<tenant_id>")
@needs(Permission.SEE_TENANTS)
def show_tenant(tenant_id: str) -> str:
    """One of them."""
    with database().reading() as session:
        profile = tenants.find(session, tenant_id)
        found = bindings.current(session, tenant_id)
    return render_template("operator/tenant.html", profile=profile, agent=found[1] if found else None, kinds=KINDS)


@blueprint.post("/operator/tenants/<tenant_id>/discount")
@needs(Permission.OPEN_TENANTS)
def change_discount(tenant_id: str) -> Response:
    """Give an agent another discount."""
    with database().transaction() as session:
        tenants.change_discount(session, actor(), tenant_id, read_discount(request.form.get("discount", "")), now())
    return redirect(url_for("operator_tenants.show_tenant", tenant_id=tenant_id))


@blueprint.post("/operator/tenants/<tenant_id>/unbind")
@needs(Permission.OPEN_TENANTS)
def unbind(tenant_id: str) -> Response:
    """Part a customer from its agent."""
    with database().transaction() as session:
        bindings.unbind(session, actor(), tenant_id, now())
    return redirect(url_for("operator_tenants.show_tenant", tenant_id=tenant_id))


@blueprint.post("/operator/tenants/<tenant_id>/visit")
@needs(Permission.VISIT_TENANTS)
def visit(tenant_id: str) -> Response:
    """Act for a tenant, to help."""
    with database().transaction() as session:
        visits.enter(session, actor(), current_present().identity, tenant_id, now(), reason=request.form.get("reason", ""))
    return identities.visit(tenant_id)


def _form_page(typed: Mapping[str, str], problem: dict[str, str]) -> str:
    kind = typed.get("kind") if typed.get("kind") in OFFERED else "enterprise"
    return render_template("operator/new_tenant.html", kind=kind, typed=typed, problem=problem, currencies=list(Currency))


def _open(session: Session, digests: tuple[str, ...]) -> Tenant:
    form, opening = request.form, _opening(digests)
    if form.get("kind") != "agent":
        return tenants.open_enterprise(session, actor(), opening, now(), language=reading_language())
    terms = Terms(read_discount(form.get("discount", "")), form.get("parent_code", "")[:40])
    tenant = tenants.open_agent(session, actor(), opening, terms, now(), language=reading_language())
    _take_first_top_up(session, tenant)
    return tenant


def _opening(digests: tuple[str, ...]) -> Opening:
    form = request.form
    return Opening(
        company=form.get("company", ""),
        client_code=form.get("client_code", ""),
        sales_owner=form.get("sales_owner", ""),
        contact=form.get("contact", ""),
        admin=addresses.read(form.get("address", "")[:400], REGIONS.get(reading_language(), "")),
        licences=digests,
    )


def _take_first_top_up(session: Session, tenant: Tenant) -> None:
    """What the agent pays in at once, if anything; it takes the evidence that every top-up takes."""
    form = request.form
    if not form.get("top_up", "").strip():
        return
    currency, amount = read_money(form.get("currency", ""), form["top_up"], field="top_up")
    cash.top_up(session, tenant, currency, amount, evidence=form.get("evidence", ""), created_by=current_user().id, key=new_id(), now=now())


def brought(field: str = "licences") -> list[BinaryIO]:
    """The files that came with the form."""
    return [cast("BinaryIO", file.stream) for file in request.files.getlist(field) if file.filename]
