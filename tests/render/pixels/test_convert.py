"""RGB and planes."""

import numpy as np
import pytest

from render.pixels import convert, fill


def blocks(*colours: tuple[int, ...]) -> np.ndarray:
    """A row of 2x2 blocks."""
    return np.array(colours, np.uint8)[None].repeat(2, 0).repeat(2, 1)


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [
        ((0, 0, 0), (16, 128, 128)),
        ((255, 255, 255), (235, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
        ((0, 255, 0), (173, 42, 26)),
        ((0, 0, 255), (32, 240, 118)),
    ],
)
def test_the_corner_colours_are_those_of_bt_709(rgb, yuv):
    planes = convert.planes_from_rgb(blocks(rgb))
    assert all(abs(int(plane[0, 0]) - value) <= 1 for plane, value in zip((planes.y, planes.u, planes.v), yuv, strict=True))


def test_colours_survive_the_way_there_and_back():
    rgb = np.random.default_rng(3).integers(0, 256, (20, 30, 3), np.uint8).repeat(2, 0).repeat(2, 1)
    back = convert.rgb_from_planes(convert.planes_from_rgb(rgb))
    assert int(np.abs(back.astype(int) - rgb).max()) <= 3
    assert float(np.abs(back.astype(int) - rgb).mean()) <= 0.8


def test_alpha_survives_and_colour_under_it_too():
    rgba = blocks((200, 40, 90, 255), (200, 40, 90, 128), (10, 250, 3, 40), (9, 9, 9, 0))
    back = convert.rgba_from_planes(convert.planes_from_rgba(rgba))
    assert np.array_equal(back[..., 3], rgba[..., 3])
    assert back[0, 6].tolist() == [0, 0, 0, 0]
    assert int(np.abs(back[:, :2].astype(int) - rgba[:, :2]).max()) <= 3
    assert int(np.abs(back[:, 2:4].astype(int) - rgba[:, 2:4]).max()) <= 5


def test_the_colour_of_a_transparent_pixel_does_not_bleed():
    rgba = blocks((255, 0, 0, 255))
    rgba[0, 1] = (0, 255, 0, 0)
    planes = convert.planes_from_rgba(rgba)
    pure = convert.planes_from_rgba(blocks((255, 0, 0, 255)))
    assert abs(int(planes.v[0, 0]) - int(pure.v[0, 0]) * 3 / 4) <= 1


def test_opaque_rgba_equals_rgb():
    rgba = np.random.default_rng(5).integers(0, 256, (12, 16, 4), np.uint8)
    rgba[..., 3] = 255
    one, two = convert.planes_from_rgba(rgba), convert.planes_from_rgb(rgba[..., :3])
    assert int(np.abs(one.y.astype(int) - two.y).max()) <= 1
    assert int(np.abs(one.u.astype(int) - two.u).max()) <= 1


def test_a_hex_colour_is_the_colour_seen():
    rgb = convert.rgb_from_planes(fill.solid(4, 4, "#ff5a36"))
    assert all(abs(seen - meant) <= 3 for seen, meant in zip(rgb[0, 0].tolist(), (0xFF, 0x5A, 0x36), strict=True))
