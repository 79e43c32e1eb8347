"""No page has words of its own: with a catalogue in which every string is marked, every word that is read or heard is marked."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from render.presets.tracks import TRACKS
from render.presets.voices import VOICES
from tests import exporting
from tools.translate import pseudo
from webapp import create_app
from webapp.models.presenter import Consent, Presenter, PresenterState
from webapp.services import demo_documents, gallery

SILENT = {"script", "style"}
SPOKEN = {"aria-label", "placeholder", "title", "alt", "label"}
VOID = {"meta", "link", "img", "input", "br", "source", "track"}
GIVEN = {name for thing in (*gallery.people(), *VOICES, *TRACKS) for name in thing.names.values()} | {"Mei Lin", "mei"}
"""Names are no words of a catalogue."""

NOT_WORDS = re.compile(r"[\W\d_]*|[\d:. /]+|\d+p|4K|[\d.]+ MB|SHA-256|[0-9a-f]{64}|\S+@example\.com|(.+ · )?Piying")


class Heard(HTMLParser):
    """What a reader sees or hears of a page, less what says that it is in another language: that is somebody's content."""

    def __init__(self):
        super().__init__()
        self.words, self._open = [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in VOID:
            self._open.append((tag, tag in SILENT | {"time", "text"} or ("lang" in attributes and tag != "html")))
        if not self._silent():
            self.words += [attributes[name] for name in SPOKEN if attributes.get(name)]

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not self._silent():
            self.words.append(data.strip())

    def _silent(self):
        return any(silent for _, silent in self._open)


@pytest.fixture
def marked(settings, clock, tmp_path, signed_in):
    """The signed-in person's browser, in a studio that marks its words."""
    pseudo(tmp_path / "words")
    client = create_app(dataclasses.replace(settings, translations=tmp_path / "words"), clock).test_client()
    name = f"piying_login_{settings.cookie_suffix}"
    client.set_cookie(name, signed_in.client.get_cookie(name).value)
    return client


def bare_words(client, path, given=frozenset()):
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, path
    page = Heard()
    page.feed(re.sub(r"⟦[^⟧]*⟧", "⟦⟧", answer.text))
    return [words for words in page.words if "⟦" not in words and words not in GIVEN | given and not NOT_WORDS.fullmatch(words)]


@pytest.mark.parametrize("path", ["/projects", "/projects/new", "/presenters", "/presenters/new", "/copywriting", "/exports"])
def test_the_words_of_a_place_come_from_a_catalogue(marked, path):
    assert bare_words(marked, path) == []


LANGUAGES = ("Chinese", "English", "Thai")
"""Their names come from a catalogue that is not ours."""


def test_the_words_of_the_editor_come_from_a_catalogue(marked, database, signed_in):
    document = demo_documents.cold_brew()
    project = exporting.keep(database, signed_in.tenant, document)
    titles = {text for scene in document.scenes for layer in scene.layers for text in getattr(layer.content, "texts", {}).values()}

    for page in ("edit", "preview", "exports", "exports/dialog", "versions"):
        assert bare_words(marked, f"/projects/{project.id}/{page}", frozenset({document.title, *titles, *LANGUAGES})) == [], page


def test_the_words_about_exports_come_from_a_catalogue(marked, database, signed_in):
    project = exporting.keep(database, signed_in.tenant, exporting.small_document("你好", title=""))
    exporting.voice(database, signed_in.tenant, project.id)
    quoted = exporting.quoted(database, signed_in.tenant, project.id)
    signed_in.client.post(f"/exports/{quoted.id}/order", headers={"HX-Request": "true"})

    assert bare_words(marked, "/exports", frozenset({"Chinese"})) == []


@pytest.mark.parametrize(
    ("state", "verdict"), [("ready", {}), ("checking", {}), ("refused", {"reasons": ["no-face"]}), ("refused", {"unjudged": "x"})]
)
def test_the_words_about_a_presenter_come_from_a_catalogue(marked, database, signed_in, state, verdict):
    with database.transaction() as session:
        consent = Consent(
            tenant_id=signed_in.tenant.id, user_id=signed_in.user.id, subject_name="Mei Lin", language="en", statement="I agree."
        )
        session.add(consent)
        session.flush()
        presenter = Presenter(
            tenant_id=signed_in.tenant.id, name="Mei Lin", state=PresenterState(state), verdict=verdict, consent_id=consent.id
        )
        session.add(presenter)

    assert bare_words(marked, f"/presenters/{presenter.id}") == []
