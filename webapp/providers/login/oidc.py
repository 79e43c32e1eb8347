"""OpenID Connect: the code flow with PKCE and a nonce (OpenID Connect Core 1.0, RFC 7636), against any issuer with discovery."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypedDict

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from webapp.errors import Invalid, Unavailable

SCOPE: Final = "openid email profile"
ALGORITHMS: Final = ("RS256", "ES256")
TIMEOUT_S: Final = 8
LEEWAY_S: Final = 60
DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to an issuer."""

    issuer: str
    client_id: str
    client_secret: str


class Asked(TypedDict):
    """What has to be kept in the browser's session between the way there and the way back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What the issuer says about a person. `email` is only there when the issuer has verified it."""

    subject: str
    email: str
    name: str


def begin(client: Client, redirect_uri: str) -> tuple[str, Asked]:
    """The address to send the browser to, and what to keep until it comes back. Raises Unavailable."""
    asked = Asked(state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48))
    endpoint = str(_fetch(client.issuer + DISCOVERY)["authorization_endpoint"])
    with _session(client, redirect_uri) as session:
        url, _ = session.create_authorization_url(
            endpoint, state=asked["state"], nonce=asked["nonce"], code_verifier=asked["verifier"], prompt="select_account"
        )
    return str(url), asked


def finish(client: Client, redirect_uri: str, asked: Asked, answer: Mapping[str, str]) -> Claims:
    """Who came back, by the issuer's signed word. Raises Invalid for an answer that is not to our question, and Unavailable."""
    if not secrets.compare_digest(answer.get("state", "").encode(), asked["state"].encode()) or "code" not in answer:
        raise Invalid("state", "google-refused")
    configuration = _fetch(client.issuer + DISCOVERY)
    token = _token(client, redirect_uri, str(configuration["token_endpoint"]), asked, answer["code"])
    return _claims(_decode(token, client, str(configuration["jwks_uri"]), asked["nonce"]))


def _session(client: Client, redirect_uri: str) -> Any:
    return OAuth2Session(client.client_id, client.client_secret, scope=SCOPE, redirect_uri=redirect_uri, code_challenge_method="S256")


def _fetch(address: str) -> dict[str, Any]:
    try:
        response = requests.get(address, timeout=TIMEOUT_S)
        response.raise_for_status()
        found: dict[str, Any] = response.json()
    except requests.RequestException as error:
        raise Unavailable("google-away") from error
    return found


def _token(client: Client, redirect_uri: str, endpoint: str, asked: Asked, code: str) -> str:
    try:
        with _session(client, redirect_uri) as session:
            told = session.fetch_token(endpoint, code=code, code_verifier=asked["verifier"], timeout=TIMEOUT_S)
    except AuthlibBaseError as error:
        raise Invalid("code", "google-refused") from error
    except requests.RequestException as error:
        raise Unavailable("google-away") from error
    return str(told.get("id_token", ""))


def _decode(token: str, client: Client, keys: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that was signed by the issuer, for us, now, in answer to our question."""
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": client.issuer},
        aud={"essential": True, "value": client.client_id},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(token, KeySet.import_key_set(_fetch(keys)), algorithms=list(ALGORITHMS)).claims  # type: ignore[arg-type]
        registry.validate(claims)
    except (JoseError, ValueError, KeyError) as error:
        raise Invalid("code", "google-refused") from error
    return claims


def _claims(claims: Mapping[str, Any]) -> Claims:
    verified = claims.get("email_verified") is True
    return Claims(str(claims["sub"]), str(claims.get("email", "")) if verified else "", str(claims.get("name", "")))
