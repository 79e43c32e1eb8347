"""What somebody buys for herself: choosing, ordering, paying, her purchases and their receipts."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlmodel import Session, col
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid, NotFound
from webapp.extensions import database, limiter, now, settings
from webapp.ledger.kinds import Currency
from webapp.models.columns import new_id
from webapp.models.identity import User
from webapp.models.purchase import Purchase, PurchaseState
from webapp.models.tenant import TenantKind
from webapp.providers.payments import choice
from webapp.providers.payments.port import Bill, BillLine
from webapp.services import purchases
from webapp.services.purchases import Quote
from webapp.views.access import admins
from webapp.views.amounts import read_amount
from webapp.views.baskets import PREFIX, read_currency, read_items
from webapp.views.entitlement_words import money, money_value
from webapp.views.language import reading_language
from webapp.views.listing import Column, Listing, days, one_of, show, words
from webapp.views.purchase_words import PROVIDERS, STATES
from webapp.views.session import actor, current_tenant, current_user
from webapp.views.words import worded

blueprint = Blueprint("purchases", __name__)

FIRST_CURRENCIES: Final = {"zh-Hans": Currency.CNY, "th": Currency.THB}
"""By the reader's language, until she chooses."""

LIST: Final = Listing(
    name="purchases",
    columns=(
        Column(
            "number",
            _("Number"),
            lambda row: row.Purchase.number,
            sort=col(Purchase.number),
            link=lambda row: url_for("purchases.show_purchase", purchase_id=row.Purchase.id),
        ),
        Column("when", _("When"), lambda row: row.Purchase.created_at, sort=col(Purchase.created_at)),
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
    ),
    filters=(
        words("q", _("Number"), lambda text: col(Purchase.number).icontains(text, autoescape=True)),
        one_of("state", _("State"), STATES, lambda state: col(Purchase.state) == PurchaseState(state)),
        *days("from", "until", col(Purchase.created_at)),
    ),
    tie=col(Purchase.id),
    first_sort="-when",
    empty=_("You have not bought anything yet."),
    caption=_("Your purchases"),
)


@blueprint.get("/purchases")
@admins(TenantKind.PERSONAL)
def index() -> Response:
    """All of them."""
    return show(LIST, purchases.query_of(current_tenant()), "purchases/page.html")


@blueprint.get("/purchases/new")
@admins(TenantKind.PERSONAL)
def choose() -> str | tuple[str, int]:
    """What is for sale, and what the things chosen come to."""
    try:
        with database().reading() as session:
            quote = purchases.quote(session, read_items(request.args), _currency()) if request.args.get("look") else None
    except Invalid as error:
        return _choice(None, worded(error)), 422
    return _choice(quote, "")


@blueprint.post("/purchases")
@admins(TenantKind.PERSONAL)
@limiter.limit("30 per hour")
def order() -> Response | tuple[str, int]:
    """Order what was shown, for what it was said to cost."""
    try:
        with database().transaction() as session:
            purchase = _order(session)
    except (Invalid, Conflict) as error:
        with database().reading() as session:
            quote = purchases.quote(session, read_items(request.form), _currency()) if isinstance(error, Conflict) else None
        return _choice(quote, worded(error)), 422
    return redirect(url_for("purchases.show_purchase", purchase_id=purchase.id))


@blueprint.get("/purchases/<purchase_id>")
@admins(TenantKind.PERSONAL)
def show_purchase(purchase_id: str) -> str:
    """One of them, and how to pay it. htmx gets the part that changes alone."""
    with database().reading() as session:
        purchase = purchases.find(session, current_tenant(), purchase_id)
    part = "purchases/_purchase.html" if request.headers.get("HX-Request") else "purchases/purchase.html"
    return render_template(part, **_shown(purchase), is_back=request.args.get("paid") == "yes")


@blueprint.get("/purchases/<purchase_id>/pay")
@admins(TenantKind.PERSONAL)
@limiter.limit("60 per hour")
def pay(purchase_id: str) -> Response:
    """Go to where it is paid: the provider opens one place for one purchase, however often it is asked."""
    with database().reading() as session:
        purchase = purchases.find(session, current_tenant(), purchase_id)
    purchases.check_payable(purchase, now())
    provider = choice.remote(settings(), purchase.provider)
    if provider is None:
        raise NotFound
    checkout = provider.begin(_bill(purchase))
    with database().transaction() as session:
        purchases.check_payable(purchases.begun(session, purchase.id, checkout), now())
    return redirect(checkout.address)


@blueprint.post("/purchases/<purchase_id>/cancel")
@admins(TenantKind.PERSONAL)
def cancel(purchase_id: str) -> Response:
    """Call one off. The place to pay is shut first, so that nobody pays for nothing."""
    with database().reading() as session:
        purchase = purchases.find(session, current_tenant(), purchase_id)
    if purchase.reference and (provider := choice.remote(settings(), purchase.provider)):
        provider.stop(purchase.reference)
    with database().transaction() as session:
        purchases.cancel(session, actor(), current_tenant(), purchase_id, now())
    return redirect(url_for("purchases.show_purchase", purchase_id=purchase_id))


@blueprint.get("/purchases/<purchase_id>/receipt")
@admins(TenantKind.PERSONAL)
def receipt(purchase_id: str) -> str:
    """What was paid, on a page to print. Raises NotFound until it is paid."""
    with database().reading() as session:
        purchase = purchases.find(session, current_tenant(), purchase_id)
        buyer = session.get(User, purchase.user_id) if purchase.user_id else None
    if purchase.paid_at is None:
        raise NotFound
    return render_template("purchases/receipt.html", **_shown(purchase), buyer=buyer, seller=settings().producer)


def _order(session: Session) -> Purchase:
    form, currency = request.form, _currency()
    if form.get("way") not in choice.offered(settings(), currency):
        raise Invalid("way", "payment-way")
    total, key = read_amount(form.get("total", "")), form.get("key", "")
    way, items = form["way"], read_items(form)
    return purchases.order(session, actor(), current_tenant(), items, currency=currency, total=total, provider=way, key=key, now=now())


def _currency() -> Currency:
    return read_currency(request.values.get("currency", ""), FIRST_CURRENCIES.get(reading_language(), Currency.USD))


def _choice(quote: Quote | None, problem: str) -> str:
    currency = _currency()
    with database().reading() as session:
        offered = purchases.on_sale(session, currency)
    return render_template(
        "purchases/new.html",
        currency=currency,
        currencies=list(Currency),
        products=offered,
        typed={name.removeprefix(PREFIX): text for name, text in request.values.items() if name.startswith(PREFIX)},
        quote=quote,
        start=now(),
        ways=choice.offered(settings(), currency),
        key=new_id(),
        problem=problem,
    )


def _shown(purchase: Purchase) -> dict[str, object]:
    told = choice.instructions(settings(), purchase.currency)
    return {"purchase": purchase, "lines": purchases.lines_of(purchase), "start": purchase.paid_at or now(), "pay_to": told, "at": now()}


def _bill(purchase: Purchase) -> Bill:
    return Bill(
        purchase_id=purchase.id,
        number=purchase.number,
        currency=purchase.currency,
        lines=tuple(BillLine(line.name, line.unit_price, line.count) for line in purchases.lines_of(purchase)),
        email=current_user().email or "",
        language=reading_language(),
        back=settings().public_url + url_for("purchases.show_purchase", purchase_id=purchase.id),
    )
