"""The operator's products and their price list."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.extensions import database, now
from webapp.ledger.kinds import MINUTE_MS, TIMED, Currency, Kind
from webapp.models.product import Product
from webapp.services import audit, products
from webapp.services.audit import Subject
from webapp.services.permissions import Permission
from webapp.services.products import Offer
from webapp.views.access import needs
from webapp.views.amounts import read_money
from webapp.views.session import actor
from webapp.views.words import worded

blueprint = Blueprint("operator_products", __name__)

DIGITS_MAX = 7


@blueprint.get("/operator/products")
@needs(Permission.SEE_MONEY)
def index() -> str:
    """The list, with what was taken off it."""
    return _page("", {})


@blueprint.post("/operator/products")
@needs(Permission.SET_PRICES)
def add() -> Response | tuple[str, int]:
    """Add one."""
    form = request.form
    try:
        with database().transaction() as session:
            kind = _kind(form.get("kind", ""))
            amount = _number("quantity", form.get("quantity", ""), "quantity-wrong") or 0
            offer = _offer(form.get("code", "").strip(), kind, amount * (MINUTE_MS if kind in TIMED else 1))
            product = products.add(session, offer, now())
            audit.note(session, actor(), "product.added", _subject(product), now())
    except Invalid as error:
        return _page(worded(error), form), 422
    return redirect(url_for("operator_products.index"))


@blueprint.post("/operator/products/<product_id>")
@needs(Permission.SET_PRICES)
def change(product_id: str) -> Response | tuple[str, int]:
    """Give one other prices, another name or place."""
    try:
        with database().transaction() as session:
            former = products.find(session, product_id)
            product = products.change(session, product_id, _offer(former.code, former.kind, former.quantity))
            audit.note(
                session,
                actor(),
                "product.changed",
                _subject(product),
                now(),
                **{str(key): int(price) for key, price in product.prices.items()},
            )
    except Invalid as error:
        return _page(worded(error), {}), 422
    return redirect(url_for("operator_products.index"))


@blueprint.post("/operator/products/<product_id>/retire")
@needs(Permission.SET_PRICES)
def retire(product_id: str) -> Response:
    """Take one off the list."""
    with database().transaction() as session:
        product = products.retire(session, product_id, now())
        audit.note(session, actor(), "product.retired", _subject(product), now())
    return redirect(url_for("operator_products.index"))


def _page(problem: str, typed: Mapping[str, str]) -> str:
    with database().reading() as session:
        listed = products.price_list(session, retired=True)
    return render_template(
        "operator/products.html", products=listed, kinds=list(Kind), currencies=list(Currency), problem=problem, typed=typed
    )


def _offer(code: str, kind: Kind, quantity: int) -> Offer:
    """What was typed of a product. Raises Invalid."""
    form = request.form
    return Offer(
        code=code,
        name=form.get("name", "").strip(),
        kind=kind,
        quantity=quantity,
        prices=dict(
            read_money(currency, text, field="prices") for currency in Currency if (text := form.get(f"price-{currency}", "").strip())
        ),
        valid_days=_number("valid_days", form.get("valid_days", ""), "days-wrong"),
        position=_number("position", form.get("position", ""), "number-wrong") or 0,
    )


def _kind(text: str) -> Kind:
    if text not in set(Kind):
        raise Invalid("kind", "kind-wrong")
    return Kind(text)


def _number(field: str, text: str, code: str) -> int | None:
    """A whole number, or nothing. Raises Invalid."""
    text = text.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX):
        raise Invalid(field, code)
    return int(text) if text else None


def _subject(product: Product) -> Subject:
    return Subject("product", product.id, product.name)
