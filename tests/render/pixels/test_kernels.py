"""Every compiled kernel agrees with its torch reference within one code value, and with CUDA where there is one."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from render.pixels import affine, blur, convert, crossfade, fade, fill, jpeg, over, scale
from render.pixels.device import moved
from render.pixels.planes import Planes
from render.pixels.reference import convert as reference_convert
from render.pixels.reference import fill as reference_fill
from render.pixels.reference import sent

TURN = (0.9, 0.31, -3.7, -0.28, 1.1, 4.2)


def plainly(kernel: Callable[..., object]) -> Callable[..., object]:
    """`kernel` by way of its reference, as on a device: planes are given to it as tensors, and what it makes comes back as arrays."""

    def by_tensors(*given: object) -> object:
        made = kernel(*(tensors(thing) for thing in given))
        return moved(made, "cpu") if isinstance(made, Planes) else made

    return by_tensors


def tensors(thing: object) -> object:
    """The same memory, seen by torch."""
    if isinstance(thing, Planes):
        return Planes(*(None if plane is None else torch.from_numpy(plane) for plane in (thing.y, thing.u, thing.v, thing.a)))
    return torch.from_numpy(thing) if isinstance(thing, np.ndarray) else thing


def drawn(kernel: Callable[..., object], below: Planes, *arguments: object) -> Planes:
    target = below.clone()
    kernel(target, *arguments)
    return target


def apart(one: Planes, two: Planes) -> int:
    """The largest difference of two pictures in code values."""
    assert (one.a is None) == (two.a is None)
    pairs = [(one.y, two.y), (one.u, two.u), (one.v, two.v)] + ([] if one.a is None else [(one.a, two.a)])
    assert all(first.shape == second.shape and first.flags.c_contiguous and second.flags.c_contiguous for first, second in pairs)
    return max(int(np.abs(first.astype(int) - second).max()) for first, second in pairs)


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("place", [(0, 0), (6, 4), (3, 5), (4, 7), (5, 2), (-3, -5), (-4, 9), (33, 29), (-17, 30), (40, 40), (-60, 0)])
@pytest.mark.parametrize("opacity", [0, 1, 97, 254, 255])
def test_over_agrees_at_even_odd_and_clipped_places(picture, alpha, place, opacity):
    below, above = picture(40, 36, seed=1), picture(20, 22, alpha=alpha, seed=2)
    compiled = drawn(over.over, below, above, *place, opacity)
    assert apart(compiled, drawn(plainly(over.over), below, above, *place, opacity)) <= 1


def test_over_agrees_on_a_layer_larger_than_the_picture(picture):
    below, above = picture(20, 16, seed=1), picture(60, 50, alpha=True, seed=2)
    assert apart(drawn(over.over, below, above, -11, -9), drawn(plainly(over.over), below, above, -11, -9)) <= 1


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize(
    ("size", "window"),
    [
        ((60, 44), None),
        ((30, 20), None),
        ((8, 6), None),
        ((90, 150), (3.3, 2.7, 40.1, 39.9)),
        ((60, 44), (1.25, 0.4, 58.75, 43.2)),
        ((18, 22), (-5.0, -3.5, 70.0, 50.0)),
        ((2, 2), None),
        ((300, 2), (10.0, 10.0, 12.0, 40.0)),
        ((58, 42), (0.3, 0.2, 59.9, 43.8)),
        ((64, 44), (-2.2, -1.1, 61.7, 43.0)),
        ((46, 36), None),
        ((70, 50), (1.0, 2.0, 57.0, 42.0)),
        ((60, 44), (59.0, 43.0, 1.0, 1.0)),
    ],
)
def test_scale_agrees_on_any_window(picture, alpha, size, window):
    source = picture(60, 44, alpha=alpha, seed=3)
    assert apart(scale.scale(source, *size, window), plainly(scale.scale)(source, *size, window)) <= 1


@pytest.mark.parametrize("alphas", [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("weight", [0, 0.3, 1, 128, 200.7, 256])
def test_crossfade_agrees(picture, alphas, weight):
    first, second = (picture(34, 18, alpha=alpha, seed=seed) for seed, alpha in enumerate(alphas))
    assert apart(crossfade.crossfade(first, second, weight), plainly(crossfade.crossfade)(first, second, weight)) == 0


@pytest.mark.parametrize("opacity", [0, 1, 128, 254, 255])
def test_fade_agrees(picture, opacity):
    source = picture(34, 18, alpha=True)
    assert apart(fade.fade(source, opacity), plainly(fade.fade)(source, opacity)) == 0


@pytest.mark.parametrize(
    "matrix", [(1.0, 0.0, 0.0, 0.0, 1.0, 0.0), TURN, (0.0, 1.0, 0.0, -1.0, 0.0, 30.0), (2.0, 0.0, -9.0, 0.0, 2.0, -9.0)]
)
def test_affine_agrees(picture, matrix):
    source = picture(40, 30, alpha=True)
    assert apart(affine.affine(source, 44, 38, matrix), plainly(affine.affine)(source, 44, 38, matrix)) <= 1


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("sigma", [0.5, 2.0, 3.0])
def test_blur_agrees(picture, alpha, sigma):
    source = picture(40, 30, alpha=alpha)
    assert apart(blur.blur(source, sigma), plainly(blur.blur)(source, sigma)) <= 1


def test_conversions_to_planes_agree():
    rgba = np.random.default_rng(4).integers(0, 256, (18, 34, 4), np.uint8)
    assert apart(convert.planes_from_rgba(rgba), plainly(convert.planes_from_rgba)(rgba)) <= 1
    rgb = rgba[..., :3]
    assert apart(convert.planes_from_rgb(rgb), plainly(convert.planes_from_rgb)(rgb)) <= 1


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("name", ["rgb_from_planes", "rgba_from_planes"])
def test_conversions_from_planes_agree(picture, alpha, name):
    source = picture(34, 18, alpha=alpha)
    plain = getattr(reference_convert, name)(tensors(source)).numpy()
    assert int(np.abs(getattr(convert, name)(source).astype(int) - plain).max()) <= 1


@pytest.mark.parametrize("size", [(34, 18), (64, 4), (66, 6), (126, 2), (130, 10)])
def test_planes_for_jpeg_agree_where_a_row_is_no_whole_number_of_vectors(picture, size):
    opaque = picture(*size)
    assert apart(jpeg.jpeg_planes(opaque), plainly(jpeg.jpeg_planes)(opaque)) <= 1


@pytest.mark.parametrize("colours", [("#ffffff",), ("#10131a", "#ffffff"), ("#000000", "#ff5a36", "#2266cc")])
def test_coats_of_colour_agree(picture, colours):
    coats = [(picture(38, 22, seed=seed).y, colour) for seed, colour in enumerate(colours)]
    plain = reference_fill.painted([(torch.from_numpy(cover), colour) for cover, colour in coats])
    assert apart(fill.painted(coats), moved(plain, "cpu")) <= 1


def test_coats_of_many_colours_agree(picture):
    chance = np.random.default_rng(5)
    paint = tuple(chance.uniform(16, 235, (22, 38)).astype(np.float32) for _ in range(3))
    covers = [picture(38, 22, seed=seed).y for seed in range(2)]
    plain = reference_fill.painted([(tensors(covers[0]), "#336699"), (tensors(covers[1]), tuple(tensors(part) for part in paint))])
    assert apart(fill.painted([(covers[0], "#336699"), (covers[1], paint)]), moved(plain, "cpu")) <= 1


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_kernels_agree_on_a_cuda_device(picture):
    def both(kernel: Callable[..., Planes], *given: object) -> int:
        there = (moved(thing, "cuda") if isinstance(thing, Planes) else thing for thing in given)
        return apart(kernel(*given), moved(kernel(*there), "cpu"))

    below, above = picture(40, 36, seed=1), picture(20, 22, alpha=True, seed=2)
    for place in ((4, 6), (5, 7), (-3, 20)):
        there = moved(below, "cuda")
        over.over(there, moved(above, "cuda"), *place, 200)
        assert apart(drawn(over.over, below, above, *place, 200), moved(there, "cpu")) <= 1
    assert both(scale.scale, below, 50, 60, (1.3, 2.7, 36.5, 30.1)) <= 1
    assert both(affine.affine, above, 30, 30, TURN) <= 1
    assert both(crossfade.crossfade, below, below, 99) == 0
    assert both(fade.fade, above, 99) == 0
    assert both(blur.blur, above, 2.0) <= 1
    assert both(jpeg.jpeg_planes, below) <= 1
    rgb = convert.rgb_from_planes(below)
    assert apart(convert.planes_from_rgb(rgb), moved(convert.planes_from_rgb(sent.sent(rgb, "cuda")), "cpu")) <= 1
