"""What the operator grants: direct deals with their 折 computed, early deliveries, test grants, and carrying out what was approved."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Forbidden, Invalid
from webapp.extensions import database, now
from webapp.ledger.kinds import MINUTE_MS, TIMED, Currency, Kind
from webapp.models.columns import new_id
from webapp.models.tenant import Tenant
from webapp.services import deliveries, products, tenants
from webapp.services.deliveries import Deal, Early, Trial
from webapp.services.order_terms import CUSTOMERS, Gift
from webapp.services.permissions import Permission
from webapp.views.access import needs
from webapp.views.amounts import read_money, read_tenths
from webapp.views.baskets import PREFIX, read_currency, read_items
from webapp.views.session import actor
from webapp.views.words import worded

blueprint = Blueprint("operator_grants", __name__)

QUANTITY_DIGITS_MAX: Final = 7
TEXT_LENGTH_MAX: Final = 100


@blueprint.get("/operator/tenants/<tenant_id>/deal")
@needs(Permission.GRANT)
def deal(tenant_id: str) -> str:
    """The form of a direct deal."""
    return _deal_page(tenant_id, "direct", "")


@blueprint.post("/operator/tenants/<tenant_id>/deal")
@needs(Permission.GRANT)
def grant_deal(tenant_id: str) -> Response | tuple[str, int] | str:
    """Compute the 折 of a direct deal, or grant it."""
    try:
        if request.form.get("act") != "grant":
            return _deal_page(tenant_id, "direct", "", right=_right_discount())
        with database().transaction() as session:
            deliveries.grant_direct(session, actor(), _customer(session, tenant_id), _deal(), now(), key=_key())
    except (Invalid, Conflict) as error:
        return _deal_page(tenant_id, "direct", worded(error)), 422
    return redirect(url_for("operator_tenants.show_tenant", tenant_id=tenant_id))


@blueprint.get("/operator/tenants/<tenant_id>/early")
@needs(Permission.ASK_APPROVAL)
def early(tenant_id: str) -> str:
    """The form of a delivery before payment."""
    return _deal_page(tenant_id, "early", "")


@blueprint.post("/operator/tenants/<tenant_id>/early")
@needs(Permission.ASK_APPROVAL)
def ask_early(tenant_id: str) -> Response | tuple[str, int] | str:
    """Compute its 折, or ask for it."""
    form = request.form
    try:
        if form.get("act") != "grant":
            return _deal_page(tenant_id, "early", "", right=_right_discount())
        told = Early(_day("contract_on"), _day("opened_on") or now().date(), form.get("cost_owner", "")[:TEXT_LENGTH_MAX])
        with database().transaction() as session:
            customer = _customer(session, tenant_id)
            asked = deliveries.ask_early(session, actor(), customer, _deal(), told, now(), reason=form.get("reason", ""), key=_key())
    except (Invalid, Conflict) as error:
        return _deal_page(tenant_id, "early", worded(error)), 422
    return redirect(url_for("operator_approvals.show_approval", approval_id=asked.id))


@blueprint.get("/operator/tenants/<tenant_id>/test")
@needs(Permission.ASK_APPROVAL)
def trial(tenant_id: str) -> str:
    """The form of a test grant."""
    return _trial_page(tenant_id, "")


@blueprint.post("/operator/tenants/<tenant_id>/test")
@needs(Permission.ASK_APPROVAL)
def grant_trial(tenant_id: str) -> Response | tuple[str, int]:
    """Grant for a test, or ask for it where customisations are among it."""
    try:
        wanted = _trial()
        with database().transaction() as session:
            customer = _customer(session, tenant_id)
            if wanted.needs_approval:
                reason = request.form.get("reason", "")
                asked = deliveries.ask_trial(session, actor(), customer, wanted, now(), reason=reason, key=_key())
                return redirect(url_for("operator_approvals.show_approval", approval_id=asked.id))
            deliveries.grant_trial(session, actor(), customer, wanted, now(), key=_key())
    except (Invalid, Conflict) as error:
        return _trial_page(tenant_id, worded(error)), 422
    return redirect(url_for("operator_tenants.show_tenant", tenant_id=tenant_id))


@blueprint.post("/operator/approvals/<approval_id>/deliver")
@needs(Permission.GRANT)
def deliver(approval_id: str) -> Response:
    """Carry out what was approved."""
    with database().transaction() as session:
        lines = deliveries.deliver(session, actor(), approval_id, now())
    return redirect(url_for("operator_tenants.show_tenant", tenant_id=lines[0].tenant_id))


def _customer(session: Session, tenant_id: str) -> Tenant:
    """Somebody who can be topped up. Raises NotFound and Forbidden."""
    tenant = tenants.find(session, tenant_id).tenant
    if tenant.kind not in CUSTOMERS:
        raise Forbidden("tenant-kind")
    return tenant


def _deal() -> Deal:
    """What was typed of a contract. Raises Invalid."""
    form = request.form
    currency, total = read_money(form.get("currency", ""), form.get("total", ""), field="total")
    named = read_tenths(form["discount"]) if form.get("discount", "").strip() else None
    return Deal(tuple(read_items(form)), currency, total, named)


def _right_discount() -> int:
    with database().reading() as session:
        return deliveries.right_discount(session, _deal())


def _trial() -> Trial:
    form = request.form
    gifts = tuple(Gift(kind, amount) for kind in Kind if (amount := _amount(kind, form.get(f"amount-{kind.value}", "").strip())))
    return Trial(gifts, form.get("code", "").strip()[:TEXT_LENGTH_MAX], form.get("form", "").strip()[:TEXT_LENGTH_MAX], _day("until"))


def _amount(kind: Kind, text: str) -> int:
    """What was typed, in the kind's unit; nothing typed is none. Raises Invalid."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > QUANTITY_DIGITS_MAX:
        raise Invalid("quantity", "quantity-wrong")
    return int(text) * (MINUTE_MS if kind in TIMED else 1)


def _day(field: str) -> date | None:
    text = request.form.get(field, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(field, "date-wrong") from error


def _key() -> str:
    """The name that the form gave to what it asks for, so that sent twice it happens once."""
    return request.form.get("key") or new_id()


def _deal_page(tenant_id: str, way: str, problem: str, *, right: int | None = None) -> str:
    typed = cast("Mapping[str, str]", request.form or request.args)
    currency = read_currency(typed.get("currency", ""))
    with database().reading() as session:
        customer, offered = _customer(session, tenant_id), products.price_list(session, currency)
    return render_template(
        "operator/deal.html",
        customer=customer,
        way=way,
        products=offered,
        currency=currency,
        currencies=list(Currency),
        typed={name.removeprefix(PREFIX): text for name, text in typed.items()},
        key=typed.get("key") or new_id(),
        right=right,
        problem=problem,
    )


def _trial_page(tenant_id: str, problem: str) -> str:
    with database().reading() as session:
        customer = _customer(session, tenant_id)
    key = request.form.get("key") or new_id()
    return render_template(
        "operator/trial.html", customer=customer, kinds=list(Kind), timed=TIMED, typed=request.form, key=key, problem=problem
    )
