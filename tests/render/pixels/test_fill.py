"""Shapes."""

import math

import numpy as np
import pytest

from render.pixels import fill


def area(planes) -> float:
    return float(planes.a.sum()) / 255


def test_an_ellipse_covers_the_area_of_an_ellipse():
    assert area(fill.ellipse(200, 120, "#00ff00")) == pytest.approx(math.pi * 100 * 60, rel=0.002)


@pytest.mark.parametrize("radius", [0, 7.5, 30, 500])
def test_a_rounded_rectangle_lacks_its_corners(radius):
    corner = min(radius, 30)
    expected = 100 * 60 - (4 - math.pi) * corner**2
    assert area(fill.rectangle(100, 60, "#00ff00", radius)) == pytest.approx(expected, rel=0.002)


def test_a_rectangle_without_a_radius_is_opaque_to_its_corners():
    assert bool((fill.rectangle(10, 6, "#123456").a == 255).all())


def test_edges_are_antialiased_and_symmetric():
    alpha = fill.ellipse(40, 40, "#ffffff").a
    assert np.array_equal(alpha, alpha[::-1])
    assert np.array_equal(alpha, alpha.T)
    assert len(np.unique(alpha)) > 10


def test_a_later_coat_lies_over_an_earlier_one():
    full, half = np.full((4, 4), 255, np.uint8), np.full((4, 4), 128, np.uint8)
    painted = fill.painted([(full, "#000000"), (half, "#ffffff")])
    assert bool((painted.a == 255).all())
    assert abs(int(painted.y[0, 0]) - (16 + 219 * 128 / 255)) <= 1
