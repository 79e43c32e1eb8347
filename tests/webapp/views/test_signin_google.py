from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey
from sqlmodel import select

from tests.oidc import CLIENT_ID, CLIENT_SECRET, running
from webapp import create_app
from webapp.models.identity import OutsideIdentity, User


@pytest.fixture
def provider():
    with running() as provider:
        yield provider


@pytest.fixture
def app(settings, clock, provider):
    chosen = replace(settings, google_issuer=provider.issuer, google_client_id=CLIENT_ID, google_client_secret=CLIENT_SECRET)
    app = create_app(chosen, clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions["piying"][1].dispose()


def go_there(client):
    """The browser goes to the provider and is sent back: the address it comes back to."""
    there = client.get("/signin/google")
    back = requests.get(there.location, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def sign_in(client):
    return client.get(go_there(client))


def users(database):
    with database.reading() as session:
        return session.exec(select(User)).all()


def test_google_opens_an_account_and_finds_it_again(app, client, database):
    assert sign_in(client).location == "/"
    assert client.get("/projects").status_code == 200
    assert sign_in(app.test_client()).location == "/"

    assert [user.email for user in users(database)] == ["mei@example.com"]


def test_an_account_with_the_same_address_is_that_account(client, database, signed_in):
    sign_in(client)

    assert [user.id for user in users(database)] == [signed_in.user.id]


def test_the_account_stays_the_same_when_the_address_at_google_changes(app, client, provider, database):
    sign_in(client)
    provider.claims["email"] = "new@example.com"
    sign_in(app.test_client())

    with database.reading() as session:
        assert len(session.exec(select(OutsideIdentity)).all()) == 1
    assert [user.email for user in users(database)] == ["mei@example.com"]


def test_an_address_that_is_not_verified_opens_nothing(client, provider, database):
    provider.claims["email_verified"] = False

    answer = sign_in(client)
    assert (answer.status_code, users(database)) == (422, [])


@pytest.mark.parametrize(
    "change",
    [
        {"signs_with": RSAKey.generate_key(2048, {"kid": "one"})},
        {"audience": "somebody else"},
        {"forgets_nonce": True},
        {"life_s": -3600},
        {"claims": {"sub": "g-1", "email": "mei@example.com", "email_verified": True, "iss": "https://evil.example"}},
        {"claims": {"email": "mei@example.com", "email_verified": True}},
        {"claims": {"sub": "g-1", "email": "mei@example.com", "email_verified": True, "nonce": "old"}, "forgets_nonce": True},
    ],
    ids=["another key", "another client", "no nonce", "expired", "another issuer", "nobody", "an old nonce"],
)
def test_a_word_that_is_not_the_issuers_for_us_now_lets_nobody_in(client, provider, database, change):
    for name, value in change.items():
        setattr(provider, name, value)

    answer = sign_in(client)
    assert (answer.status_code, users(database)) == (422, [])


def test_the_way_back_is_good_once_and_in_the_browser_that_went(app, client, database):
    back = go_there(client)

    assert app.test_client().get(back).status_code == 422
    assert client.get(back).location == "/"
    assert client.get(back).status_code == 422


def test_another_state_is_refused(client):
    back = go_there(client)

    assert client.get(back.replace("state=", "state=x")).status_code == 422
    assert client.get("/signin/google/return?error=access_denied").status_code == 422


def test_it_leads_back_to_the_page_that_was_asked_for(client):
    client.get("/signin?next=/projects/new")

    assert sign_in(client).location == "/projects/new"


def test_a_provider_that_is_away_is_told(settings, clock):
    app = create_app(replace(settings, google_issuer="http://127.0.0.1:9", google_client_id="x", google_client_secret="y"), clock)
    answer = app.test_client().get("/signin/google")
    app.extensions["piying"][1].dispose()

    assert answer.status_code == 503


def test_the_sign_in_page_offers_it_only_where_it_is_set_up(client, settings, clock):
    plain = create_app(settings, clock)
    without = plain.test_client()

    assert "Sign in with Google" in client.get("/signin").text
    assert "Sign in with Google" not in without.get("/signin").text
    assert without.get("/signin/google").status_code == 404
    plain.extensions["piying"][1].dispose()
