"""An account at a payment provider that speaks Stripe's protocol as its documentation tells it: sessions, events, refunds."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, jsonify, request

from tests.serving import served

KEY, SECRET = "sk_test_ours", "whsec_ours"
DAY_S = 24 * 3600


@dataclass
class Account:
    """What it knows, by its own ids. `clock` is the tests'; `away` makes it answer 503."""

    clock: Any
    url: str = ""
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    answered: dict[str, Any] = field(default_factory=dict)
    away: bool = False

    def app(self, address: str) -> Flask:
        self.url = address
        app = Flask("stripe")
        app.before_request(self._admit)
        app.add_url_rule("/v1/checkout/sessions", view_func=self.create, methods=["POST"])
        app.add_url_rule("/v1/checkout/sessions/<name>", view_func=self.retrieve)
        app.add_url_rule("/v1/checkout/sessions/<name>/expire", view_func=self.expire, methods=["POST"])
        app.add_url_rule("/v1/refunds", view_func=self.refund, methods=["POST"])
        return app

    def _admit(self) -> Any:
        """The key comes as a bearer's; what was asked under the same idempotency key gets its first answer."""
        if self.away:
            return jsonify(error={"type": "api_error"}), 503
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return jsonify(error={"type": "invalid_request_error"}), 401
        known = self.answered.get(request.headers.get("Idempotency-Key", ""))
        if known and known[0] != request.form.to_dict():
            return jsonify(error={"type": "idempotency_error"}), 400
        return jsonify(known[1]) if known else None

    def _answer(self, thing: dict[str, Any]) -> Any:
        if key := request.headers.get("Idempotency-Key"):
            self.answered[key] = (request.form.to_dict(), dict(thing))
        return jsonify(thing)

    def create(self) -> Any:
        form, name = request.form, f"cs_test_{secrets.token_hex(8)}"
        if form["mode"] != "payment" or not form["success_url"].startswith("http"):
            return jsonify(error={"code": "parameter_invalid"}), 400
        total, index = 0, 0
        while f"line_items[{index}][quantity]" in form:
            item = f"line_items[{index}]"
            total += int(form[f"{item}[quantity]"]) * int(form[f"{item}[price_data][unit_amount]"])
            index += 1
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "url": f"{self.url}/pay/{name}",
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": total,
            "currency": form["line_items[0][price_data][currency]"],
            "client_reference_id": form["client_reference_id"],
            "metadata": {"purchase": form["metadata[purchase]"]},
            "payment_intent": None,
            "expires_at": int(self.clock().timestamp()) + DAY_S,
        }
        return self._answer(self.sessions[name])

    def retrieve(self, name: str) -> Any:
        return jsonify(self.sessions[name])

    def expire(self, name: str) -> Any:
        if self.sessions[name]["status"] != "open":
            return jsonify(error={"code": "resource_missing"}), 400
        self.sessions[name]["status"] = "expired"
        return self._answer(self.sessions[name])

    def refund(self) -> Any:
        form, name = request.form, f"re_{secrets.token_hex(8)}"
        self.refunds[name] = {"id": name, "status": "succeeded", "payment_intent": form["payment_intent"], "amount": int(form["amount"])}
        return self._answer(self.refunds[name])

    def paid(self, session: dict[str, Any], **otherwise: Any) -> dict[str, Any]:
        """Somebody has paid a session at its page."""
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": f"pi_{session['id']}"} | otherwise
        return session

    def charge(self, session: dict[str, Any], refunded: int) -> dict[str, Any]:
        """The charge of a paid session, so much of it given back."""
        shared = {"currency": session["currency"], "metadata": session["metadata"], "payment_intent": f"pi_{session['id']}"}
        return {"id": "ch_1", "object": "charge", "amount": session["amount_total"], "amount_refunded": refunded} | shared

    def event(self, kind: str, thing: dict[str, Any], name: str = "") -> bytes:
        """The body of an event."""
        named = name or f"evt_{secrets.token_hex(8)}"
        created = int(self.clock().timestamp())
        return json.dumps({"id": named, "object": "event", "type": kind, "created": created, "data": {"object": thing}}).encode()

    def signed(self, body: bytes, *, late_s: int = 0, secret: str = SECRET) -> dict[str, str]:
        """The header of an event that was signed so many seconds ago."""
        at = str(int(self.clock().timestamp()) - late_s)
        proof = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={at},v1={proof},v0=none"}


@contextmanager
def running(clock: Any) -> Iterator[Account]:
    """An account that answers."""
    account = Account(clock)
    with served(account.app):
        yield account
