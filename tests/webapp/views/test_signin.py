import dataclasses
import re

import pytest
from sqlmodel import select

from tests.conftest import sign_in
from tools.translate import pseudo
from webapp import create_app
from webapp.models.outbox import Message
from webapp.services import signin


def code_in_outbox(database):
    with database.reading() as session:
        message = session.exec(select(Message)).one()
    return re.search(r"\d{6}", message.body)[0]


def ask(client, address="mei@example.com", **more):
    return client.post("/signin", data={"by": "email", "address": address, **more})


def test_a_code_from_the_outbox_opens_the_studio(client, database):
    assert ask(client).location == "/signin/code"
    answer = client.post("/signin/code", data={"code": code_in_outbox(database)})

    assert answer.location == "/"
    assert client.get("/projects").status_code == 200


def test_a_phone_gets_its_code_as_a_text_message(client, database):
    client.post("/signin", data={"by": "phone", "region": "TH", "address": "081 234 5678"})

    with database.reading() as session:
        message = session.exec(select(Message)).one()
    assert (message.channel, message.address) == ("sms", "+66812345678")


def test_the_code_may_be_typed_with_spaces(client, database):
    ask(client)
    code = code_in_outbox(database)

    assert client.post("/signin/code", data={"code": f" {code[:3]} {code[3:]} "}).location == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client, database):
    turned_away = client.get("/projects/new?a=b")
    client.get(turned_away.location)
    ask(client)

    assert client.post("/signin/code", data={"code": code_in_outbox(database)}).location == "/projects/new?a=b"


@pytest.mark.parametrize(
    "onward", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "http://[", "/[::"]
)
def test_signing_in_never_leads_elsewhere(client, database, onward):
    client.get("/signin", query_string={"next": onward})
    ask(client)

    answer = client.post("/signin/code", data={"code": code_in_outbox(database)})
    assert answer.location in {"/", "/%5B::"}


def test_the_login_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client, database):
    ask(client)
    answer = client.post("/signin/code", data={"code": code_in_outbox(database)})

    cookie = next(header for header in answer.headers.getlist("Set-Cookie") if "piying_login" in header)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_wrong_and_an_expired_code_get_the_same_words(client, database, clock):
    ask(client)
    code = code_in_outbox(database)
    wrong = client.post("/signin/code", data={"code": f"{(int(code) + 1) % 10**6:06d}"})
    clock.forward(minutes=11)
    expired = client.post("/signin/code", data={"code": code})

    assert (wrong.status_code, expired.status_code) == (422, 422)
    assert "That code is not right" in wrong.text
    assert "That code is not right" in expired.text


def test_known_and_unknown_addresses_cannot_be_told_apart(client, app, signed_in):
    known, unknown = ask(app.test_client()), ask(client, "nobody@example.com")

    assert (known.status, known.location) == (unknown.status, unknown.location)


def test_an_address_that_is_none_is_named_at_its_field(client):
    answer = ask(client, "mei")

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'value="mei"' in answer.text


def test_asking_again_at_once_is_refused_in_words(client):
    ask(client)
    answer = ask(client)

    assert answer.status_code == 429
    assert "seconds" in answer.text


def test_many_codes_from_one_place_are_refused(client):
    statuses = [ask(client, f"someone{number}@example.com").status_code for number in range(22)]

    assert statuses[:20] == [302] * 20
    assert statuses[20:] == [429] * 2


def test_codes_are_still_limited_while_the_server_that_counts_is_away(settings, clock, database):
    alone = create_app(dataclasses.replace(settings, frames_url="redis://127.0.0.1:1/0"), clock)
    alone.config.update(WTF_CSRF_ENABLED=False)
    client = alone.test_client()

    statuses = [ask(client, f"someone{number}@example.com").status_code for number in range(22)]
    assert statuses == [302] * 20 + [429] * 2


def test_the_page_for_the_code_wants_an_address_first(client):
    assert client.get("/signin/code").location == "/signin"
    assert client.post("/signin/code", data={"code": "123456"}).location == "/signin"


def test_whoever_is_signed_in_is_not_asked_again(signed_in):
    assert signed_in.client.get("/signin").location == "/"


def test_signing_out_ends_the_login_even_for_a_copied_cookie(app, signed_in, settings):
    cookie = signed_in.client.get_cookie(f"piying_login_{settings.cookie_suffix}").value
    signed_in.client.post("/signout")
    copy = app.test_client()
    copy.set_cookie(f"piying_login_{settings.cookie_suffix}", cookie)

    assert copy.get("/projects").location.startswith("/signin")
    assert signed_in.client.get("/projects").location.startswith("/signin")


def test_signing_out_everywhere_reaches_every_browser(app, database, clock, signed_in):
    other = sign_in(app, database, clock, "mei@example.com")
    signed_in.client.post("/signout/everywhere")

    assert other.client.get("/projects").status_code == 302


def test_a_link_asks_first_then_signs_in_once(app, database, signed_in, settings, clock):
    client = app.test_client()
    with database.transaction() as session:
        token = signin.make_link(session, settings.secret_key, signed_in.user.id, clock())

    assert "signs you in as" in client.get(f"/signin/link/{token}").text
    assert client.get("/projects").status_code == 302
    assert client.post(f"/signin/link/{token}").location == "/"
    assert client.get("/projects").status_code == 200
    again = app.test_client().post(f"/signin/link/{token}")
    assert again.status_code == 422
    assert "no longer works" in again.text


def test_the_mail_is_in_the_language_of_its_reader(settings, clock, tmp_path, client, database):
    pseudo(tmp_path / "words")
    marked = create_app(dataclasses.replace(settings, translations=tmp_path / "words"), clock)
    marked.config.update(WTF_CSRF_ENABLED=False)
    ask(marked.test_client())

    with database.reading() as session:
        message = session.exec(select(Message)).one()
    assert message.body.startswith("⟦")
    assert message.subject.startswith("⟦")
    assert re.search(r"\d{6}", message.subject)


def test_an_htmx_request_without_a_login_is_sent_to_the_sign_in_page(client):
    answer = client.get("/library", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/signin")
