"""The OpenAI-compatible voices against a server that keeps the published schema."""

from dataclasses import replace

import pytest
from flask import Response

from tests.speech_server import speaker, tone, wav
from webapp.errors import Invalid, SettingsWrong, Unavailable
from webapp.providers.speech import openai
from webapp.servers import SpeechServer, speech_server


@pytest.fixture(scope="module")
def running():
    with speaker() as held:
        yield held


@pytest.fixture
def told(running):
    running.asked.clear()
    running.answers.clear()
    return running


@pytest.fixture
def server(told):
    return SpeechServer(told.url, "tts-1", "Test", told.key, timeout_s=5)


@pytest.fixture
def say(server):
    """Says hello without waiting between attempts; `waits` is how long it would have."""
    waits: list[float] = []

    def asked(**changes):
        given = {"text": "Hello.", "voice": "alloy", "rate": 1_000} | {key: changes.pop(key) for key in ("text", "rate") if key in changes}
        return openai.say(replace(server, **changes), given["text"], given["voice"], given["rate"], wait=waits.append)

    asked.waits = waits
    return asked


def test_a_text_is_asked_for_as_the_schema_says(say, told):
    assert say(rate=1_250) == wav(tone())
    assert told.asked == [{"model": "tts-1", "input": "Hello.", "voice": "alloy", "response_format": "wav", "speed": 1.25}]


def test_bare_samples_are_asked_for_where_the_settings_say_so(say):
    assert say(form="pcm") == tone()


def test_what_passes_is_tried_again_when_the_server_says(say, told):
    told.answers += [Response("", 429, {"Retry-After": "3"}), Response("", 503)]
    assert say() == wav(tone())
    assert say.waits == [3, 2]


def test_a_server_that_stays_away_is_said_to_be_away(say, told):
    told.answers += [Response("", 500)] * 3
    with pytest.raises(Unavailable, match="speech-away"):
        say()
    assert len(told.asked) == 3
    with pytest.raises(Unavailable, match="speech-away"):
        say(url="http://127.0.0.1:1/v1")


@pytest.mark.parametrize("answer", [Response('{"error": {}}', 400), Response("", 302, {"Location": "http://127.0.0.1:1/"})])
def test_a_refusal_is_not_asked_again_and_no_redirect_is_followed(say, told, answer):
    told.answers += [answer]
    with pytest.raises(Invalid, match="speech-refused"):
        say()
    assert len(told.asked) == 1


def test_a_wrong_key_and_too_long_a_text_are_refusals(say, told):
    with pytest.raises(Invalid):
        say(key="wrong")
    with pytest.raises(Invalid):
        say(text="a" * 4_097)
    assert told.asked == []


def test_more_than_a_sound_is_not_taken(say, told, monkeypatch):
    monkeypatch.setattr(openai, "SOUND_BYTES_MAX", 1_000)
    with pytest.raises(Invalid):
        say()


def test_settings_name_voices_with_ids_that_change_with_the_model():
    named = {"PIYING_SPEECH_URL": "https://tts.example/v1/", "PIYING_SPEECH_VOICES": "alloy:en:female, nova:zh:male"}
    one = speech_server(named)
    other = speech_server(named | {"PIYING_SPEECH_MODEL": "tts-2"})
    assert one.url == "https://tts.example/v1"
    assert [(voice.language, voice.sex, voice.changes) for voice in one.voices] == [
        ("en", "female", frozenset({"rate"})),
        ("zh", "male", frozenset({"rate"})),
    ]
    assert set(one.names.values()) == {"alloy", "nova"}
    assert not {voice.id for voice in one.voices} & {voice.id for voice in other.voices}
    assert speech_server({}) is None


@pytest.mark.parametrize(
    "wrong", [{"PIYING_SPEECH_URL": "tts.example"}, {"PIYING_SPEECH_FORMAT": "mp3"}, {"PIYING_SPEECH_VOICES": "alloy"}]
)
def test_settings_that_cannot_be_run_with_are_told(wrong):
    with pytest.raises(SettingsWrong):
        speech_server({"PIYING_SPEECH_URL": "https://tts.example/v1"} | wrong)
