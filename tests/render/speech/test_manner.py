"""A voice's manner: higher or lower, firmer or softer, by exactly as much as was asked for, and nothing else changed by it."""

from dataclasses import replace

import numpy as np
import pytest

from render.audio.loudness import integrated_lufs
from render.errors import SpeechRefused
from render.media.wav import read_wav
from render.presets.voices import STYLES, VOICES
from render.speech.weights import with_pitch
from render.timeline.spoken import SpeechRequest
from render.timeline.voicing import speech_digest

HELLO = SpeechRequest("kokoro", "en", "af_heart", "Good morning, my dear neighbours.")
RATE = 48_000


@pytest.fixture(scope="module")
def spoken(engine, tmp_path_factory):
    """Says hello with some fields changed; gives its samples and times."""
    wav = tmp_path_factory.mktemp("manner") / "hello.wav"

    def say(**changes):
        times = engine.synthesize(replace(HELLO, **changes), wav)
        return read_wav(wav)[0], times

    return say


@pytest.fixture(scope="module")
def plain(spoken):
    return spoken()


@pytest.mark.parametrize("cents", [-300, 200])
def test_a_pitch_is_met_to_a_quarter_of_a_semitone_and_no_word_moves(plain, spoken, cents):
    samples, times = spoken(pitch=cents)
    assert 1_200 * np.log2(_hertz(samples) / _hertz(plain[0])) == pytest.approx(cents, abs=25)
    assert times == plain[1]
    assert integrated_lufs(samples[None]) == pytest.approx(integrated_lufs(plain[0][None]), abs=0.3)


def test_energy_lifts_the_upper_tones_and_keeps_the_loudness(plain, spoken):
    firm, times = spoken(energy=60)
    assert _brightness_db(firm) - _brightness_db(plain[0]) == pytest.approx(6, abs=0.7)
    assert integrated_lufs(firm[None]) == pytest.approx(integrated_lufs(plain[0][None]), abs=0.4)
    assert times == plain[1]
    assert _hertz(firm) == pytest.approx(_hertz(plain[0]), rel=0.01)


def test_more_than_a_voice_can_do_is_refused(engine, tmp_path):
    with pytest.raises(SpeechRefused, match="pitch"):
        engine.synthesize(replace(HELLO, pitch=401), tmp_path / "x.wav")
    with pytest.raises(SpeechRefused, match="energy"):
        engine.synthesize(replace(HELLO, energy=-61), tmp_path / "x.wav")


def test_what_was_voiced_before_manners_keeps_its_name():
    # The digest that this request had before `pitch` and `energy` were fields of it.
    before = SpeechRequest("kokoro-82m-1.0/b9caec49889f/2", "zh", "zf_xiaoyi", "保温十二小时。")
    assert speech_digest(before) == BEFORE
    assert speech_digest(replace(before, pitch=100)) != BEFORE
    assert speech_digest(replace(before, energy=20)) != BEFORE


def test_every_style_is_one_that_every_embedded_voice_can_do():
    assert STYLES[0] == type(STYLES[0])("standard")
    assert all(abs(style.pitch) <= 400 and abs(style.energy) <= 60 and 500 <= style.rate <= 2_000 for style in STYLES)
    assert all(voice.changes >= {"rate", "pitch", "energy"} for voice in VOICES)


def test_another_model_is_not_given_a_pitch():
    with pytest.raises(ValueError, match="not the model"):
        with_pitch(b"another model")


BEFORE = "13539f427027d5e609c20b9f0d14ee927a0c196449178a960815f08868e771f8"


def _hertz(samples):
    """The median frequency of what is voiced: the highest peak of the autocorrelation of 40 ms, refined by a parabola."""
    window, found = RATE // 25, []
    for start in range(0, len(samples) - window, RATE // 100):
        part = samples[start : start + window].astype(np.float64)
        spectrum = np.fft.rfft(part - part.mean(), 2 * window)
        likeness = np.fft.irfft(np.abs(spectrum) ** 2)[:window] / np.arange(window, 0, -1)
        lag = RATE // 500 + int(np.argmax(likeness[RATE // 500 : RATE // 90]))
        if likeness[lag] > 0.8 * likeness[0] and likeness[0] > 1e-4:
            before, here, after = likeness[lag - 1 : lag + 2]
            found.append(RATE / (lag + 0.5 * (before - after) / (before - 2 * here + after)))
    return float(np.median(found))


def _brightness_db(samples):
    power, hertz = np.abs(np.fft.rfft(samples)) ** 2, np.fft.rfftfreq(len(samples), 1 / RATE)
    upper, lower = (power[(hertz > low) & (hertz < high)].sum() for low, high in ((4_000, 8_000), (80, 500)))
    return 10 * np.log10(upper / lower)
