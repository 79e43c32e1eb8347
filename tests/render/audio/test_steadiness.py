"""How steadily somebody speaks: told from syllables, pauses and what is heard between them."""

import numpy as np
import pytest

from render.audio.steadiness import SAMPLE_RATE, steadiness

SYLLABLE_S, BETWEEN_S = 0.16, 0.06


def spoken(seconds: float) -> np.ndarray:
    """Something like speech: syllables of a voice with some harmonics, five a second."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 140 * part * at) / part for part in (1, 3, 5, 8))
    inside = (at % (SYLLABLE_S + BETWEEN_S)) / SYLLABLE_S
    return (0.12 * voice * np.where(inside < 1, np.sin(np.pi * inside.clip(0, 1)), 0)).astype(np.float32)


def quiet(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def recorded(*parts: np.ndarray, noise_db: float = -65.0) -> np.ndarray:
    """The parts one after the other, in a room that is never quite silent."""
    sound = np.concatenate(parts)
    noise = np.random.default_rng(5).normal(0, 10 ** (noise_db / 20), sound.size)
    return (sound + noise).astype(np.float32)[None]


def talked(phrase_s: float, pause_s: float, seconds: float = 36) -> list[np.ndarray]:
    return [part for _ in range(round(seconds / (phrase_s + pause_s))) for part in (spoken(phrase_s), quiet(pause_s))]


def test_whoever_reads_aloud_speaks_nearly_all_the_time() -> None:
    found = steadiness(recorded(*talked(3.2, 0.8)))

    assert 75 <= found.speech_percent <= 90
    assert 600 <= found.pause_ms <= 1_000
    assert found.above_db > 30


def test_words_now_and_then_are_told_by_their_share_and_their_pauses() -> None:
    found = steadiness(recorded(*talked(2, 4)))

    assert 25 <= found.speech_percent <= 42
    assert 3_700 <= found.pause_ms <= 4_200


def test_the_steadiest_half_minute_counts() -> None:
    found = steadiness(recorded(quiet(8), *talked(4, 0.5), quiet(8)))

    assert found.speech_percent > 80
    assert found.pause_ms < 1_000


@pytest.mark.parametrize("samples", [quiet(31)[None], np.zeros((2, 0), np.float32), recorded(quiet(31), noise_db=-80)])
def test_silence_is_no_speech(samples: np.ndarray) -> None:
    assert steadiness(samples).speech_percent == 0


def test_a_voice_among_noise_does_not_stand_out() -> None:
    assert steadiness(recorded(*talked(3, 0.8), noise_db=-26)).above_db < 15
    assert steadiness(recorded(*talked(3, 0.8), noise_db=-50)).above_db > 20


def test_how_loud_it_was_recorded_changes_nothing() -> None:
    sound = recorded(*talked(3, 1))

    assert steadiness(sound * np.float32(0.1)) == steadiness(sound)


def test_clicks_are_no_speech() -> None:
    clicks = quiet(32)
    clicks[:: SAMPLE_RATE // 2] = 0.9

    assert steadiness(recorded(*talked(4, 0.5, 9), clicks)).speech_percent < 40
