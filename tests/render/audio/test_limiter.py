import numpy as np

from render.audio.limiter import LOOK_AHEAD_SAMPLES, limit, oversampled_peaks


def test_what_is_soft_passes_unchanged() -> None:
    samples = np.random.default_rng(1).uniform(-0.2, 0.2, (2, 9_600)).astype(np.float32)
    assert np.array_equal(limit(samples, -1.0), samples)


def test_no_peak_passes_the_ceiling_whatever_comes() -> None:
    random = np.random.default_rng(2)
    for kind in range(4):
        samples = random.standard_normal((2, 48_000)).astype(np.float32) * (0.2 + kind)
        samples[:, random.integers(0, 48_000, 20)] = 3.0
        limited = limit(samples, -1.0)
        assert float(oversampled_peaks(limited).max()) <= 10 ** (-1.0 / 20)


def test_the_gain_falls_before_the_peak_and_comes_back_slowly() -> None:
    samples = np.full((1, 48_000), 0.1, np.float32)
    samples[0, 20_000] = 2.0
    gain = (limit(samples, 0.0) / samples)[0]
    assert gain[20_000] <= 0.5
    assert gain[20_000 - 2 * LOOK_AHEAD_SAMPLES - 144] == 1
    assert gain[20_000 - LOOK_AHEAD_SAMPLES] < 1
    assert gain[20_000 + 2_400] < 0.8
    assert gain[20_000 + 12_000] == 1
    assert np.abs(np.diff(gain)).max() < 0.01


def test_both_sides_are_turned_down_together() -> None:
    samples = np.zeros((2, 9_600), np.float32)
    samples[0] = 1.8 * np.sin(np.arange(9_600) / 20)
    samples[1] = 0.3 * np.sin(np.arange(9_600) / 33)
    limited = limit(samples)
    ratio = limited[1, 1_000:8_000] / np.where(np.abs(samples[1, 1_000:8_000]) > 0.1, samples[1, 1_000:8_000], np.nan)
    assert np.nanmax(ratio) < 0.75


def test_the_very_first_and_last_samples_are_watched_too() -> None:
    samples = np.zeros((1, 4_800), np.float32)
    samples[0, 0] = samples[0, -1] = 2.0
    assert np.abs(limit(samples, -1.0)).max() <= 10 ** (-1 / 20)
