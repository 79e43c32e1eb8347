"""Turning."""

import math

import numpy as np

from render.pixels import affine, fill

STILL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def test_the_identity_is_the_same_picture(picture):
    source = picture(20, 14, alpha=True)
    result = affine.affine(source, 20, 14, STILL)
    assert np.array_equal(result.y, source.y)
    assert np.array_equal(result.u, source.u)
    assert np.array_equal(result.a, source.a)


def test_a_quarter_turn_moves_each_pixel_to_its_place(picture):
    source = picture(12, 8, alpha=True)
    turned = affine.affine(source, 8, 12, (0.0, 1.0, 0.0, -1.0, 0.0, 8.0))
    assert np.array_equal(turned.y, np.rot90(source.y, -1))
    assert np.array_equal(turned.v, np.rot90(source.v, -1))


def test_outside_the_source_is_transparent():
    result = affine.affine(fill.solid(10, 10, "#ffffff"), 30, 30, (1.0, 0.0, -10.0, 0.0, 1.0, -10.0))
    assert int(result.a[:10].max()) == 0
    assert int(result.a[10:20, 10:20].min()) == 255
    assert int(result.y[:10].max()) == 0


def test_a_turned_square_keeps_its_area():
    turn = math.radians(30)
    c, s = math.cos(turn), math.sin(turn)
    result = affine.affine(fill.solid(40, 40, "#ffffff"), 80, 80, (c, s, 20 - 40 * c - 40 * s, -s, c, 20 + 40 * s - 40 * c))
    assert abs(float(result.a.sum()) / 255 - 1600) < 8
