"""Languages, headers, errors, health and the outbox: what all pages share."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from tests.conftest import sign_in
from tools.translate import pseudo
from webapp import create_app
from webapp.models.outbox import Message
from webapp.settings import Environment

PAGES = ["/signin", "/signin?by=phone", "/signin/link/none", "/outbox", "/nothing-here"]
SIGNED_IN_PAGES = ["/projects", "/projects/new", "/library", "/presenters", "/presenters/new", "/copywriting"]


def test_the_page_is_in_the_language_the_browser_asks_for(client):
    answer = client.get("/signin", headers={"Accept-Language": "fr, zh-TW;q=0.9, en;q=0.1"})

    assert '<html lang="zh-Hant">' in answer.text


def test_a_chosen_language_outweighs_the_browser_s(client):
    answer = client.post("/language", data={"language": "th", "next": "/signin?by=phone"}, headers={"Accept-Language": "en"})

    assert answer.location == "/signin?by=phone"
    assert '<html lang="th">' in client.get("/signin", headers={"Accept-Language": "en"}).text


def test_a_person_s_language_follows_her_to_another_browser(app, database, clock, signed_in):
    signed_in.client.post("/language", data={"language": "zh-Hans"})
    elsewhere = sign_in(app, database, clock, "mei@example.com")
    assert '<html lang="zh-Hans">' in elsewhere.client.get("/projects", headers={"Accept-Language": "en"}).text


def test_a_language_that_is_not_offered_is_refused(client):
    assert client.post("/language", data={"language": "tlh"}).status_code == 422


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/static/newest/css/base.css"])
def test_every_answer_says_what_may_run_and_be_framed(client, path):
    with client.get(path) as answer:
        headers = answer.headers

    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", [*PAGES, *SIGNED_IN_PAGES])
def test_no_page_has_inline_script_style_or_handlers(signed_in, path):
    text = signed_in.client.get(path, follow_redirects=True).text

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals='js", text)


def test_a_form_without_our_token_is_refused_in_words(settings, clock):
    guarded = create_app(settings, clock).test_client()

    answer = guarded.post("/signin", data={"address": "mei@example.com"})
    assert answer.status_code == 400
    assert "open for too long" in answer.text


def test_a_form_with_the_token_of_its_page_is_taken(settings, clock):
    guarded = create_app(settings, clock).test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', guarded.get("/signin").text)[1]

    assert guarded.post("/signin", data={"address": "mei@example.com", "csrf_token": token}).status_code == 302
    assert guarded.post("/signout", headers={"X-CSRFToken": token}).status_code == 401


def test_a_refusal_is_a_page_a_toast_or_json_as_asked(signed_in):
    page = signed_in.client.get("/assets/none")
    toast = signed_in.client.get("/assets/none", headers={"HX-Request": "true"})
    data = signed_in.client.get("/assets/none", headers={"Accept": "application/json"})

    assert [page.status_code, toast.status_code, data.status_code] == [404, 404, 404]
    assert "<html" in page.text
    assert toast.text.count("<div") == 1
    assert (toast.headers["HX-Retarget"], toast.headers["HX-Reswap"]) == ("#toasts", "beforeend")
    assert (data.json["code"], data.json["facts"]) == ("not-found", {})


def test_a_mistake_of_ours_is_told_in_one_sentence_without_its_details(app, client):
    def fail():
        raise RuntimeError("the secret inside")

    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.view_functions["health.alive"] = fail
    answer = client.get("/healthz")

    assert answer.status_code == 500
    assert "on our side" in answer.text
    assert "secret inside" not in answer.text


def test_a_wrong_method_is_refused_in_words(client):
    answer = client.delete("/signin")

    assert answer.status_code == 405
    assert "cannot be done" in answer.text


def test_health_answers_without_anybody_signed_in(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200


def test_readiness_names_what_does_not_answer(settings, clock):
    lost = create_app(dataclasses.replace(settings, queue_url="redis://127.0.0.1:1/0"), clock)

    answer = lost.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"] == {"database": True, "queue": False, "frames": True, "storage": True}


def test_the_outbox_is_no_page_in_production(settings, clock, database):
    production = create_app(dataclasses.replace(settings, environment=Environment.PRODUCTION), clock)

    assert production.test_client().get("/outbox").status_code == 404


def test_the_outbox_shows_messages_as_text(client, database):
    with database.transaction() as session:
        session.add(Message(address="mei@example.com", subject="<script>alert(1)</script>", body="{{ 7*7 }}"))

    text = client.get("/outbox").text
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text


class Words(HTMLParser):
    """Collects what a reader sees or hears: text, and attributes that are read out."""

    SPOKEN = frozenset({"aria-label", "placeholder", "title", "alt"})

    def __init__(self):
        super().__init__()
        self.found, self._hidden, self._foreign = [], 0, 0
        self._stack = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in {"meta", "link", "img", "input", "br", "path", "circle", "rect"}:
            self._stack.append(
                (tag, tag in {"script", "style", "option", "time", "title", "address"} or ("lang" in attributes and tag != "html"))
            )
        if not self._silent():
            self.found += [attributes[name] for name in self.SPOKEN if attributes.get(name)]

    def handle_endtag(self, tag):
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not self._silent():
            self.found.append(data.strip())

    def _silent(self):
        return any(silent for _, silent in self._stack)


NOT_WORDS = re.compile(r"[\W\d_]*|Piying|name@example\.com|mei(@example\.com)?|\d+:\d+|[A-Z][a-z]+ ?")


@pytest.mark.parametrize("path", [*PAGES, *SIGNED_IN_PAGES])
def test_every_word_of_every_page_comes_from_a_catalogue(settings, clock, tmp_path, signed_in, path):
    pseudo(tmp_path / "words")
    marked = create_app(dataclasses.replace(settings, translations=tmp_path / "words"), clock).test_client()
    if path in SIGNED_IN_PAGES:
        name = f"piying_login_{settings.cookie_suffix}"
        marked.set_cookie(name, signed_in.client.get_cookie(name).value)
    words = Words()
    words.feed(marked.get(path, headers={"Accept-Language": "en"}).text)

    bare = [text for text in words.found if "⟦" not in text and not NOT_WORDS.fullmatch(text)]
    assert bare == []
