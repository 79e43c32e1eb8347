"""Platforms: what a film is made with for each of them, and what stands under their apps."""

import re

import pytest

from render.presets.exports import PRESETS
from render.presets.platforms import OFFERED, PLATFORMS, Covered, platform_of
from render.timeline.document import Canvas

UPRIGHT, WIDE = Canvas(width_px=1080, height_px=1920), Canvas(width_px=1920, height_px=1080)


def test_every_preset_has_a_name_of_its_own_that_tells_its_edition():
    assert len(OFFERED) == len(PRESETS) + len(PLATFORMS)
    assert all(re.fullmatch(rf"{name}-\d+", platform.preset.name) for name, platform in PLATFORMS.items())
    assert all(len(name) <= 40 for name in OFFERED)
    assert platform_of("reels-1") is PLATFORMS["reels"]
    assert platform_of("1080p") is None


@pytest.mark.parametrize(("own", "fastest", "made"), [(25, 60, 25), (60, 60, 60), (60, 30, 30), (50, 30, 25), (30, 30, 30)])
def test_a_film_keeps_its_frame_rate_or_shows_every_other_frame(own, fastest, made):
    platform = next(platform for platform in PLATFORMS.values() if platform.frame_rate_max == fastest)
    assert platform.preset.frame_rate(own) == made


def test_what_an_app_covers_is_known_for_the_shape_that_fills_its_screen():
    reels = PLATFORMS["reels"]

    assert reels.covers(UPRIGHT) == reels.covers(Canvas(width_px=720, height_px=1280)) == Covered(1_400, 600, 3_500, 600)
    assert reels.covers(WIDE) == Covered()
    assert (reels.takes(UPRIGHT), reels.takes(WIDE)) == (True, False)


def test_every_platform_leaves_room_for_words():
    for platform in PLATFORMS.values():
        assert platform.shapes
        for covered in platform.covered.values():
            assert covered.top + covered.bottom <= 5_000
            assert covered.left + covered.right <= 3_000
