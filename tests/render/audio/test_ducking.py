import numpy as np

from render.audio.ducking import ducking_curve, gain_between, speaking_steps

RATE = 48_000


def spoken(*ranges_s: tuple[float, float], seconds: float = 8.0) -> np.ndarray:
    voice = np.zeros((2, round(seconds * RATE)), np.float32)
    for start, end in ranges_s:
        part = slice(round(start * RATE), round(end * RATE))
        voice[:, part] = 0.1 * np.sin(np.arange(part.stop - part.start) * 2 * np.pi * 200 / RATE)
    return voice


def ducking_gain(voice: np.ndarray) -> np.ndarray:
    return gain_between(ducking_curve(speaking_steps(voice)), 0, voice.shape[1])


def test_nothing_gives_way_to_silence() -> None:
    assert np.array_equal(ducking_gain(spoken()), np.ones(8 * RATE, np.float32))
    assert ducking_gain(np.zeros((2, 0), np.float32)).shape == (0,)


def test_under_speech_it_is_twelve_decibels_softer_and_elsewhere_it_is_not() -> None:
    gain = ducking_gain(spoken((3, 5)))
    decibels = 20 * np.log10(gain)
    assert np.allclose(decibels[round(3.1 * RATE) : round(4.9 * RATE)], -12, atol=0.1)
    assert np.allclose(decibels[: round(2.5 * RATE)], 0, atol=0.01)
    assert np.allclose(decibels[round(6 * RATE) :], 0, atol=0.01)


def test_it_is_down_when_the_first_sound_comes() -> None:
    gain = ducking_gain(spoken((3, 5)))
    assert 20 * np.log10(gain[3 * RATE]) < -8


def test_it_stays_down_between_words() -> None:
    gain = ducking_gain(spoken((2, 3), (3.3, 4.3), (4.6, 5)))
    assert 20 * np.log10(gain[round(2.2 * RATE) : round(4.8 * RATE)].max()) < -11


def test_it_moves_smoothly() -> None:
    gain = ducking_gain(spoken((1, 2), (4, 6)))
    decibels_per_10_ms = np.abs(np.diff(20 * np.log10(gain[::480])))
    assert decibels_per_10_ms.max() < 1.0
    assert np.abs(np.diff(gain)).max() < 0.001
