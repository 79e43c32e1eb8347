"""Pace without pitch."""

import numpy as np
import pytest

from render.audio.tempo import at_speed

RATE = 48_000


def tone(hertz: float, seconds: float) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)[None]


def pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples[0] * np.hanning(samples.shape[1])))
    return float(spectrum.argmax()) * RATE / samples.shape[1]


@pytest.mark.parametrize("speed", [100, 500, 900, 1_250, 2_000, 10_000])
def test_a_tone_keeps_its_pitch_and_loudness(speed):
    source = tone(220, 2)
    played = at_speed(source, speed)
    assert played.shape == (1, source.shape[1] * 1_000 // speed)
    assert pitch(played) == pytest.approx(220, abs=6)
    middle = played[0, played.shape[1] // 4 : played.shape[1] * 3 // 4]
    assert float(np.sqrt((middle**2).mean())) == pytest.approx(0.3 / np.sqrt(2), rel=0.12)


def test_a_sound_at_its_own_pace_is_itself_and_nothing_is_nothing():
    source = tone(220, 0.1)
    assert at_speed(source, 1_000) is source
    assert at_speed(source[:, :0], 2_000).shape == (1, 0)
    assert at_speed(source[:, :90], 10_000).shape == (1, 9)


def test_what_comes_first_still_comes_first():
    click = np.zeros((2, RATE), np.float32)
    click[:, RATE // 2 : RATE // 2 + 2_000] = tone(440, 1)[:, :2_000]
    half = at_speed(click, 500)
    assert abs(int(np.abs(half[0]).argmax()) - RATE) < 4_000
