"""The door for providers of payment: they bring no cookie, and what they say counts by its signature alone."""

from flask import Blueprint, request

from webapp.errors import NotFound, TooLarge
from webapp.extensions import csrf, database, now, settings
from webapp.providers.payments import choice
from webapp.providers.payments.port import STRIPE
from webapp.services import payment_events, payments

blueprint = Blueprint("payments", __name__)

BODY_BYTES_MAX = 256 * 1024


@blueprint.post("/payments/stripe")
@csrf.exempt  # type: ignore[untyped-decorator]
def stripe() -> tuple[str, int]:
    """An event. It is answered with success also where it was refused or known: saying it again would change nothing."""
    provider = choice.remote(settings(), STRIPE)
    if provider is None:
        raise NotFound
    notice = provider.read(_body(), request.headers.get("Stripe-Signature", ""), now())
    with database().transaction() as session:
        purchase = payment_events.take(session, STRIPE, notice, now())
    if purchase is not None:
        with database().transaction() as session:
            payments.grant(session, purchase.id, now())
    return "", 204


def _body() -> bytes:
    if (request.content_length or 0) > BODY_BYTES_MAX:
        raise TooLarge(bytes_max=BODY_BYTES_MAX)
    return request.get_data(cache=False)
