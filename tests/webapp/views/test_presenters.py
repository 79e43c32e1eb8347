"""Presenters' pages: no portrait without consent, verdicts in words, nothing of another tenant's."""

import io

import pytest
from sqlmodel import select

from tests.webapp.pictures import png
from webapp.errors import NotFound
from webapp.models.job import Job
from webapp.models.presenter import Consent, Presenter, PresenterKind, PresenterState
from webapp.services import artefacts, consents, linking, presenter_samples, presenters, projects
from webapp.services.presenters import Findings
from webapp.views import presenter_words


def form(name="Mei Lin", user="mei", **changed):
    """A filled form, as after reading the statement."""
    shown = consents.digest_of(consents.statement("en", name, user))
    filled = {"subject_name": name, "typed_name": name, "language": "en", "shown": shown, "agreed": "yes", "attested": "yes", "sex": "male"}
    return filled | {"file": (io.BytesIO(png(64, 64)), "me.png")} | changed


@pytest.fixture
def bring(signed_in):
    """Sends the form."""
    return lambda **changed: signed_in.client.post(
        "/presenters", data=form(**changed), content_type="multipart/form-data", headers={"User-Agent": "Browser 1"}
    )


@pytest.fixture
def stored(database):
    """Every row of a table."""

    def read(model):
        with database.reading() as session:
            return list(session.exec(select(model)))

    return read


@pytest.fixture
def settle(database, stored):
    """Writes a verdict for the only presenter."""

    def write(*reasons):
        with database.transaction() as session:
            presenters.judged(session, stored(Presenter)[0].id, Findings(reasons, {"face_width_px": 200}), reviewed=False)
        return stored(Presenter)[0]

    return write


def test_a_portrait_with_a_consent_is_kept_and_looked_at(bring, stored, settings, signed_in):
    answer = bring()
    (presenter,), (consent,), (job,) = stored(Presenter), stored(Consent), stored(Job)

    assert answer.location == f"/presenters/{presenter.id}"
    assert (presenter.name, presenter.state, presenter.consent_id) == ("Mei Lin", PresenterState.CHECKING, consent.id)
    assert (consent.user_id, consent.evidence["address"], consent.evidence["browser"]) == (signed_in.user.id, "127.0.0.1", "Browser 1")
    assert (job.kind, job.queue, job.subject_id) == ("ingest", "ingest", presenter.id)
    assert presenters.original_of(settings.presenters, presenter.id).read_bytes() == png(64, 64)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"agreed": ""}, "has to agree first"),
        ({"typed_name": "Somebody Else"}, "Sign with the same name as above: Mei Lin."),
        ({"subject_name": ""}, "Write the name of the person shown."),
        ({"shown": "another"}, "Read it once more and agree again."),
        ({"sex": "?"}, "not right"),
        ({"file": (io.BytesIO(b"GIF89a..."), "me.jpg")}, "not a picture we can use"),
        ({"file": (io.BytesIO(b""), "")}, "Choose a picture first"),
        ({"file": (io.BytesIO(png(20_000, 20_000)), "big.png")}, "too large: at most 40000000 pixels"),
    ],
)
def test_what_is_missing_is_told_at_its_field_and_nothing_is_kept(bring, stored, settings, wrong, words):
    answer = bring(**wrong)

    assert answer.status_code == 422
    assert words in answer.text
    assert (stored(Presenter), stored(Consent), stored(Job)) == ([], [], [])
    assert not settings.presenters.exists() or [path for path in settings.presenters.iterdir() if path.name != ".brought"] == []


def test_names_are_shown_as_text(bring, signed_in):
    answer = bring(typed_name="x", subject_name="<script>{{ 7*7 }}")

    assert "&lt;script&gt;{{ 7*7 }}" in answer.text
    assert "<script>{{" not in answer.text


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en", "th"])
def test_the_statement_is_shown_in_the_person_s_language_with_her_name(signed_in, language):
    text = signed_in.client.get("/presenters/statement", query_string={"subject_name": "Ana", "language": language}).text

    assert consents.digest_of(consents.statement(language, "Ana", "mei")) in text
    assert f'lang="{language}"' in text


@pytest.mark.parametrize(
    "reason", ["no-face", "two-faces", "too-small", "turned", "blurred", "mouth-open", "unreadable", "too-many-pixels"]
)
def test_a_refusal_says_what_is_wrong_in_words(bring, settle, signed_in, reason):
    bring()
    text = signed_in.client.get(f"/presenters/{settle(reason).id}").text

    assert str(presenter_words.REASONS[reason]) in text
    assert "Bring another picture" in text


def test_a_portrait_that_was_not_looked_at_can_be_tried_again(bring, database, stored, signed_in):
    bring()
    presenter = stored(Presenter)[0]
    with database.transaction() as session:
        presenters.not_judged(session, presenter.id, "setup-incomplete")
    assert "face models are not installed" in signed_in.client.get(f"/presenters/{presenter.id}").text

    assert signed_in.client.post(f"/presenters/{presenter.id}/again").status_code == 302
    assert (stored(Presenter)[0].state, len(stored(Job))) == (PresenterState.CHECKING, 2)
    assert signed_in.client.post(f"/presenters/{presenter.id}/again").status_code == 409


def test_a_ready_presenter_starts_a_project_with_its_own_voice(bring, settle, signed_in, database):
    bring()
    presenter = settle()
    text = signed_in.client.get(f"/projects/new?presenter={presenter.id}").text
    assert f'value="{presenter.id}" checked' in text

    wishes = {"shape": "9:16", "frame_rate": "25", "language": "en", "presenter": presenter.id, "script": "Hello."}
    assert signed_in.client.post("/projects", data=wishes).status_code == 302
    with database.reading() as session:
        offer = presenters.offer(session, signed_in.tenant, presenter.id)
    assert projects.VOICES["en", offer.sex] == "am_michael"


def test_withdrawing_takes_the_presenter_out_of_every_choice_and_is_told(bring, settle, signed_in, database):
    bring()
    presenter = settle()
    signed_in.client.post(f"/presenters/{presenter.id}/withdraw")

    assert "nothing can be previewed or exported" in signed_in.client.get(f"/presenters/{presenter.id}").text
    assert presenter.id not in signed_in.client.get("/projects/new").text
    with database.reading() as session, pytest.raises(NotFound):
        presenters.offer(session, signed_in.tenant, presenter.id)


def test_deleting_removes_the_files_and_keeps_the_withdrawn_consent(bring, settle, stored, settings, signed_in):
    bring()
    presenter = settle()
    assert signed_in.client.post(f"/presenters/{presenter.id}/delete").location == "/presenters"

    assert (stored(Presenter), (settings.presenters / presenter.id).exists()) == ([], False)
    assert stored(Consent)[0].revoked_at is not None


@pytest.mark.parametrize(
    ("method", "path"), [("get", ""), ("get", "/poster.webp"), ("post", "/again"), ("post", "/withdraw"), ("post", "/delete")]
)
def test_another_tenant_s_presenter_is_not_there(bring, settle, stranger, method, path):
    bring()
    presenter = settle()

    assert getattr(stranger.client, method)(f"/presenters/{presenter.id}{path}").status_code == 404


def test_while_it_is_looked_at_the_page_asks_again_and_then_rests(bring, settle, stored, signed_in):
    bring()
    path = f"/presenters/{stored(Presenter)[0].id}"
    assert "every 1500ms" in signed_in.client.get(path, headers={"HX-Request": "true"}).text

    settle()
    part = signed_in.client.get(path, headers={"HX-Request": "true"}).text
    assert "every 1500ms" not in part
    assert "<html" not in part


def test_the_gallery_says_that_nobody_in_it_is_real(signed_in):
    text = signed_in.client.get("/presenters").text

    assert "Nobody here is a real person" in text
    assert "/presenters/mei/poster.webp" in text


def test_one_s_own_presenter_can_be_seen_and_heard_as_long_as_she_agrees(bring, settle, signed_in, stranger, settings, monkeypatch):
    monkeypatch.setattr(linking, "ask", lambda *_, **__: None)
    bring()
    presenter = settle()
    address = f"/presenters/{presenter.id}/samples/en.mp4"
    assert address in signed_in.client.get("/presenters").text
    assert signed_in.client.get(address).status_code == 202
    assert stranger.client.get(address).status_code == 404

    offered = presenters.Offered(presenter.id, 1, presenter.name, "male", (), own=True)
    with artefacts.publishing(presenter_samples.place_of(settings.home, offered, "en")) as film:
        film.write_bytes(b"film")
    with signed_in.client.get(address) as answer:
        assert answer.data == b"film"

    signed_in.client.post(f"/presenters/{presenter.id}/withdraw")
    assert signed_in.client.get(address).status_code == 404
    assert address not in signed_in.client.get("/presenters").text
    signed_in.client.post(f"/presenters/{presenter.id}/delete")
    assert not presenter_samples.place_of(settings.home, offered, "en").exists()


def test_the_editor_says_whose_mouth_the_finished_video_has(bring, settle, signed_in, database):
    bring()
    presenter = settle()
    chosen = {"shape": "9:16", "frame_rate": "25", "language": "en", "presenter": presenter.id, "script": "Hello."}
    page = signed_in.client.post("/projects", data=chosen).location
    with database.transaction() as session:
        row = session.get(Presenter, presenter.id)
        row.kind, row.options = PresenterKind.CLIP, {"mouth": "musetalk"}
    assert "In finished videos: MuseTalk, on the server." in signed_in.client.get(page).text
    with database.transaction() as session:
        session.get(Presenter, presenter.id).options = {"mouth": "general"}
    assert "In finished videos" not in signed_in.client.get(page).text
