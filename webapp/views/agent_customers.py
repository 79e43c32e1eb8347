"""One of an agent's customers: what it has, and granting it more. A grant is simulated first, then confirmed as it was shown."""

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid, NotFound
from webapp.extensions import database, now
from webapp.ledger.kinds import Currency
from webapp.ledger.money import Priced, cost
from webapp.models.columns import new_id
from webapp.models.ledger import Entry
from webapp.models.order import Source
from webapp.models.tenant import Tenant, TenantKind
from webapp.services import audit, bindings, cash, entitlements, orders, products, tenants
from webapp.services.audit import Subject
from webapp.services.orders import Simulation
from webapp.views.access import admins
from webapp.views.amounts import read_amount
from webapp.views.baskets import PREFIX, read_currency, read_items
from webapp.views.ledger_lists import ENTRIES, shown_entries
from webapp.views.listing import show
from webapp.views.session import actor, current_tenant, current_user
from webapp.views.words import worded

blueprint = Blueprint("agent_customers", __name__)

KEY_LENGTH_MAX = 40


@blueprint.get("/agent/customers/<tenant_id>")
def show_customer(tenant_id: str) -> str:
    """One of them. Who has left shows no more than when."""
    with database().reading() as session:
        history = bindings.history(session, current_tenant().id, tenant_id)
        customer = session.get_one(Tenant, tenant_id)
        is_bound = history[0].until is None
        balances = entitlements.balances(session, customer, now()) if is_bound else ()
    return render_template("agent/customer.html", customer=customer, history=history, is_bound=is_bound, balances=balances)


@blueprint.get("/agent/customers/<tenant_id>/entries")
def entries(tenant_id: str) -> Response:
    """What is behind a customer's numbers, while it was one."""
    with database().reading() as session:
        bindings.history(session, current_tenant().id, tenant_id)
        customer = session.get_one(Tenant, tenant_id)
    seen = entitlements.entries(customer).where(bindings.period(current_tenant().id, Entry.tenant_id, Entry.posted_at))
    return show(ENTRIES, shown_entries(seen), "agent/entries.html", customer=customer)


@blueprint.get("/agent/customers/<tenant_id>/grant")
@admins(TenantKind.AGENT)
def choose(tenant_id: str) -> str | tuple[str, int]:
    """The products, and what those chosen would do to both accounts."""
    with database().reading() as session:
        customer, problem, simulation = _bound(session, tenant_id), "", None
        try:
            simulation = _simulate(session, customer) if "simulate" in request.args else None
        except (Invalid, NotFound) as error:
            problem = worded(error)
        return _grant_page(session, customer, simulation, problem), 422 if problem else 200


@blueprint.post("/agent/customers/<tenant_id>/grant")
@admins(TenantKind.AGENT)
def grant(tenant_id: str) -> Response | tuple[str, int]:
    """Grant what was simulated, for what it was said to cost."""
    try:
        with database().transaction() as session:
            _grant(session, _bound(session, tenant_id))
    except (Invalid, Conflict) as error:
        with database().reading() as session:
            customer = _bound(session, tenant_id)
            simulation = _simulate(session, customer) if isinstance(error, Conflict) else None
            return _grant_page(session, customer, simulation, worded(error)), 422
    return redirect(url_for("agent_customers.show_customer", tenant_id=tenant_id))


def _grant(session: Session, customer: Tenant) -> None:
    form, key = request.form, f"grant:{request.form.get('key', '')[:KEY_LENGTH_MAX]}"
    is_new = not orders.is_placed(session, customer, key)
    lines = orders.grant(
        session,
        current_tenant(),
        customer,
        read_items(form),
        currency=read_currency(form.get("currency", "")),
        cost=read_amount(form.get("cost", "")),
        created_by=current_user().id,
        key=key,
        now=now(),
    )
    if is_new:
        subject = Subject("tenant", customer.id, customer.name, customer.id)
        audit.note(session, actor(), "order.granted", subject, now(), source=Source.AGENT.value, number=lines[0].number)


def _bound(session: Session, tenant_id: str) -> Tenant:
    """A customer of now. Raises NotFound."""
    if bindings.history(session, current_tenant().id, tenant_id)[0].until is not None:
        raise NotFound
    return session.get_one(Tenant, tenant_id)


def _simulate(session: Session, customer: Tenant) -> Simulation:
    currency = read_currency(request.values.get("currency", ""))
    return orders.simulate_grant(session, current_tenant(), customer, read_items(request.values), currency=currency, now=now())


def _grant_page(session: Session, customer: Tenant, simulation: Simulation | None, problem: str) -> str:
    currency = read_currency(request.values.get("currency", ""))
    terms = tenants.agent_of(session, current_tenant())
    offered = products.price_list(session, currency)
    return render_template(
        "agent/grant.html",
        customer=customer,
        currency=currency,
        currencies=list(Currency),
        has=cash.balance(session, current_tenant(), currency),
        terms=terms,
        products=offered,
        costs={product.id: cost(Priced(product.prices[currency], 1), terms.discount) for product in offered},
        typed={name.removeprefix(PREFIX): text for name, text in request.values.items() if name.startswith(PREFIX)},
        simulation=simulation,
        key=new_id(),
        problem=problem,
    )
