"""Scaling, and where exactly things land."""

import math
from itertools import pairwise

import numpy as np
import pytest

from render.pixels import scale
from render.pixels.planes import Planes


def grating(width: int, height: int, period_px: float) -> Planes:
    x = np.arange(width) + 0.5
    row = np.rint(128 + 90 * np.cos(2 * math.pi * x / period_px)).astype(np.uint8)
    chroma = np.full((height // 2, width // 2), 128, np.uint8)
    return Planes(np.tile(row, (height, 1)), chroma, chroma.copy())


def phase_px(row: np.ndarray, period_px: float) -> float:
    """Where the grating's crests lie, by its Fourier coefficient, modulo the period."""
    x = np.arange(len(row)) + 0.5
    turns = 2 * math.pi * x / period_px
    values = row - row.mean()
    return math.atan2(float((values * np.sin(turns)).sum()), float((values * np.cos(turns)).sum())) / (2 * math.pi) * period_px


@pytest.mark.parametrize("shift", [0.0, 0.13, 0.5, 0.77, 3.3, 11.9])
@pytest.mark.parametrize("zoom", [1.0, 1.06, 1.5])
def test_a_window_lands_within_a_tenth_of_a_pixel(shift, zoom):
    period = 8.0
    source = grating(320, 16, period)
    shown = scale.scale(source, 240, 16, (20 + shift, 0, 20 + shift + 240 / zoom, 16))
    seen_period = period * zoom
    whole = 240 - 240 % round(seen_period * 100) / 100 if seen_period == round(seen_period) else 240
    window = shown.y[8, : int(whole)]
    expected = -(20 + shift) * zoom
    error = (phase_px(window, seen_period) - expected + seen_period / 2) % seen_period - seen_period / 2
    assert abs(error) <= 0.1


@pytest.mark.parametrize("size", [(40, 30), (80, 60), (14, 10), (122, 34)])
def test_a_flat_picture_stays_flat(size):
    source = Planes(*(np.full(shape, 199, np.uint8) for shape in ((30, 40), (15, 20), (15, 20), (30, 40))))
    result = scale.scale(source, *size, (0.7, 0.3, 38.9, 29.1))
    assert all(int(plane.min()) == int(plane.max()) == 199 for plane in (result.y, result.u, result.v, result.a))
    assert (result.width_px, result.height_px) == size


def test_the_same_size_is_the_same_picture(picture):
    source = picture(40, 30, alpha=True)
    result = scale.scale(source, 40, 30)
    assert all(np.array_equal(*pair) for pair in ((result.y, source.y), (result.u, source.u), (result.v, source.v), (result.a, source.a)))


def test_reducing_takes_every_pixel_into_account():
    """A fine chessboard becomes even grey, with no moiré."""
    y = ((np.arange(64)[:, None] + np.arange(64)) % 2 * 200).astype(np.uint8)
    chroma = np.full((32, 32), 128, np.uint8)
    reduced = scale.scale(Planes(y, chroma, chroma), 12, 12)
    assert int(reduced.y.min()) >= 95
    assert int(reduced.y.max()) <= 105


def test_a_scaled_cut_out_is_never_brighter_than_its_alpha():
    a = np.random.default_rng(8).integers(0, 256, (40, 40), np.uint8)
    source = Planes(a.copy(), a[::2, ::2].copy(), a[::2, ::2].copy(), a)
    for size in ((18, 18), (40, 40), (66, 66)):
        result = scale.scale(source, *size, (0.3, 0.6, 39.1, 38.8))
        assert bool((result.y <= result.a).all())


def test_a_slow_zoom_moves_without_a_jerk():
    """From frame to frame the crests of a grating move by the same small step."""
    source = grating(320, 16, 16.0)
    places = []
    for frame in range(20):
        left = 40 + 0.05 * frame
        places.append(phase_px(scale.scale(source, 240, 16, (left, 0, left + 240, 16)).y[8], 16.0))
    steps = [(after - before + 8) % 16 - 8 for before, after in pairwise(places)]
    assert max(steps) - min(steps) <= 0.03
