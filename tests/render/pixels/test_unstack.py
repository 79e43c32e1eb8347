"""Pictures stored with their alpha below them."""

import numpy as np
import torch

from render.pixels.planes import Planes
from render.pixels.unstack import unstacked


def test_the_colour_is_premultiplied_by_the_alpha_below_it():
    y = np.concatenate([np.full((4, 8), 200, np.uint8), np.full((4, 8), 51, np.uint8)])
    chroma = np.full((4, 4), 130, np.uint8)
    found = unstacked(Planes(y, chroma, chroma))
    assert (found.width_px, found.height_px) == (8, 4)
    assert bool((found.y == 40).all())
    assert bool((found.u == 26).all())
    assert bool((found.a == 51).all())


def test_both_paths_agree_within_one_code(picture):
    stacked = picture(46, 32)
    fast = unstacked(stacked)
    plain = unstacked(Planes(*(torch.from_numpy(plane) for plane in (stacked.y, stacked.u, stacked.v))))
    for one, two in ((fast.y, plain.y), (fast.u, plain.u), (fast.v, plain.v), (fast.a, plain.a)):
        assert int(np.abs(one.astype(int) - two.numpy()).max()) <= 1
