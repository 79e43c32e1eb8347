"""Voices of another's server in the worker: what comes is checked, made what speech is here, and its words are found."""

import pytest
from flask import Response

from render.errors import SpeechRefused
from render.media.wav import read_wav
from render.timeline.spoken import SpeechRequest, SpokenTimes
from roles.outside_voices import OutsideVoices
from tests.speech_server import speaker, tone, wav
from webapp.servers import SpeechServer, speech_server


class Finds:
    """An aligner that finds everything, or says that it is something else."""

    version = "finds"

    def __init__(self, refusal=None):
        self.refusal = refusal

    def align(self, recording, _request, out):
        if self.refusal:
            raise SpeechRefused(self.refusal)
        out.write_bytes(recording.read_bytes())
        return SpokenTimes(read_wav(recording).shape[1] * 5)


@pytest.fixture(scope="module")
def running():
    with speaker() as held:
        yield held


@pytest.fixture
def server(running) -> SpeechServer:
    running.answers.clear()
    return speech_server({"PIYING_SPEECH_URL": running.url, "PIYING_SPEECH_KEY": running.key, "PIYING_SPEECH_VOICES": "alloy:en:female"})


@pytest.fixture
def hello(server):
    return SpeechRequest("e", "en", server.voices[0].id, "Hello there.")


def test_the_sound_is_brought_to_48_khz_with_its_whole_length(server, hello, tmp_path):
    times = OutsideVoices(server, Finds()).synthesize(hello, tmp_path / "a.wav")
    assert times.duration == 240_000
    assert read_wav(tmp_path / "a.wav").shape[1] == 48_000


def test_words_that_cannot_be_found_are_spread_over_it(server, hello, tmp_path):
    times = OutsideVoices(server, Finds("unlike")).synthesize(hello, tmp_path / "a.wav")
    assert [(word.start, word.end) for word in times.words] == [(0, 5), (6, 11)]
    assert (times.duration, times.visemes, times.estimated) == (240_000, (), False)


def test_a_streamed_wav_that_says_no_length_is_taken_whole(server, hello, running, tmp_path):
    streamed = bytearray(wav(tone()))
    streamed[4:8] = streamed[40:44] = b"\xff\xff\xff\xff"
    running.answers.append(Response(bytes(streamed)))
    assert OutsideVoices(server, Finds()).synthesize(hello, tmp_path / "a.wav").duration == 240_000


@pytest.mark.parametrize("data", [b"no sound at all", wav(b""), wav(tone(), rate=100), wav(tone())[:30]])
def test_what_is_no_speech_is_refused(server, hello, running, tmp_path, data):
    running.answers.append(Response(data))
    with pytest.raises(SpeechRefused):
        OutsideVoices(server, Finds()).synthesize(hello, tmp_path / "a.wav")


def test_a_voice_that_the_settings_name_no_more_is_refused(server, tmp_path):
    with pytest.raises(SpeechRefused, match="voice"):
        OutsideVoices(server, Finds()).synthesize(SpeechRequest("e", "en", "ext-gone", "Hello."), tmp_path / "a.wav")
