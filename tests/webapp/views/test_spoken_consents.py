"""Consents read aloud: sent, shown as they were heard, kept from other tenants, and never passed over by the operator."""

import io

import pytest
from sqlmodel import select

from webapp.errors import Conflict
from webapp.models.job import Job
from webapp.models.presenter import Consent, Presenter, PresenterState
from webapp.models.spoken import SpokenConsent, SpokenState
from webapp.services import consents, spoken_consents, training
from webapp.services.audit import Actor

OPERATOR = Actor("u", "Op", "i")
FINDINGS = {"heard": "I Mei Lin", "differing": 74, "name_differing": 500, "reasons": ["name"], "likeness": None, "engines": ["x"]}


@pytest.fixture
def presenter(database, signed_in, clock):
    """One that waits for the operator, by its id."""
    with database.transaction() as session:
        consent = Consent(tenant_id=signed_in.tenant.id, subject_name="Mei Lin", statement="I agree", language="en", created_at=clock())
        session.add(consent)
        session.flush()
        row = Presenter(tenant_id=signed_in.tenant.id, name="Mei Lin", consent_id=consent.id, state=PresenterState.REVIEW)
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def read(signed_in, presenter):
    """Sends a recording."""

    def send(data=b"RIFF sound", language="en", shown=None):
        words = spoken_consents.sentence(language, "Mei Lin", signed_in.tenant.name)
        fields = {"language": language, "shown": shown or consents.digest_of(words), "recording": (io.BytesIO(data), "me.webm")}
        return signed_in.client.post(f"/presenters/{presenter}/spoken", data=fields, content_type="multipart/form-data")

    return send


@pytest.fixture
def heard(database, read, clock):
    """A recording that came to a state."""

    def settle(state):
        read()
        with database.transaction() as session:
            row = session.exec(select(SpokenConsent).order_by(SpokenConsent.created_at.desc())).first()
            spoken_consents.heard(session, row.id, state, FINDINGS, clock())
            return row.id

    return settle


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en", "th"])
def test_the_sentence_is_shown_in_the_language_it_is_read_in_with_both_names(signed_in, presenter, language):
    page = signed_in.client.get(f"/presenters/{presenter}/spoken?language={language}").text
    assert "Mei Lin" in page
    assert signed_in.tenant.name in page
    assert f'lang="{language}"' in page


def test_the_page_of_a_presenter_may_use_the_microphone_and_no_other_may(signed_in, presenter):
    assert "microphone=(self)" in signed_in.client.get(f"/presenters/{presenter}").headers["Permissions-Policy"]
    assert "microphone=()" in signed_in.client.get("/presenters").headers["Permissions-Policy"]


def test_a_recording_is_kept_with_its_digest_and_heard_by_a_worker(database, settings, read, presenter):
    assert read().status_code == 302
    with database.reading() as session:
        (row,) = session.exec(select(SpokenConsent)).all()
        (job,) = session.exec(select(Job)).all()
    assert (row.state, job.kind, job.subject_id) == (SpokenState.CHECKING, "spoken-consent", row.id)
    assert spoken_consents.original_of(settings.consents, row.consent_id, row.id).read_bytes() == b"RIFF sound"
    assert len(row.recording_digest) == 64


@pytest.mark.parametrize(
    ("sent", "words"),
    [({"data": b""}, "choose a sound file"), ({"shown": "0" * 64}, "recording-problem"), ({"data": b"12345"}, "too large")],
)
def test_what_cannot_be_taken_is_told_and_leaves_nothing(read, settings, sent, words, monkeypatch):
    monkeypatch.setattr(spoken_consents, "BYTES_MAX", 4 if "data" in sent else 20 * 2**20)
    answer = read(**sent)
    assert answer.status_code in {413, 422}
    assert words in answer.text
    assert [path for path in settings.consents.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("state", "words"), [(SpokenState.SAID, "Heard as the sentence"), (SpokenState.UNSURE, "To be heard by a reviewer")]
)
def test_the_page_says_how_it_was_heard_with_the_numbers(signed_in, presenter, heard, state, words):
    heard(state)
    page = signed_in.client.get(f"/presenters/{presenter}").text
    assert words in page
    assert "7.4 %" in page
    assert "I Mei Lin" in page


def test_what_the_machine_was_not_sure_of_is_approved_by_who_has_listened(database, presenter, heard, clock):
    heard(SpokenState.UNSURE)
    with database.transaction() as session:
        with pytest.raises(Conflict, match="spoken-unheard"):
            training.approve(session, OPERATOR, presenter, clock())
        assert training.approve(session, OPERATOR, presenter, clock(), listened=True).state is PresenterState.READY


def test_what_says_something_else_is_never_approved(database, presenter, heard, clock):
    heard(SpokenState.OTHER)
    with database.transaction() as session, pytest.raises(Conflict, match="spoken-other"):
        training.approve(session, OPERATOR, presenter, clock(), listened=True)


def test_a_page_that_sends_it_by_itself_gets_the_part_that_asks_on(signed_in, presenter):
    words = spoken_consents.sentence("en", "Mei Lin", signed_in.tenant.name)
    fields = {"language": "en", "shown": consents.digest_of(words), "recording": (io.BytesIO(b"RIFF"), "me.webm")}
    answer = signed_in.client.post(
        f"/presenters/{presenter}/spoken", data=fields, content_type="multipart/form-data", headers={"HX-Request": "true"}
    )
    assert 'hx-trigger="every 2s"' in answer.text
    assert "Being listened to" in answer.text


def test_what_was_heard_once_stays_as_it_was(database, heard, clock):
    row_id = heard(SpokenState.OTHER)
    with database.transaction() as session:
        spoken_consents.heard(session, row_id, SpokenState.SAID, {}, clock())
        assert session.get(SpokenConsent, row_id).state is SpokenState.OTHER


def test_another_tenant_neither_sees_nor_hears_it(stranger, presenter, heard):
    row_id = heard(SpokenState.SAID)
    assert stranger.client.get(f"/presenters/{presenter}/spoken").status_code == 404
    assert stranger.client.get(f"/presenters/{presenter}/spoken/{row_id}.wav").status_code == 404
    assert stranger.client.post(f"/presenters/{presenter}/spoken").status_code == 404
