"""A consent read aloud in the worker: read in a cell, written down, held against its sentence and against the film's voice."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest

from render.media.wav import write_wav
from render.ports.speech import Transcript
from roles import spoken
from roles.base import claimed
from roles.house import House
from webapp.models.job import JobState
from webapp.models.presenter import Consent, Presenter
from webapp.models.spoken import SpokenConsent, SpokenState
from webapp.services import consents, material, presenters, spoken_consents
from webapp.services.material import Part
from webapp.services.spoken_consents import Read

SENTENCE = "I, Mei Lin, am aware that recordings of my voice will be used by {user} to create and use a synthetic version of my voice."


@pytest.fixture
def here(settings, database, monkeypatch):
    place = House(replace(settings), database)
    monkeypatch.setattr(spoken, "house", lambda: place)
    monkeypatch.setattr(spoken, "nudge_tenant", lambda *_: None)
    return place


@pytest.fixture
def ears(monkeypatch):
    """What the networks would hear: a text, and how alike two voices are."""
    told = {"text": "", "likeness": None}

    class Writes:
        version = "writes/1"

        def __init__(self, _models): ...
        def write_down(self, samples, _language):
            assert samples.ndim == 1
            return Transcript(told["text"], -0.1, 0.0)

    class Compares(Writes):
        def likeness(self, one, other):
            assert min(len(one), len(other)) > 16_000
            return told["likeness"]

    monkeypatch.setattr(spoken, "Transcriber", Writes)
    monkeypatch.setattr(spoken, "SpeakerComparer", Compares)
    return told


@pytest.fixture
def work(here, signed_in, clock, tmp_path):
    """Has bytes heard as Mei Lin's consent; gives the row and the job afterwards. `film` is the sound of her film."""

    def run(data, *, film=None):
        with here.database.transaction() as session:
            consent = Consent(tenant_id=signed_in.tenant.id, subject_name="Mei Lin", language="en", created_at=clock())
            session.add(consent)
            session.flush()
            presenter = Presenter(tenant_id=signed_in.tenant.id, name="Mei Lin", consent_id=consent.id)
            session.add(presenter)
            session.flush()
            taken = spoken_consents.keep(here.settings.consents, consent.id, io.BytesIO(data), here.storage)
            shown = consents.digest_of(spoken_consents.sentence("en", "Mei Lin", signed_in.tenant.name))
            job = spoken_consents.bring(session, signed_in.tenant, signed_in.user, consent, Read(taken, "en", shown), now=clock())
        if film is not None:
            _film(here, presenter.id, film)
        with claimed(job.id, here.database) as running:
            spoken.hear(running)
        with here.database.reading() as session:
            return session.get_one(SpokenConsent, taken.id), session.get_one(type(job), job.id)

    return run


def _film(here, presenter_id, sound):
    """As ingest leaves it: the original beside the presenter, its sound among the artefacts by the original's digest."""
    original = presenters.original_of(here.settings.presenters, presenter_id)
    original.parent.mkdir(parents=True)
    original.write_bytes(b"film")
    digest = hashlib.sha256(b"film").hexdigest()
    place = material.place(here.settings.artefacts, digest, Part.SOUND)
    place.parent.mkdir(parents=True)
    place.write_bytes(sound)
    here.storage.keep(original)
    here.storage.keep(place)


@pytest.fixture
def wav(tmp_path):
    """Two seconds of a tone, as a file's bytes."""
    path = tmp_path / "tone.wav"
    write_wav(path, (0.2 * np.sin(np.arange(96_000) / 30)).astype(np.float32)[None])
    return path.read_bytes()


def test_the_sentence_passes_and_what_was_heard_is_kept(work, ears, wav, here, signed_in):
    ears["text"] = SENTENCE.format(user=signed_in.tenant.name)
    row, job = work(wav)
    assert (row.state, job.state) == (SpokenState.SAID, JobState.DONE)
    assert (row.findings["heard"], row.findings["differing"], row.findings["likeness"]) == (ears["text"], 0, None)
    assert row.heard_at is not None
    assert spoken_consents.sound_of(here.settings.consents, row.consent_id, row.id).is_file()


def test_another_voice_than_the_film_s_is_for_a_reviewer(work, ears, wav, signed_in):
    ears.update(text=SENTENCE.format(user=signed_in.tenant.name), likeness=0.5)
    row, _ = work(wav, film=wav)
    assert (row.state, row.findings["reasons"], row.findings["likeness"]) == (SpokenState.UNSURE, ["voice"], 500)


def test_other_words_are_told(work, ears, wav):
    ears["text"] = "What a fine day it is."
    assert work(wav)[0].state is SpokenState.OTHER


def test_what_is_no_sound_was_not_heard_and_the_job_is_done(work, ears):
    row, job = work(b"this is no sound")
    assert (row.state, row.findings["reasons"], job.state) == (SpokenState.UNHEARD, ["unreadable"], JobState.DONE)
