"""An identity provider on a port of its own that keeps the protocol: discovery, code with PKCE (S256), signed ID tokens with a nonce, JWKS."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.serving import served

CLIENT_ID, CLIENT_SECRET = "piying", "between us"


@dataclass
class Provider:
    """What it knows. `claims` are changed by tests; `signs_with` is its key unless a test takes another."""

    issuer: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "g-1", "email": "Mei@Example.com", "email_verified": True, "name": "Mei"}
    )
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    audience: str = CLIENT_ID
    forgets_nonce: bool = False
    life_s: int = 300
    codes: dict[str, Any] = field(default_factory=dict)

    def app(self, address: str) -> Flask:
        """Its four doors."""
        self.issuer = address
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self.configuration)
        app.add_url_rule("/authorize", view_func=self.authorize)
        app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        app.add_url_rule("/keys", view_func=self.keys)
        return app

    def configuration(self) -> Any:
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token",
            jwks_uri=f"{self.issuer}/keys",
        )

    def keys(self) -> Any:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def authorize(self) -> Any:
        asked = request.args.to_dict()
        if asked["client_id"] != CLIENT_ID or asked["response_type"] != "code" or "openid" not in asked["scope"].split():
            return "", 400
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def token(self) -> Any:
        asked = self.codes.pop(request.form["code"], None)
        who = request.authorization
        if asked is None or who is None or (who.username, who.password) != (CLIENT_ID, CLIENT_SECRET):
            return jsonify(error="invalid_grant"), 400
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != proof
            or asked["redirect_uri"] != request.form["redirect_uri"]
        ):
            return jsonify(error="invalid_grant"), 400
        return jsonify(access_token="a", token_type="Bearer", expires_in=300, id_token=self._signed(asked["nonce"]))

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + self.life_s} | self.claims
        if not self.forgets_nonce:
            claims["nonce"] = nonce
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with or self.key)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers."""
    provider = Provider()
    with served(provider.app):
        yield provider
