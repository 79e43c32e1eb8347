"""Pictures stored with their alpha below them."""

import torch

from render.pixels.planes import Planes
from render.pixels.unstack import unstacked, unstacked_reference


def test_the_colour_is_premultiplied_by_the_alpha_below_it():
    y = torch.cat([torch.full((4, 8), 200, dtype=torch.uint8), torch.full((4, 8), 51, dtype=torch.uint8)])
    chroma = torch.full((4, 4), 130, dtype=torch.uint8)
    found = unstacked(Planes(y, chroma, chroma))
    assert (found.width_px, found.height_px) == (8, 4)
    assert bool((found.y == 40).all())
    assert bool((found.u == 26).all())
    assert bool((found.a == 51).all())


def test_both_paths_agree_within_one_code(picture):
    stacked = picture(46, 32)
    fast, plain = unstacked(stacked), unstacked_reference(stacked)
    for one, two in ((fast.y, plain.y), (fast.u, plain.u), (fast.v, plain.v), (fast.a, plain.a)):
        assert int((one.int() - two.int()).abs().max()) <= 1
