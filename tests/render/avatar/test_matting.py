"""People cut out without a screen: what is in doubt is solved as pymatting solves it, and compiled loops do as their references."""

import numpy as np
import pytest
import torch
from pymatting import estimate_alpha_cf

from bench.composites import room
from render.avatar import closed_form
from render.avatar.film_frames import bytes_of
from render.avatar.matting import in_colours, in_colours_reference, steadied, steadied_reference

HEIGHT, WIDTH = 90, 70


def disc(blur: float = 3.0) -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    away = np.hypot(y - HEIGHT / 2, x - WIDTH / 2) - 25
    return np.clip(0.5 - away / blur, 0, 1)


def scene() -> tuple[np.ndarray, np.ndarray]:
    """A round thing in a room, (h, w, 3), with a camera's noise, and a trimap with a band of doubt about its outline."""
    alpha, ground = disc(), room(HEIGHT, WIDTH).permute(1, 2, 0).double().numpy()
    picture = alpha[..., None] * (0.9, 0.3, 0.2) + (1 - alpha[..., None]) * ground
    noisy = picture + np.random.default_rng(1).normal(0, 0.004, picture.shape)
    wide = disc(16.0)
    return np.clip(noisy, 0, 1), np.where(wide >= 1, 1.0, np.where(wide <= 0, 0.0, 0.5))


def test_what_is_in_doubt_is_solved_in_closed_form() -> None:
    picture, trimap = scene()

    found = closed_form.solved(picture, trimap)

    assert np.abs(found - estimate_alpha_cf(picture, trimap, laplacian_kwargs={"epsilon": closed_form.EPSILON})).max() < 1e-4
    assert np.abs(found - disc()).mean() < 0.01


def test_very_much_doubt_is_solved_in_steps_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, trimap = scene()
    at_once = closed_form.solved(picture, trimap)

    monkeypatch.setattr(closed_form, "_ENVELOPE_MAX", 0)

    assert np.abs(closed_form.solved(picture, trimap) - at_once).max() < 1e-4


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_trimap_without_both_sides_is_an_answer(value: float) -> None:
    picture, _ = scene()

    assert (closed_form.solved(picture, np.full((HEIGHT, WIDTH), value)) == value).all()


def test_the_compiled_loops_hold_still_and_colour_as_their_references_do() -> None:
    chance = torch.Generator().manual_seed(2)
    picture, own = torch.rand(3, HEIGHT, WIDTH, generator=chance), torch.rand(HEIGHT // 3, WIDTH // 3, 3, generator=chance)
    before = (picture + 0.02 * torch.randn(picture.shape, generator=chance) * torch.linspace(0, 2, WIDTH)).clamp(0, 1)
    alpha, alpha_before = torch.from_numpy(disc()).float(), torch.from_numpy(disc(8.0)).float()

    assert torch.allclose(
        steadied(picture, before, alpha_before, alpha), steadied_reference(picture, before, alpha_before, alpha), atol=1e-4
    )
    assert torch.allclose(in_colours(picture, own, alpha), in_colours_reference(picture, own, alpha), atol=1e-4)


def test_bytes_are_rounded_and_bounded() -> None:
    cut = torch.tensor([-0.1, 0.0, 0.5, 1.2])[:, None, None].expand(4, 2, 3)

    assert bytes_of(cut)[0, 0].tolist() == [0, 0, 128, 255]
