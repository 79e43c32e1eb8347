"""Drawing one picture over another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.pixels import fill, over
from render.pixels.planes import Planes


def test_a_transparent_layer_changes_nothing(picture):
    below = picture(30, 20)
    before = below.clone()
    empty = Planes(*(np.zeros(size, np.uint8) for size in ((10, 10), (5, 5), (5, 5), (10, 10))))
    for place in ((4, 4), (5, 5)):
        over.over(below, empty, *place)
    over.over(below, picture(10, 10, seed=5), 4, 4, 0)
    assert np.array_equal(below.y, before.y)
    assert np.array_equal(below.u, before.u)


def test_an_opaque_layer_replaces_what_lies_under_it(picture):
    below, above = picture(30, 20), picture(10, 8, seed=5)
    with_alpha = Planes(above.y, above.u, above.v, np.full_like(above.y, 255))
    for layer in (above, with_alpha):
        target = below.clone()
        over.over(target, layer, 4, 6)
        assert np.array_equal(target.y[6:14, 4:14], above.y)
        assert np.array_equal(target.u[3:7, 2:7], above.u)
        target.y[6:14, 4:14] = below.y[6:14, 4:14]
        assert np.array_equal(target.y, below.y)


def test_a_colour_at_an_odd_place_tints_the_chroma_it_half_covers_by_half():
    below, above = fill.solid(20, 20, "#000000"), fill.solid(8, 8, "#ff0000")
    over.over(below, above, 3, 4)
    red, black = int(above.v[0, 0]), 128
    row = below.v[3].tolist()
    assert row[2:5] == [red] * 3
    assert abs(row[1] - (red + black) / 2) <= 1
    assert abs(row[5] - (red + black) / 2) <= 1
    assert row[0] == row[6] == black


def test_a_cut_out_keeps_its_colour_at_odd_places():
    """A half covered block gives its colour to the covered pixels alone: no fringe of grey or of too much colour."""
    below, above = fill.solid(24, 24, "#ff0000"), fill.ellipse(14, 14, "#ff0000")
    expected = below.clone()
    over.over(below, above, 3, 5)
    assert int(np.abs(below.v.astype(int) - expected.v).max()) <= 2
    assert int(np.abs(below.u.astype(int) - expected.u).max()) <= 2


@settings(max_examples=40, deadline=None)
@given(below=st.integers(0, 255), above=st.integers(0, 255), alpha=st.integers(0, 255), opacity=st.integers(0, 255))
def test_over_is_the_exact_formula_rounded_once(below, above, alpha, opacity):
    above = min(above, alpha)

    def flat(value: int, size: int) -> np.ndarray:
        return np.full((size, size), value, np.uint8)

    target = Planes(flat(below, 4), flat(below, 2), flat(below, 2))
    over.over(target, Planes(flat(above, 4), flat(above, 2), flat(above, 2), flat(alpha, 4)), 0, 0, opacity)
    exact = below * (1 - alpha * opacity / 65025) + above * opacity / 255
    for plane in (target.y, target.u, target.v):
        assert abs(int(plane[0, 0]) - exact) <= 0.5 + 1e-9


def test_a_layer_brighter_than_its_alpha_stops_at_white():
    """A lossy cut-out may exceed its own alpha; it must not wrap around."""
    below = fill.solid(8, 8, "#ffffff")
    bright = Planes(*(np.full(size, 250, np.uint8) for size in ((8, 8), (4, 4), (4, 4))), np.full((8, 8), 40, np.uint8))
    over.over(below, bright, 0, 0)
    assert int(below.y.min()) == 255


@pytest.mark.parametrize("place", [(-8, 0), (20, 0), (0, 20), (0, -8), (-9, -9), (500, -500)])
def test_a_layer_outside_leaves_the_picture_alone(picture, place):
    below = picture(20, 20)
    before = below.clone()
    over.over(below, picture(8, 8, alpha=True), *place)
    assert np.array_equal(below.y, before.y)
    assert np.array_equal(below.v, before.v)
