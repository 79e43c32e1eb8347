"""Stripe's protocol: checkout sessions, signed webhooks, refunds. Amounts go over in the minor unit, currencies in small letters.

Sources, read in November 2026: https://docs.stripe.com/api/checkout/sessions (create, expire; a session lives 24 hours at most),
https://docs.stripe.com/api/refunds, https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/webhooks (signatures, the
tolerance of five minutes, events that come twice and in any order), https://docs.stripe.com/currencies.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import requests
import structlog

from webapp.errors import Conflict, Forbidden, Invalid, Unavailable
from webapp.providers.payments.port import Bill, Checkout, Notice, What

TIMEOUT_S: Final = 10
TOLERANCE_S: Final = 300
REFUSED: Final = range(400, 500)
LOCALES: Final = {"zh-Hans": "zh", "zh-Hant": "zh-TW", "th": "th", "en": "en"}
SESSION: Final = "checkout.session."

log = structlog.get_logger("payments")


@dataclass(frozen=True, slots=True)
class Stripe:
    """An account at Stripe, or at whoever speaks its protocol at `url`. While `secrets` are changed, there are two of them."""

    url: str
    key: str
    secrets: tuple[str, ...]

    def begin(self, bill: Bill) -> Checkout:
        """Open a checkout session, the same one for the same purchase."""
        session = self._post("/v1/checkout/sessions", _session_form(bill), f"checkout:{bill.purchase_id}")
        return Checkout(str(session["id"]), str(session["url"]), _moment(session["expires_at"]))

    def stop(self, reference: str) -> None:
        """Expire a session: one that is not open any more is refused, and then it was paid or had ended."""
        session = self._get(f"/v1/checkout/sessions/{reference}")
        if session.get("status") == "open":
            self._post(f"/v1/checkout/sessions/{reference}/expire", {}, f"expire:{reference}")
        elif session.get("status") == "complete":
            raise Conflict("purchase-being-paid")

    def refund(self, purchase_id: str, payment: str, amount: int) -> str:
        """Refund a payment intent."""
        form = {"payment_intent": payment, "amount": str(amount), "metadata[purchase]": purchase_id}
        refund = self._post("/v1/refunds", form, f"refund:{purchase_id}")
        if refund.get("status") in {"failed", "canceled"}:
            raise Conflict("refund-refused")
        return str(refund["id"])

    def read(self, body: bytes, signature: str, now: datetime) -> Notice:
        """The event in a message whose signature is right."""
        verify(body, signature, self.secrets, now)
        try:
            return _notice(json.loads(body))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise Invalid("body", "payment-event") from error

    def _post(self, path: str, form: Mapping[str, str], key: str) -> dict[str, Any]:
        return self._asked("POST", path, data=form, headers={"Idempotency-Key": key})

    def _get(self, path: str) -> dict[str, Any]:
        return self._asked("GET", path)

    def _asked(self, method: str, path: str, headers: Mapping[str, str] | None = None, **given: Any) -> dict[str, Any]:
        told = {"Authorization": f"Bearer {self.key}"} | dict(headers or {})
        try:
            answer = requests.request(method, self.url + path, headers=told, timeout=TIMEOUT_S, allow_redirects=False, **given)
            found: dict[str, Any] = answer.json()
        except requests.RequestException as error:
            raise Unavailable("payment-away") from error
        if answer.status_code in REFUSED:
            log.warning("payment refused", path=path, status=answer.status_code, code=(found.get("error") or {}).get("code"))
            raise Conflict("payment-refused")
        if not answer.ok:
            raise Unavailable("payment-away")
        return found


def verify(body: bytes, header: str, secrets: tuple[str, ...], now: datetime) -> None:
    """Raise Forbidden unless one of the header's `v1` signatures is HMAC-SHA256 of `t`, a dot and the body, and `t` is of these minutes."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    at = next((value for name, _, value in parts if name == "t"), "")
    given = [value for name, _, value in parts if name == "v1"]
    expected = [hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given):
        raise Forbidden("payment-signature")
    if not (at.isascii() and at.isdigit()) or abs(now.timestamp() - int(at)) > TOLERANCE_S:
        raise Forbidden("payment-signature-old")


def _session_form(bill: Bill) -> dict[str, str]:
    form = {
        "mode": "payment",
        "success_url": f"{bill.back}?paid=yes",
        "cancel_url": bill.back,
        "client_reference_id": bill.purchase_id,
        "metadata[purchase]": bill.purchase_id,
        "payment_intent_data[metadata][purchase]": bill.purchase_id,
        "payment_intent_data[description]": bill.number,
        "locale": LOCALES.get(bill.language, "auto"),
    }
    if bill.email:
        form["customer_email"] = bill.email
    for index, line in enumerate(bill.lines):
        item = f"line_items[{index}]"
        form |= {
            f"{item}[quantity]": str(line.count),
            f"{item}[price_data][currency]": bill.currency.value.lower(),
            f"{item}[price_data][unit_amount]": str(line.unit_price),
            f"{item}[price_data][product_data][name]": line.name,
        }
    return form


def _notice(event: Mapping[str, Any]) -> Notice:
    kind, thing = str(event["type"]), event["data"]["object"]
    shared: dict[str, Any] = {"event_id": str(event["id"]), "kind": kind, "happened_at": _moment(event["created"])}
    if kind.startswith(SESSION):
        purchase_id, payment = _named(thing) or str(thing.get("client_reference_id") or ""), str(thing.get("payment_intent") or "")
        shared |= {"purchase_id": purchase_id, "reference": str(thing["id"]), "payment": payment}
        return Notice(what=_session_what(kind, thing), **_amount(thing, "amount_total"), **shared)
    if kind == "charge.refunded":
        what = What.REFUNDED if int(thing["amount_refunded"]) >= int(thing["amount"]) else What.PARTLY_REFUNDED
        payment = str(thing.get("payment_intent") or "")
        return Notice(what=what, purchase_id=_named(thing), payment=payment, **_amount(thing, "amount_refunded"), **shared)
    return Notice(what=What.OTHER, purchase_id=_named(thing), **shared)


def _session_what(kind: str, session: Mapping[str, Any]) -> What:
    """A session that is completed may still wait for its money: then a later event brings it."""
    match kind.removeprefix(SESSION):
        case "completed":
            return What.PAID if session.get("payment_status") == "paid" else What.WAITING
        case "async_payment_succeeded":
            return What.PAID
        case "async_payment_failed":
            return What.FAILED
        case "expired":
            return What.EXPIRED
    return What.OTHER


def _named(thing: Mapping[str, Any]) -> str:
    """The purchase that a thing was made for."""
    return str((thing.get("metadata") or {}).get("purchase") or "")


def _amount(thing: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {"amount": int(thing.get(field) or 0), "currency": str(thing.get("currency") or "").upper()}


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
