"""Scenes giving way to each other."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from render.pixels import fill, veil
from render.pixels.blur import blur, soft
from render.pixels.device import moved
from render.pixels.planes import Planes
from render.pixels.transitions import WAYS, transition
from render.timeline.document import Transition

VEILS = ["wipe", "circle", "clock", "dissolve"]


def apart(one: Planes, two: Planes) -> int:
    return max(int(np.abs(first.astype(int) - second).max()) for first, second in ((one.y, two.y), (one.u, two.u), (one.v, two.v)))


def tensors(planes: Planes) -> Planes:
    return Planes(*(torch.from_numpy(plane) for plane in (planes.y, planes.u, planes.v)))


def pictures(size=(64, 96)):
    return fill.solid(*size, "#203a60"), fill.solid(*size, "#e0a040")


def share_of_second(out: Planes, first: Planes, second: Planes) -> float:
    return float(((out.y.astype(float) - first.y) / (second.y.astype(float) - first.y)).mean())


@pytest.mark.parametrize("kind", WAYS)
def test_a_transition_leads_from_one_picture_to_the_other_in_fresh_memory(picture, kind):
    first, second = picture(64, 96), picture(64, 96, seed=1)
    kept = first.clone(), second.clone()
    way = Transition(kind=kind)
    assert apart(transition(first, second, way, 0.0), first) <= 1
    assert apart(transition(first, second, way, 1.0), second) <= 1
    half = transition(first, second, way, 0.5)
    assert half.y.shape == first.y.shape
    half.y[:] = 0
    assert apart(first, kept[0]) == apart(second, kept[1]) == 0


@pytest.mark.parametrize("kind", [kind for kind in WAYS if kind not in {"fade", "flip"}])
def test_a_transition_never_goes_back(kind):
    first, second = pictures()
    shares = [share_of_second(transition(first, second, Transition(kind=kind), step / 20), first, second) for step in range(21)]
    assert all(later >= earlier - 0.01 for earlier, later in pairwise(shares))
    assert shares[10] == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("kind", VEILS)
@pytest.mark.parametrize("softness", [0, 100, 1_000])
def test_a_veil_agrees_with_its_reference(picture, kind, softness):
    first, second = picture(40, 30), picture(40, 30, seed=1)
    way = Transition(kind=kind, softness=softness, x=2_000, direction="down")
    plain = veil.veil(tensors(first), tensors(second), way, 0.4)
    assert apart(veil.veil(first, second, way, 0.4), moved(plain, "cpu")) == 0


@pytest.mark.parametrize(
    ("direction", "changed"), [("left", (0, 60)), ("right", (0, 3)), ("up", (90, 0)), ("down", (3, 0))], ids=["left", "right", "up", "down"]
)
@pytest.mark.parametrize("kind", ["wipe", "push", "cover", "reveal"])
def test_the_new_picture_comes_from_where_the_old_one_does_not_go(kind, direction, changed):
    first, second = pictures()
    row, column = changed
    early = transition(first, second, Transition(kind=kind, direction=direction, softness=0), 0.25)
    across = direction in {"left", "right"}
    there = early.y[:, column] if across else early.y[row]
    opposite = early.y[:, 63 - column] if across else early.y[95 - row]
    assert int(there.mean()) == int(second.y[0, 0])
    assert int(opposite.mean()) == int(first.y[0, 0])


def test_a_pushed_picture_moves_and_a_covered_one_stays():
    first, second = pictures()
    first.y[:, 32:34] = 235
    pushed = transition(first, second, Transition(kind="push"), 0.25)
    covered = transition(first, second, Transition(kind="cover"), 0.25)
    revealed = transition(first, second, Transition(kind="reveal"), 0.25)
    assert int(pushed.y[0, 33]) != 235
    assert int(covered.y[0, 33]) == 235
    assert apart(pushed, revealed) == 0


def test_a_fade_goes_through_its_colour():
    first, second = pictures()
    assert apart(transition(first, second, Transition(kind="fade", colour="#ffffff"), 0.5), fill.solid(64, 96, "#ffffff")) == 0


def test_a_flip_stands_before_its_colour_edge_on():
    first, second = pictures()
    across = transition(first, second, Transition(kind="flip", colour="#ffffff"), 0.5)
    down = transition(first, second, Transition(kind="flip", colour="#ffffff", direction="up"), 0.5)
    assert (across.y == 235).mean() > 0.9
    assert bool((across.y[:, 0] == 235).all())
    assert not bool((down.y[:, 0] == 235).all())


def test_speckles_change_evenly_and_alike_at_every_size():
    way = Transition(kind="dissolve")
    small, large = (veil.arrivals_of(way, *size)[0].astype(float) for size in ((216, 384), (432, 768)))
    assert float((large < veil.LEVELS / 4).mean()) == pytest.approx(0.25, abs=0.02)
    reduced = large.reshape(384, 2, 216, 2).mean((1, 3))
    assert float(np.abs(reduced - small).mean()) < veil.LEVELS / 12


def test_a_blur_keeps_the_mean_and_loses_the_edges(picture):
    source = picture(96, 64)
    for sigma in (0.8, 2.0, 9.0):
        softened = blur(source, sigma)
        assert softened.y.shape == source.y.shape
        assert float(softened.y.mean()) == pytest.approx(float(source.y.mean()), abs=3)
        assert float(softened.y.std()) < float(source.y.std()) / 2
    assert blur(source, 0.1) is source


def test_a_blur_is_as_wide_as_it_says():
    line = fill.solid(200, 40, "#000000")
    line.y[:, 100:] = 235
    for sigma in (2.0, 12.0):
        edge = blur(line, sigma).y[20].astype(float)
        width = int(((edge > 16 + 0.159 * 219) & (edge < 16 + 0.841 * 219)).sum())
        assert width == pytest.approx(2 * sigma, abs=2)


def test_a_shadow_fades_to_nothing_beyond_the_picture():
    cover = np.full((40, 40), 255, np.uint8)
    assert int(soft(cover, 4.0)[0, 20]) == pytest.approx(128, abs=12)
    assert soft(cover, 0.0) is cover


@pytest.mark.parametrize("kind", WAYS)
def test_a_transition_in_torch_is_the_same_picture(picture, kind):
    first, second = picture(64, 96), picture(64, 96, seed=1)
    drawn = transition(moved(first, "cpu:0"), moved(second, "cpu:0"), Transition(kind=kind), 0.4)
    assert apart(moved(drawn, "cpu"), transition(first, second, Transition(kind=kind), 0.4)) <= 2


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("kind", WAYS)
def test_a_transition_on_cuda_is_the_same_picture(picture, kind):
    first, second = picture(64, 96), picture(64, 96, seed=1)
    drawn = transition(moved(first, "cuda"), moved(second, "cuda"), Transition(kind=kind), 0.4)
    assert apart(moved(drawn, "cpu"), transition(first, second, Transition(kind=kind), 0.4)) <= 2
