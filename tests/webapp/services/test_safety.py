"""What stands where an app covers the picture: captions, titles, logos and the mark."""

import pytest

from render.presets.platforms import PLATFORMS
from render.timeline import codec
from render.timeline.placed import Cue
from render.timeline.time import TimeRange
from webapp.services import safety

CANVAS = {"width_px": 1080, "height_px": 1920}
LOGO = {"kind": "image", "asset": "0" * 64}


def cue(text):
    return Cue("c", "s", "b", TimeRange(0, 1), text)


def ad(*, captions=None, layers=(), logos=(), canvas=CANVAS):
    tracks = [{"id": "k", "layers": list(logos)}]
    scenes = [{"id": "s", "layers": list(layers)}]
    return codec.read({"canvas": canvas, "captions": captions or {"visible": False}, "scenes": scenes, "tracks": tracks})


def kinds(document, *texts, platform="reels"):
    return [box.kind for box in safety.hidden(document, map(cue, texts), PLATFORMS[platform])]


def title(y, words="Half price", **style):
    return {
        "id": f"t{y}",
        "transform": {"y": y, "width": 9_000, "height": 1_000},
        "content": {"kind": "text", "texts": {"zh": words}, "style": style},
    }


def test_captions_at_the_bottom_are_covered_and_higher_ones_are_not():
    assert "captions" in kinds(ad(captions={"y": 8_300}), "Good morning.")
    assert "captions" not in kinds(ad(captions={"y": 5_500}), "Good morning.")
    assert "captions" not in kinds(ad(captions={"y": 8_300, "visible": False}), "Good morning.")
    assert "captions" not in kinds(ad(captions={"y": 8_300}))


def test_captions_of_many_lines_reach_farther_than_short_ones():
    low = ad(captions={"y": 6_300})
    assert "captions" not in kinds(low, "Short.")
    assert "captions" in kinds(low, "很" * 80)


def test_words_as_wide_as_the_picture_stand_under_the_buttons_at_its_side():
    assert kinds(ad(layers=[title(4_000, "A" * 60)]), platform="tiktok") == ["label", "title"]
    assert kinds(ad(layers=[title(4_000, "OK")]), platform="tiktok") == ["label"]


def test_a_title_is_named_with_its_scene_and_a_hidden_one_is_not_told():
    shown, gone = title(9_000), title(9_500) | {"hidden": True}
    found = [box for box in safety.hidden(ad(layers=[shown, gone]), (), PLATFORMS["reels"]) if box.kind == "title"]
    assert [(box.name, box.scene_number) for box in found] == [("Half price", 1)]


@pytest.mark.parametrize(("y", "covered"), [(9_500, True), (5_000, False)])
def test_a_logo_is_told_and_a_picture_that_fills_the_screen_is_none(y, covered):
    logo = {"id": "l", "transform": {"y": y, "width": 1_500, "height": 800}, "content": LOGO}
    full = {"id": "f", "content": LOGO}
    assert ("logo" in kinds(ad(logos=[logo, full]))) is covered


def test_nothing_is_covered_of_a_shape_that_the_app_shows_between_bars():
    assert kinds(ad(captions={"y": 9_900}, canvas={"width_px": 1920, "height_px": 1080}), "Hello.") == []


def put_in_sight(document, *texts, platforms=("reels", "douyin")):
    style = safety.into_sight(document, [cue(text) for text in texts], [PLATFORMS[name] for name in platforms])
    return document.model_copy(update={"captions": style})


def test_captions_are_moved_no_farther_than_all_platforms_ask_and_narrowed_only_where_they_must():
    moved = put_in_sight(ad(captions={"y": 8_300}), "早安。")
    assert (moved.captions.x, moved.captions.width) == (5_000, 8_600)
    assert 5_000 < moved.captions.y < 6_500
    assert put_in_sight(moved, "早安。") == moved
    wide = put_in_sight(ad(captions={"y": 8_300}), "很" * 30)
    assert wide.captions.width < 8_600
    for document, words in ((moved, "早安。"), (wide, "很" * 30)):
        assert "captions" not in kinds(document, words) + kinds(document, words, platform="douyin")


def test_captions_that_nobody_covers_or_nobody_sees_stay():
    document = ad(captions={"y": 8_300})
    assert put_in_sight(document) == document
    assert put_in_sight(document, "早安。", platforms=()) == document
    assert put_in_sight(document, "早安。", platforms=("amazon",)) == document


def test_captions_too_high_for_what_is_free_stand_in_its_middle():
    assert put_in_sight(ad(captions={"y": 8_300}), "很" * 400, platforms=("reels",)).captions.y == (1_400 + 10_000 - 3_500) // 2
