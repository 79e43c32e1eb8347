"""Fades."""

import numpy as np

from render.pixels import crossfade, fade
from render.pixels.planes import Planes


def gradient() -> Planes:
    y = np.tile(np.rint(np.linspace(16, 235, 256)).astype(np.uint8), (4, 1))
    chroma = np.full((2, 128), 128, np.uint8)
    return Planes(y, chroma, chroma.copy())


def test_the_ends_of_a_crossfade_are_the_pictures_themselves(picture):
    first, second = picture(20, 10), picture(20, 10, seed=1)
    assert np.array_equal(crossfade.crossfade(first, second, 0).y, first.y)
    assert np.array_equal(crossfade.crossfade(first, second, 256).u, second.u)


def test_five_seconds_from_a_gradient_to_black_show_no_step_over_two_codes():
    first = gradient()
    second = Planes(np.full_like(first.y, 16), first.u, first.v)
    before = first.y.astype(int)
    for frame in range(1, 126):
        now = crossfade.crossfade(first, second, 256 * frame / 125).y.astype(int)
        step = before - now
        assert 0 <= int(step.min()) <= int(step.max()) <= 2
        assert int(np.abs(np.diff(now)).max()) <= 2
        before = now


def test_fading_multiplies_every_plane(picture):
    source = picture(20, 10, alpha=True)
    faded = fade.fade(source, 128)
    assert float(np.abs(faded.a - source.a * (128 / 255)).max()) <= 0.51
    assert float(np.abs(faded.u - source.u * (128 / 255)).max()) <= 0.51


def test_fading_an_opaque_picture_gives_it_alpha(picture):
    assert bool((fade.fade(picture(20, 10), 51).a == 51).all())
