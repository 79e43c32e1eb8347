"""Finding silences."""

import numpy as np

from render.audio.silence import silences
from render.timeline.time import TimeRange

RATE = 48_000


def sound(*parts: tuple[float, float]) -> np.ndarray:
    """Stretches of a tone: seconds and loudness."""
    waves = [level * np.sin(2 * np.pi * 300 * np.arange(round(seconds * RATE)) / RATE) for seconds, level in parts]
    return np.concatenate(waves).astype(np.float32)[None]


def test_a_pause_is_found_and_leaves_a_breath_on_both_sides():
    assert silences(sound((1, 0.3), (1, 0), (1, 0.3))) == (TimeRange(254_400, 211_200),)


def test_silence_at_the_ends_goes_to_the_ends():
    first, last = silences(sound((0.5, 0), (1, 0.3), (0.5, 0)))
    assert first == TimeRange(0, 105_600)
    assert last.end == 480_000


def test_a_quiet_room_is_silence_and_a_short_gap_is_not():
    assert len(silences(sound((1, 0.3), (0.5, 0.001), (1, 0.3)))) == 1
    assert silences(sound((1, 0.3), (0.1, 0), (1, 0.3))) == ()


def test_a_sound_that_is_silent_all_over_is_one_silence_and_nothing_has_none():
    assert silences(np.zeros((2, RATE), np.float32)) == (TimeRange(0, 240_000),)
    assert silences(np.zeros((2, 10), np.float32)) == ()
