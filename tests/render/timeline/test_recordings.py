"""Uploaded voice-overs: a recording is aligned where a voice would speak."""

from render.timeline import codec
from render.timeline.resolve import resolve
from render.timeline.sentences import sentences
from render.timeline.voicing import link, sentence_requests, speech_digest, speech_requests, spread

SOUND = "c" * 64


def recorded(language="zh"):
    block = {"id": "b", "texts": {"zh": {"text": "你好，世界。再见！"}}, "voices": {"zh": "zf_xiaoyi"}, "recordings": {language: SOUND}}
    return codec.read({"scenes": [{"id": "s", "blocks": [block]}]})


def request(held):
    return speech_requests(held, "zh", "engine")["b"]


def test_a_recording_is_one_request_whatever_voice_and_pace_are_set():
    asked = request(recorded())
    assert (asked.recording, asked.voice, asked.rate) == (SOUND, "", 1_000)
    assert [part.request for part in sentences(asked)] == [asked]
    assert sentence_requests([asked]) == {speech_digest(asked): asked}


def test_a_recording_in_another_language_leaves_the_voice():
    assert request(recorded("en")).recording == ""


def test_a_request_without_a_recording_keeps_its_name():
    asked = request(recorded("en"))
    facts = {"engine": "engine", "language": "zh", "voice": "zf_xiaoyi", "text": asked.text, "rate": 1_000, "pronunciations": []}
    assert speech_digest(asked) == codec.digest(facts) != speech_digest(request(recorded()))


def test_the_manifest_carries_the_aligned_times_under_the_name_of_the_request():
    held = recorded()
    times = spread(request(held), 960_000)
    manifest = link(held, "zh", "engine", {speech_digest(request(held)): times})
    block = resolve(held, manifest).scenes[0].blocks[0]
    assert manifest.complete
    assert (block.range.duration, block.speech_digest) == (960_000, speech_digest(request(held)))
    assert block.times.words[-1].at + block.times.words[-1].duration <= 960_000
    assert [cue.text for cue in resolve(held, manifest).cues] == ["你好，世界。", "再见！"]
