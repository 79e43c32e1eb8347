"""The speech role: what is wanted is said once, written down with its times, and told."""

import errno
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from render.errors import SetupIncomplete, SpeechRefused
from render.ports.speech import BrokenOff
from render.presets.voices import SPEECH_ENGINE
from render.timeline.spoken import SpeechRequest, SpokenTimes, Word
from render.timeline.voicing import speech_digest
from roles import speech
from roles.house import House
from tests.exporting import keep, small_document
from webapp.models.asset import Asset, AssetKind
from webapp.services import artefacts, linking, material, projects
from webapp.services.voices import For, Wish

REQUEST = SpeechRequest(SPEECH_ENGINE, "zh", "zf_xiaoyi", "保温十二小时。")
DIGEST = speech_digest(REQUEST)
TIMES = SpokenTimes(240_000, (Word(0, 1, 0, 24_000),))


class Speaker:
    """Says everything in one second, or refuses."""

    version = SPEECH_ENGINE

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal, self.said, self.broken = refusal, [], threading.Event()

    def break_off(self) -> None:
        self.broken.set()

    def synthesize(self, request: SpeechRequest, wav: Path) -> SpokenTimes:
        if self.refusal is not None:
            raise self.refusal
        self.said.append(request)
        wav.write_bytes(b"sound")
        return TIMES


@pytest.fixture
def heard(settings, database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The projects that were told; there is no server for frames, so nobody's playhead says what is needed first."""
    told: list[str] = []
    monkeypatch.setattr(speech, "house", lambda: House(settings, database))
    monkeypatch.setattr(speech.previews, "at", lambda *_: SimpleNamespace(client=None))
    monkeypatch.setattr(speech.voices, "wishes", lambda _there, bell, *, wished: iter([bell]))  # noqa: ARG005 - called by name
    monkeypatch.setattr(speech.previews, "tell", lambda *_: None)
    monkeypatch.setattr(speech, "nudge_project", lambda project_id, *_: told.append(project_id))
    return told


def speak_with(speaker: Speaker, monkeypatch: pytest.MonkeyPatch) -> Speaker:
    monkeypatch.setattr(speech, "engine", lambda: speaker)
    return speaker


def wish(database, clock) -> None:
    with database.transaction() as session:
        linking.want(session, {DIGEST: REQUEST}, clock())


def test_a_wanted_passage_is_said_once_and_told(settings, database, clock, heard, monkeypatch) -> None:
    speaker = speak_with(Speaker(), monkeypatch)
    wish(database, clock)
    speech.voice(DIGEST, "project")
    speech.voice(DIGEST, "project")
    assert speaker.said == [REQUEST]
    assert heard == ["project"]
    assert artefacts.place(settings.artefacts, DIGEST, "wav").read_bytes() == b"sound"
    with database.reading() as session:
        assert linking.times_of(session, [DIGEST]) == {DIGEST: TIMES}


def test_a_full_disk_leaves_no_half_sound_and_the_passage_is_said_once_there_is_room(settings, database, clock, heard, monkeypatch) -> None:
    speak_with(Speaker(OSError(errno.ENOSPC, "no space")), monkeypatch)
    wish(database, clock)
    with pytest.raises(OSError, match="no space"):
        speech.voice(DIGEST, "project")
    assert [path for path in settings.artefacts.rglob("*") if path.is_file()] == []
    speak_with(Speaker(), monkeypatch)
    speech.voice(DIGEST, "project")

    assert heard == ["project"]
    with database.reading() as session:
        assert linking.times_of(session, [DIGEST]) == {DIGEST: TIMES}


def test_what_was_said_meanwhile_is_passed_over_for_what_was_not(database, clock, heard, monkeypatch) -> None:
    speaker = speak_with(Speaker(), monkeypatch)
    wish(database, clock)
    other = replace(REQUEST, text="还有两小时。")
    with database.transaction() as session:
        linking.want(session, {speech_digest(other): other}, clock())
    lists = [Wish(DIGEST, "first"), Wish(speech_digest(other), "second")]
    monkeypatch.setattr(speech.voices, "wishes", lambda *_, **__: iter(lists))

    for _ in range(3):
        speech.voice("f" * 64, "anybody", "wish")

    assert (speaker.said, heard) == ([REQUEST, other], ["first", "second"])


class Hesitant(Speaker):
    """Says the first thing for as long as nobody breaks it off."""

    def synthesize(self, request: SpeechRequest, wav: Path) -> SpokenTimes:
        if not self.broken.is_set():
            wav.write_bytes(b"hal")
            assert self.broken.wait(30)
            raise BrokenOff
        return super().synthesize(request, wav)


@pytest.mark.parametrize(("audience", "asked_again"), [(For.NOBODY, [DIGEST]), (For.WATCHER, [])])
def test_what_is_said_in_vain_is_broken_off_for_what_is_not(settings, database, clock, heard, monkeypatch, audience, asked_again) -> None:
    speaker, other, rung = speak_with(Hesitant(), monkeypatch), replace(REQUEST, text="还有两小时。"), []
    with database.transaction() as session:
        linking.want(session, {DIGEST: REQUEST, speech_digest(other): other}, clock())
    lists = [Wish(DIGEST, "first", audience), Wish(speech_digest(other), "second", For.WATCHER)]
    monkeypatch.setattr(speech.voices, "wishes", lambda *_, **__: iter(lists))
    monkeypatch.setattr(speech, "Attention", lambda _there, _reading, wish: SimpleNamespace(in_vain=lambda: wish.project_id == "first"))
    monkeypatch.setattr(speech.voices, "put_back", lambda _there, wish, **_: rung.append(wish.digest))

    speech.voice(DIGEST, "first", "wish")

    assert (speaker.said, heard, rung) == ([other], ["second"], asked_again)
    assert not artefacts.place(settings.artefacts, DIGEST, "wav").exists()
    with database.reading() as session:
        assert linking.wanted(session, DIGEST) == REQUEST


def test_words_of_a_project_that_was_thrown_away_are_not_said(signed_in, database, clock, heard, monkeypatch) -> None:
    speaker = speak_with(Speaker(), monkeypatch)
    wish(database, clock)
    project = keep(database, signed_in.tenant, small_document(REQUEST.text))
    with database.transaction() as session:
        projects.throw_away(session, signed_in.tenant, project.id, clock())
    speech.voice(DIGEST, project.id)
    assert (speaker.said, heard) == ([], [])


def test_a_passage_that_cannot_be_said_is_written_down_as_refused_and_leaves_no_file(settings, database, clock, heard, monkeypatch) -> None:
    speak_with(Speaker(SpeechRefused("nothing-to-say")), monkeypatch)
    wish(database, clock)
    speech.voice(DIGEST, "project")
    with database.reading() as session:
        assert linking.wanted(session, DIGEST) is None
    assert heard == ["project"]
    assert not any(settings.artefacts.rglob("*.wav"))


def test_an_unknown_passage_is_left_alone(heard, monkeypatch) -> None:
    speaker = speak_with(Speaker(), monkeypatch)
    speech.voice(DIGEST, "project")
    assert (speaker.said, heard) == ([], [])


def test_the_voice_is_warmed_in_both_languages(monkeypatch) -> None:
    speaker = speak_with(Speaker(), monkeypatch)
    speech.warm_up()
    assert [request.language for request in speaker.said] == ["zh", "en"]


def test_a_worker_without_models_says_so_and_waits(monkeypatch) -> None:
    speak_with(Speaker(SetupIncomplete("model-missing")), monkeypatch)
    speech.warm_up()


RECORDED = SpeechRequest(SPEECH_ENGINE, "zh", "", REQUEST.text, recording="c" * 64)


class Aligner:
    """Finds every word at once, in the recording that it is given."""

    def __init__(self, _engine) -> None:
        pass

    def align(self, recording: Path, _request: SpeechRequest, wav: Path) -> SpokenTimes:
        wav.write_bytes(recording.read_bytes())
        return TIMES


@pytest.fixture
def recorded(signed_in, settings, database, clock, heard, monkeypatch) -> str:
    """A project that wants a recording to be aligned; its id."""
    monkeypatch.setattr(speech, "DtwAligner", Aligner)
    speak_with(Speaker(), monkeypatch)
    with database.transaction() as session:
        linking.want(session, {speech_digest(RECORDED): RECORDED}, clock())
    return keep(database, signed_in.tenant, small_document(REQUEST.text)).id


def own(session, settings, tenant, clock) -> None:
    """The tenant has the recording in its library."""
    session.add(Asset(tenant_id=tenant.id, digest=RECORDED.recording, kind=AssetKind.AUDIO, media_type="audio/wav", created_at=clock()))
    sound = material.place(settings.artefacts, RECORDED.recording, material.Part.SOUND)
    sound.parent.mkdir(parents=True, exist_ok=True)
    sound.write_bytes(b"recording")


def test_a_recording_of_the_tenants_is_aligned_and_heard_instead_of_a_voice(recorded, settings, database, signed_in, clock) -> None:
    with database.transaction() as session:
        own(session, settings, signed_in.tenant, clock)
    speech.voice(speech_digest(RECORDED), recorded)
    assert artefacts.place(settings.artefacts, speech_digest(RECORDED), "wav").read_bytes() == b"recording"
    with database.reading() as session:
        assert linking.times_of(session, [speech_digest(RECORDED)]) == {speech_digest(RECORDED): TIMES}


def test_another_tenants_recording_is_not_heard(recorded, settings, database, stranger, clock) -> None:
    with database.transaction() as session:
        own(session, settings, stranger.tenant, clock)
    speech.voice(speech_digest(RECORDED), recorded)
    with database.reading() as session:
        assert linking.times_of(session, [speech_digest(RECORDED)]) == {}
        assert linking.wanted(session, speech_digest(RECORDED)) == RECORDED
