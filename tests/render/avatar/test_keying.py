"""Screens: found where there is one, and people cut out before them by known truth."""

import pytest
import torch
from torch import Tensor

from bench.composites import BLUE, GREEN, filmed, room, screen
from render.avatar.engine import WarpEngine
from render.avatar.faces import FaceModels
from render.avatar.film_frames import widened, widened_reference
from render.avatar.gallery import person
from render.avatar.keying import find_screen, keyed, keyed_reference, softened_neck
from render.avatar.matting import Matte, matting_for
from render.ports.avatar import Look

HEIGHT, WIDTH = 320, 240


def shot(engine: WarpEngine, name: str, ground: Tensor) -> tuple[Tensor, Tensor]:
    return next(iter(filmed(engine.load(person(name).folder, Look("close"), WIDTH, HEIGHT), ground, 1)))


@pytest.mark.parametrize(("colour", "channel"), [(GREEN, 1), (BLUE, 2)])
def test_an_uneven_screen_is_found_behind_somebody(engine: WarpEngine, colour: tuple[float, float, float], channel: int):
    ground = screen(HEIGHT, WIDTH, colour)
    found = find_screen(shot(engine, "anna", ground)[0])
    assert found is not None
    assert found.channel == channel
    assert float((found.plate - ground).abs().mean()) < 0.01


def test_a_room_is_no_screen(engine: WarpEngine):
    assert matting_for(shot(engine, "mei", room(HEIGHT, WIDTH))[0]) == "person"


@pytest.mark.parametrize(("name", "colour"), [("mei", GREEN), ("amara", GREEN), ("hans", BLUE), ("leo", BLUE)])
def test_a_key_is_near_the_true_alpha_and_lets_no_screen_through(engine: WarpEngine, name: str, colour: tuple[float, float, float]):
    picture, truth = shot(engine, name, screen(HEIGHT, WIDTH, colour))
    found = find_screen(picture)
    assert found is not None
    cut = keyed(picture, found)
    colours, alpha = cut[:3], cut[3]
    assert float((alpha - truth).abs().mean()) < 0.02
    assert float(alpha[truth < 0.01].mean()) < 0.002
    edge = (truth > 0.05) & (truth < 0.95)
    others = [channel for channel in range(3) if channel != found.channel]
    spill = colours[found.channel][edge] - torch.maximum(colours[others[0]], colours[others[1]])[edge]
    assert float(spill.clamp_min(0).mean()) < 0.02


def test_a_blue_suit_stays_blue_before_a_blue_screen(engine: WarpEngine):
    picture, truth = shot(engine, "hans", screen(HEIGHT, WIDTH, BLUE))
    found = find_screen(picture)
    assert found is not None
    cut = keyed(picture, found)
    colours, alpha = cut[:3], cut[3]
    inside = (truth > 0.99) & (alpha > 0.99)
    inside[: HEIGHT * 2 // 3] = False
    inside[:, : WIDTH // 4] = False
    inside[:, WIDTH * 3 // 4 :] = False
    assert float((colours - picture)[:, inside].abs().mean()) < 0.01


@pytest.mark.parametrize("size", [(HEIGHT, WIDTH), (HEIGHT - 6, WIDTH - 10)])
def test_the_compiled_loops_cut_out_and_widen_as_their_references_do(engine: WarpEngine, size: tuple[int, int]):
    picture = shot(engine, "mei", screen(HEIGHT, WIDTH, GREEN))[0][:, : size[0], : size[1]]
    found = find_screen(picture)
    assert found is not None
    near = torch.linspace(0, 3, size[1]).clamp(max=1).expand(size)
    cut = keyed(picture, found, near)
    assert torch.allclose(cut, keyed_reference(picture, found, near), atol=2e-3)
    for cover in (1.0, 0.2):
        bytes_ = ((cut * torch.tensor([1, 1, 1, cover])[:, None, None]) * 255 + 0.5).to(torch.uint8).permute(1, 2, 0).contiguous()
        apart = (widened(bytes_).int() - widened_reference(bytes_).int()).abs()
        assert int(apart.max()) <= 2
        assert float(apart.float().mean()) < 0.05


def test_a_dark_outline_at_the_neck_is_lightened_and_nothing_else():
    alpha = torch.zeros(80, 80)
    alpha[:, 20:60] = 1
    colours = torch.full((3, 80, 80), 0.6)
    colours[:, :, 20:22] = 0.1
    softer = softened_neck(colours, alpha, 30.0, 20.0)
    assert float(softer[0, 50, 20]) > 0.4
    assert torch.equal(softer[:, :30], colours[:, :30])
    assert torch.equal(softer[:, 50, 30:50], colours[:, 50, 30:50])


def test_matting_without_a_screen_keeps_the_person_and_does_not_flicker(engine: WarpEngine, networks: FaceModels):
    frames = list(filmed(engine.load(person("leo").folder, Look("close"), WIDTH, HEIGHT), room(HEIGHT, WIDTH), 3))
    matte = Matte(frames[0][0], networks, "person")
    cuts = [matte.cut(picture, (0.0, 1.0))[3] for picture, _ in frames]
    assert float((cuts[0] - frames[0][1]).abs().mean()) < 0.05
    assert float((cuts[2] - cuts[1]).abs().mean()) < 0.004
