import numpy as np

from render.audio.peaks import peaks


def test_each_bucket_shows_its_lowest_and_highest_value_over_both_sides() -> None:
    samples = np.array([[0.1, -0.2, 0.3, 0.0, 0.5], [0.0, 0.4, -0.6, 0.0, -0.1]], np.float32)
    assert np.allclose(peaks(samples, 2), [[-0.2, 0.4], [-0.6, 0.3], [-0.1, 0.5]])


def test_mono_and_nothing_work_too() -> None:
    assert np.allclose(peaks(np.array([0.5, -0.5], np.float32), 8), [[-0.5, 0.5]])
    assert peaks(np.zeros((2, 0), np.float32), 480).shape == (0, 2)
