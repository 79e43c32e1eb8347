"""The operator's side of purchases: all of them, what providers said, confirming by hand, and giving money back."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid, TooLarge, Unavailable
from webapp.extensions import database, now, settings, storage
from webapp.jobs import ring_job
from webapp.ledger.kinds import Currency
from webapp.models.purchase import Purchase, PurchaseState
from webapp.models.tenant import Tenant
from webapp.providers.payments import choice
from webapp.services import licences, payments, purchases
from webapp.services.permissions import Permission
from webapp.views.access import needs
from webapp.views.amounts import read_money
from webapp.views.entitlement_words import money, money_value
from webapp.views.ledger_lists import TENANT_NAME
from webapp.views.listing import Column, Listing, days, hidden, one_of, show, words
from webapp.views.operator_tenants import brought
from webapp.views.purchase_words import PROVIDERS, STATES
from webapp.views.session import actor, current_tenant
from webapp.views.words import worded

blueprint = Blueprint("operator_purchases", __name__)

TROUBLES: Final = {"refused": _("A payment was refused"), "unsent": _("Refund not sent yet")}


def _trouble(sort: str) -> ColumnElement[bool]:
    return purchases.with_trouble() if sort == "refused" else purchases.not_sent_back()


LIST: Final = Listing(
    name="purchases",
    columns=(
        Column(
            "number",
            _("Number"),
            lambda row: row.Purchase.number,
            sort=col(Purchase.number),
            link=lambda row: url_for("operator_purchases.show_purchase", purchase_id=row.Purchase.id),
        ),
        Column("when", _("When"), lambda row: row.Purchase.created_at, sort=col(Purchase.created_at)),
        Column(
            "customer",
            _("Customer"),
            lambda row: row.Tenant.name,
            link=lambda row: url_for("operator_tenants.show_tenant", tenant_id=row.Tenant.id),
        ),
        Column("currency", _("Currency"), lambda row: row.Purchase.currency),
        Column(
            "total",
            _("Price"),
            lambda row: money_value(row.Purchase.total),
            shown=lambda row: money(row.Purchase.total, row.Purchase.currency),
            is_number=True,
        ),
        Column("way", _("Paid by"), lambda row: PROVIDERS[row.Purchase.provider]),
        Column("state", _("State"), lambda row: STATES[row.Purchase.state]),
        Column("paid", _("Paid on"), lambda row: row.Purchase.paid_at),
    ),
    filters=(
        words("q", _("Number"), lambda text: col(Purchase.number).icontains(text, autoescape=True)),
        TENANT_NAME,
        one_of("state", _("State"), STATES, lambda state: col(Purchase.state) == PurchaseState(state)),
        one_of("way", _("Paid by"), PROVIDERS, lambda way: col(Purchase.provider) == way),
        one_of("currency", _("Currency"), {each.value: each.value for each in Currency}, lambda unit: col(Purchase.currency) == unit),
        one_of("trouble", _("To look at"), TROUBLES, _trouble),
        *days("from", "until", col(Purchase.created_at)),
        hidden("customer", lambda name: col(Tenant.id) == name),
    ),
    tie=col(Purchase.id),
    first_sort="-when",
    empty=_("Nobody has bought anything yet."),
    caption=_("Purchases"),
)


@blueprint.get("/operator/purchases")
@needs(Permission.SEE_MONEY)
def index() -> Response:
    """All of them."""
    return show(LIST, purchases.query(), "operator/purchases.html")


@blueprint.get("/operator/purchases/<purchase_id>")
@needs(Permission.SEE_MONEY)
def show_purchase(purchase_id: str) -> str:
    """One of them: what was said about it, and what a refund would take back."""
    return _page(purchase_id, "")


@blueprint.post("/operator/purchases/<purchase_id>/confirm")
@needs(Permission.TAKE_MONEY)
def confirm(purchase_id: str) -> Response | tuple[str, int]:
    """The money is there: write down what proves it, then give what was paid for."""
    try:
        pictures = licences.store(settings().assets, brought("pictures"), storage())
        with database().transaction() as session:
            found = purchases.find_any(session, purchase_id)[0]
            digests, jobs = licences.keep(session, current_tenant(), pictures, found.number, now())
            currency, amount = read_money(request.form.get("currency", ""), request.form.get("amount", ""))
            told = _evidence(digests)
            payments.confirm(session, actor(), purchase_id, currency=currency, amount=amount, evidence=told, now=now())
    except (Invalid, Conflict, TooLarge) as error:
        return _page(purchase_id, worded(error)), 422
    with database().transaction() as session:
        payments.grant(session, purchase_id, now())
    for job in jobs:
        ring_job(job, url=settings().queue_url)
    return _back(purchase_id)


@blueprint.post("/operator/purchases/<purchase_id>/reject")
@needs(Permission.TAKE_MONEY)
def reject(purchase_id: str) -> Response | tuple[str, int]:
    """There is no money."""
    try:
        with database().transaction() as session:
            payments.reject(session, actor(), purchase_id, reason=request.form.get("reason", ""), now=now())
    except (Invalid, Conflict) as error:
        return _page(purchase_id, worded(error)), 422
    return _back(purchase_id)


@blueprint.post("/operator/purchases/<purchase_id>/refund")
@needs(Permission.TAKE_MONEY)
def refund(purchase_id: str) -> Response | tuple[str, int]:
    """Take back what was granted, then send the money back; asked again, only what is missing of it is done."""
    form = request.form
    try:
        with database().transaction() as session:
            reason, sent = form.get("reason", ""), form.get("sent", "")
            purchase = payments.take_back(session, actor(), purchase_id, reason=reason, refund=sent, now=now())
        _send_back(purchase)
    except (Invalid, Conflict, Unavailable) as error:
        return _page(purchase_id, worded(error)), 422
    return _back(purchase_id)


def _send_back(purchase: Purchase) -> None:
    provider = choice.remote(settings(), purchase.provider)
    if provider is None or purchase.refund or not purchase.payment:
        return
    name = provider.refund(purchase.id, purchase.payment, purchase.total)
    with database().transaction() as session:
        payments.note_refund(session, purchase.id, name)


def _evidence(digests: tuple[str, ...]) -> str:
    """What proves a payment: what was typed, and the digests of its pictures."""
    typed = request.form.get("evidence", "").strip()
    return " ".join((typed, *(f"sha256:{digest}" for digest in digests))) if typed else ""


def _back(purchase_id: str) -> Response:
    return redirect(url_for("operator_purchases.show_purchase", purchase_id=purchase_id))


def _page(purchase_id: str, problem: str) -> str:
    with database().reading() as session:
        purchase, customer = purchases.find_any(session, purchase_id)
        events, taken = purchases.events_of(session, purchase), payments.consequences(session, purchase)
    return render_template(
        "operator/purchase.html",
        purchase=purchase,
        customer=customer,
        lines=purchases.lines_of(purchase),
        events=events,
        taken=taken,
        currencies=list(Currency),
        typed=request.form,
        problem=problem,
    )
