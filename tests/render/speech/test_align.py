"""Alignment: words are found where a recording says them, and a recording of other words is refused."""

from statistics import median

import numpy as np
import pytest

from render.errors import SpeechRefused
from render.media.wav import read_wav, write_wav
from render.speech.align import DtwAligner
from render.timeline.spoken import SpeechRequest
from render.timeline.time import TICKS_PER_SECOND

TEXT = "今天的天气很好，我们一起去公园散步吧。"
OTHER = "老师说学习语言最重要的是每天练习。"
SECOND = TICKS_PER_SECOND
REQUEST = SpeechRequest("kokoro", "zh", "", TEXT, recording="c" * 64)


@pytest.fixture(scope="module")
def aligner(engine):
    return DtwAligner(engine)


@pytest.fixture
def align(aligner, tmp_path):
    """Aligns samples to a request; the times and the sound that was written."""

    def aligned(samples, request=REQUEST):
        write_wav(tmp_path / "recording.wav", samples)
        times = aligner.align(tmp_path / "recording.wav", request, tmp_path / "speech.wav")
        return times, read_wav(tmp_path / "speech.wav")

    return aligned


def test_words_are_found_where_another_voice_says_them_after_a_silence(align, say):
    true = say(TEXT, voice="zm_yunyang")
    silence = np.zeros(48_000, np.float32)
    times, sound = align(np.concatenate([silence, true.samples * 0.2, silence]))

    assert times.duration == (len(true.samples) + 96_000) * 5 == sound.shape[1] * 5
    assert [(word.start, word.end) for word in times.words] == [(word.start, word.end) for word in true.times.words]
    off = [abs(found.at - SECOND - word.at) / SECOND for found, word in zip(times.words, true.times.words, strict=True)]
    assert median(off) < 0.06
    assert max(off) < 0.3
    assert sum(shape.duration for shape in times.visemes) == times.duration
    assert (times.visemes[0].viseme, times.visemes[-1].viseme) == ("sil", "sil")


def test_a_recording_of_other_words_is_refused(align, say):
    with pytest.raises(SpeechRefused, match="unlike"):
        align(say(OTHER, voice="zm_yunyang").samples)


def test_a_recording_of_a_single_word_is_refused(align, say):
    with pytest.raises(SpeechRefused, match="unlike"):
        align(say("今天的天气", voice="zf_xiaobei").samples[:24_000])


def test_silence_is_refused(align):
    with pytest.raises(SpeechRefused, match="silent"):
        align(np.zeros(48_000, np.float32))


def test_words_of_a_language_without_a_voice_are_spread_over_the_recording(align):
    hum = np.sin(np.arange(96_000) / 20).astype(np.float32) * 0.2
    times, _ = align(hum, SpeechRequest("kokoro", "th", "", "สวัสดีชาวโลก", recording="c" * 64))
    assert times.duration == 2 * SECOND
    assert times.words[-1].at + times.words[-1].duration <= 2 * SECOND
    assert (times.visemes, times.estimated) == ((), False)
