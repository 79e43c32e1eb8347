"""JPEG frames."""

import numpy as np
import simplejpeg

from render.pixels import convert, fill, jpeg, over


def test_a_decoded_jpeg_shows_the_colours_of_the_planes():
    planes = fill.solid(96, 64, "#2266cc")
    over.over(planes, fill.rectangle(40, 32, "#ff5a36"), 8, 16)
    over.over(planes, fill.ellipse(32, 32, "#e8f0d0"), 56, 16)
    meant = convert.rgb_from_planes(planes).astype(int)
    seen = simplejpeg.decode_jpeg(jpeg.jpeg(planes, 98), fastupsample=True).astype(int)
    assert float(np.abs(seen - meant).mean()) <= 1.5
    assert int(np.abs(seen - meant)[20:44, 12:44].max()) <= 5


def test_black_and_white_use_the_full_range():
    for colour, value in (("#000000", 0), ("#ffffff", 255)):
        rgb = simplejpeg.decode_jpeg(jpeg.jpeg(fill.solid(32, 32, colour)))
        assert abs(int(rgb.min()) - value) <= 1
        assert abs(int(rgb.max()) - value) <= 1


def test_less_quality_takes_fewer_bytes(picture):
    noisy = picture(64, 64)
    assert len(jpeg.jpeg(noisy, 30)) < len(jpeg.jpeg(noisy, 90))
