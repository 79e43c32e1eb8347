"""Where things stand and which part of a source they show."""

import numpy as np
import pytest

from render.graph.boxes import box_of, cropped, even, framing, turned_size, zoomed
from render.graph.presenters import loudness, seed_of, spoken_at
from render.timeline.document import Crop, SlowZoom, Transform
from render.timeline.placed import PlacedBlock
from render.timeline.spoken import SpokenTimes
from render.timeline.time import TimeRange


@pytest.mark.parametrize(
    ("fit", "window", "size_px"),
    [("fill", (0, 0, 400, 300), (200, 200)), ("cover", (50, 0, 350, 300), (200, 200)), ("contain", (0, 0, 400, 300), (200, 150))],
)
def test_fits(fit, window, size_px):
    shown = framing(fit, (0, 0, 400, 300), (200, 200))
    assert shown.window == pytest.approx(window)
    assert (shown.width_px, shown.height_px) == size_px


def test_a_zoom_closes_in_on_its_focus_by_even_ratios():
    zoom = SlowZoom(from_scale=1_000, to_scale=2_250, focus_x=10_000, focus_y=0)
    assert zoomed((0, 0, 400, 300), zoom, 0.0) == pytest.approx((0, 0, 400, 300))
    assert zoomed((0, 0, 400, 300), zoom, 0.5) == pytest.approx((400 / 3, 0, 400, 200))
    assert zoomed((0, 0, 400, 300), zoom, 2.0) == pytest.approx((400 - 400 / 2.25, 0, 400, 300 / 2.25))


def test_a_crop_that_leaves_nothing_leaves_a_hundredth():
    left, top, right, bottom = cropped(Crop(left=9_900, right=9_900, top=100, bottom=0), (1_000, 100))
    assert (left, right) == pytest.approx((990, 1_000))
    assert (top, bottom) == pytest.approx((1, 100))


def test_boxes_are_bounded_by_the_canvas():
    box = box_of(Transform(width=100_000, height=1_000, scale=20_000), (180, 320), 20.0)
    assert box.width == pytest.approx(4 * 180)


def test_sizes_are_even_and_never_nothing():
    assert [even(length) for length in (0, 0.4, 3.1, 4.9)] == [2, 2, 4, 4]
    assert turned_size(100, 50, 90) == (50, 100)
    assert turned_size(100, 50, 45) == (108, 108)


def block(name, start, duration):
    return PlacedBlock(name, "x", TimeRange(start, duration), "", SpokenTimes(duration))


def test_the_block_before_a_gap_rules_to_its_middle():
    first, second = block("a", 0, 100), block("b", 200, 100)
    ruling = {ticks: spoken_at((first, second), ticks) for ticks in (-20, 0, 149, 150, 200, 400)}
    assert {ticks: (found.id, at) for ticks, (found, at) in ruling.items()} == {
        -20: ("a", -20),
        0: ("a", 0),
        149: ("a", 149),
        150: ("b", -50),
        200: ("b", 0),
        400: ("b", 200),
    }


def test_without_blocks_there_is_the_scenes_own_time():
    assert spoken_at((), 77) == (None, 77)


def test_loudness_is_told_per_ten_milliseconds():
    assert loudness(np.full(960, 0.5, np.float32)) == pytest.approx((0.5, 0.5))
    assert len(loudness(np.zeros(481, np.float32))) == 2


def test_seeds_belong_to_names():
    assert seed_of("a") == seed_of("a") != seed_of("b")
    assert 0 <= seed_of("a") < 2**31
