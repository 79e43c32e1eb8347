"""Every compiled kernel agrees with its torch reference within one code value, and with CUDA where there is one."""

from collections.abc import Callable

import pytest
import torch

from render.pixels import affine, convert, crossfade, fade, fill, jpeg, over, scale
from render.pixels.planes import Planes

TURN = (0.9, 0.31, -3.7, -0.28, 1.1, 4.2)


def drawn(kernel: Callable[..., None], below: Planes, *arguments: object) -> Planes:
    target = below.clone()
    kernel(target, *arguments)
    return target


def apart(one: Planes, two: Planes) -> int:
    """The largest difference of two pictures in code values."""
    assert (one.a is None) == (two.a is None)
    pairs = [(one.y, two.y), (one.u, two.u), (one.v, two.v)] + ([] if one.a is None else [(one.a, two.a)])
    assert all(first.shape == second.shape and first.is_contiguous() and second.is_contiguous() for first, second in pairs)
    return max(int((first.cpu().int() - second.cpu().int()).abs().max()) for first, second in pairs)


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("place", [(0, 0), (6, 4), (3, 5), (4, 7), (5, 2), (-3, -5), (-4, 9), (33, 29), (-17, 30), (40, 40), (-60, 0)])
@pytest.mark.parametrize("opacity", [0, 1, 97, 254, 255])
def test_over_agrees_at_even_odd_and_clipped_places(picture, alpha, place, opacity):
    below, above = picture(40, 36, seed=1), picture(20, 22, alpha=alpha, seed=2)
    compiled = drawn(over.over, below, above, *place, opacity)
    assert apart(compiled, drawn(over.over_reference, below, above, *place, opacity)) <= 1


def test_over_agrees_on_a_layer_larger_than_the_picture(picture):
    below, above = picture(20, 16, seed=1), picture(60, 50, alpha=True, seed=2)
    assert apart(drawn(over.over, below, above, -11, -9), drawn(over.over_reference, below, above, -11, -9)) <= 1


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
    assert apart(scale.scale(source, *size, window), scale.scale_reference(source, *size, window)) <= 1


@pytest.mark.parametrize("alphas", [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("weight", [0, 0.3, 1, 128, 200.7, 256])
def test_crossfade_agrees(picture, alphas, weight):
    first, second = (picture(34, 18, alpha=alpha, seed=seed) for seed, alpha in enumerate(alphas))
    assert apart(crossfade.crossfade(first, second, weight), crossfade.crossfade_reference(first, second, weight)) == 0


@pytest.mark.parametrize("opacity", [0, 1, 128, 254, 255])
def test_fade_agrees(picture, opacity):
    source = picture(34, 18, alpha=True)
    assert apart(fade.fade(source, opacity), fade.fade_reference(source, opacity)) == 0


@pytest.mark.parametrize(
    "matrix", [(1.0, 0.0, 0.0, 0.0, 1.0, 0.0), TURN, (0.0, 1.0, 0.0, -1.0, 0.0, 30.0), (2.0, 0.0, -9.0, 0.0, 2.0, -9.0)]
)
def test_affine_agrees(picture, matrix):
    source = picture(40, 30, alpha=True)
    assert apart(affine.affine(source, 44, 38, matrix), affine.affine_reference(source, 44, 38, matrix)) <= 1


def test_conversions_agree(picture):
    rgba = torch.randint(0, 256, (18, 34, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(4))
    assert apart(convert.planes_from_rgba(rgba), convert.planes_from_rgba_reference(rgba)) <= 1
    rgb = rgba[..., :3]
    assert apart(convert.planes_from_rgb(rgb), convert.planes_from_rgb_reference(rgb)) <= 1
    opaque = picture(34, 18)
    assert int((convert.rgb_from_planes(opaque).int() - convert.rgb_from_planes_reference(opaque).int()).abs().max()) <= 1


@pytest.mark.parametrize("size", [(34, 18), (64, 4), (66, 6), (126, 2), (130, 10)])
def test_planes_for_jpeg_agree_where_a_row_is_no_whole_number_of_vectors(picture, size):
    opaque = picture(*size)
    assert apart(Planes(*jpeg.jpeg_planes(opaque)), Planes(*jpeg.jpeg_planes_reference(opaque))) <= 1


@pytest.mark.parametrize("colours", [("#ffffff",), ("#10131a", "#ffffff"), ("#000000", "#ff5a36", "#2266cc")])
def test_coats_of_colour_agree(picture, colours):
    coats = [(picture(38, 22, seed=seed).y, colour) for seed, colour in enumerate(colours)]
    assert apart(fill.painted(coats), fill.painted_reference(coats)) <= 1


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_kernels_agree_on_a_cuda_device(picture):
    def there(planes: Planes) -> Planes:
        return Planes(*(None if plane is None else plane.cuda() for plane in (planes.y, planes.u, planes.v, planes.a)))

    below, above = picture(40, 36, seed=1), picture(20, 22, alpha=True, seed=2)
    for place in ((4, 6), (5, 7), (-3, 20)):
        assert apart(drawn(over.over, below, above, *place, 200), drawn(over.over, there(below), there(above), *place, 200)) <= 1
    window = (1.3, 2.7, 36.5, 30.1)
    assert apart(scale.scale(below, 50, 60, window), scale.scale(there(below), 50, 60, window)) <= 1
    assert apart(affine.affine(above, 30, 30, TURN), affine.affine(there(above), 30, 30, TURN)) <= 1
    assert apart(crossfade.crossfade(below, below, 99), crossfade.crossfade(there(below), there(below), 99)) == 0
    assert apart(fill.rectangle(30, 20, "#ff5a36", 6), fill.rectangle(30, 20, "#ff5a36", 6, device="cuda")) <= 1
    rgb = convert.rgb_from_planes(below)
    assert apart(convert.planes_from_rgb(rgb), convert.planes_from_rgb(rgb.cuda())) <= 1
