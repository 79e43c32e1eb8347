"""Fades."""

import torch

from render.pixels import crossfade, fade
from render.pixels.planes import Planes


def gradient() -> Planes:
    y = torch.linspace(16, 235, 256).round().to(torch.uint8).repeat(4, 1)
    chroma = torch.full((2, 128), 128, dtype=torch.uint8)
    return Planes(y, chroma, chroma.clone())


def test_the_ends_of_a_crossfade_are_the_pictures_themselves(picture):
    first, second = picture(20, 10), picture(20, 10, seed=1)
    assert torch.equal(crossfade.crossfade(first, second, 0).y, first.y)
    assert torch.equal(crossfade.crossfade(first, second, 256).u, second.u)


def test_five_seconds_from_a_gradient_to_black_show_no_step_over_two_codes():
    first = gradient()
    second = Planes(torch.full_like(first.y, 16), first.u, first.v)
    before = first.y.int()
    for frame in range(1, 126):
        now = crossfade.crossfade(first, second, 256 * frame / 125).y.int()
        step = before - now
        assert 0 <= int(step.min()) <= int(step.max()) <= 2
        assert int((now[:, 1:] - now[:, :-1]).abs().max()) <= 2
        before = now


def test_fading_multiplies_every_plane(picture):
    source = picture(20, 10, alpha=True)
    faded = fade.fade(source, 128)
    assert float((faded.a.float() - source.a.float() * 128 / 255).abs().max()) <= 0.51
    assert float((faded.u.float() - source.u.float() * 128 / 255).abs().max()) <= 0.51


def test_fading_an_opaque_picture_gives_it_alpha(picture):
    assert bool((fade.fade(picture(20, 10), 51).a == 51).all())
