"""One ad in several languages and shapes."""

import pytest

from render.errors import DocumentRefused, EditRefused
from render.timeline import codec
from render.timeline.document import Canvas
from render.timeline.edits import InsertItem, MoveItem, RemoveItem, SetField, apply
from render.timeline.layouts import refitted
from render.timeline.resolve import resolve
from render.timeline.variants import in_variant
from render.timeline.voicing import link
from tests.render.timeline.documents import small

UPRIGHT, SQUARE, WIDE = Canvas(), Canvas(width_px=1_080, height_px=1_080), Canvas(width_px=1_920, height_px=1_080)
DIGEST = "a" * 64


def varied(overrides, **variant):
    raw = small().model_dump(mode="json")
    picture = {"id": "p", "content": {"kind": "image", "asset": "b" * 64}}
    raw["scenes"][0]["layers"].append(picture)
    raw["variants"] = [{"id": "v", "overrides": overrides, **variant}]
    return codec.read(raw)


def test_a_variant_says_other_words_in_another_voice_with_its_marks_in_place():
    held = varied({"b1": {"text": "你好，新世界。重庆火锅", "voice": "other"}, "b2": {"text": "第二段"}, "b3": {"text": "Bye"}})
    blocks = in_variant(held, "v").scenes[0].blocks
    assert blocks[0].texts["zh"].text == "你好，新世界。重庆火锅"
    assert [mark.at for mark in blocks[0].texts["zh"].marks] == [4, 7]
    assert blocks[0].voices == {"zh": "other"}
    assert blocks[1] == held.scenes[0].blocks[1]
    assert resolve(held, link(held, "zh", "e", {}), variant="v").cues[0].text == "你好，新世界。"


def test_a_variant_in_another_language_changes_the_words_of_that_language():
    shown = in_variant(varied({"b3": {"text": "Bye"}, "l2": {"text": "Title"}}, language="en"), "v")
    assert shown.language == "en"
    assert shown.scenes[1].blocks[0].texts["en"].text == "Bye"
    assert shown.scenes[1].blocks[0].texts["zh"].text == "再见"
    assert shown.scenes[0].layers[1].content.shown_in("en") == "Title"


def test_a_variant_changes_media_layout_and_looks():
    overrides = {
        "p": {"asset": DIGEST, "fit": "cover", "crop": {"left": 100}, "transform": {"x": 1}, "opacity": 500, "hidden": True},
        "l2": {"style": {"size": 900}},
        "l1": {"asset": DIGEST},
        "l3": {"asset": "music:other"},
        "s1": {"background": {"colour": "#ffffff"}},
        "gone": {"opacity": 1},
    }
    shown = in_variant(varied(overrides, captions={"y": 100}), "v")
    picture = shown.scenes[0].layers[2]
    assert (picture.content.asset, picture.content.fit, picture.content.crop.left) == (DIGEST, "cover", 100)
    assert (picture.transform.x, picture.opacity, picture.hidden) == (1, 500, True)
    assert shown.scenes[0].layers[1].content.style.size == 900
    assert shown.tracks[0].layers[0].content.asset == "music:other"
    assert (shown.scenes[0].background.colour, shown.captions.y, shown.variants) == ("#ffffff", 100, ())


def test_a_picture_never_becomes_music():
    assert in_variant(varied({"p": {"asset": "music:other"}}), "v").scenes[0].layers[2].content.asset == "b" * 64


def test_a_variant_that_is_gone_is_refused():
    with pytest.raises(DocumentRefused, match="variant-gone"):
        resolve(small(), link(small(), "zh", "e", {}), variant="v")


def test_a_variant_without_overrides_is_the_document():
    held = varied({})
    assert in_variant(held, "v") == held.model_copy(update={"variants": ()})


def test_variants_come_go_and_change_by_edits():
    held = varied({})
    steps = [
        InsertItem(
            parent="document", collection="variants", after="v", item={"id": "w", "canvas": {"width_px": 1_920, "height_px": 1_080}}
        ),
        SetField(target="w", field="overrides.l1", value={"opacity": 10}),
        SetField(target="w", field="overrides.l1.opacity", value=20),
        MoveItem(id="w", parent="document"),
        SetField(target="w", field="overrides.l1", value=None),
        RemoveItem(id="v"),
    ]
    for step in steps:
        after, inverse = apply(held, step)
        assert codec.write(apply(after, inverse).document) == codec.write(held)
        held = codec.read(codec.write(after))
    assert [variant.id for variant in held.variants] == ["w"]
    with pytest.raises(EditRefused, match="duplicate-id"):
        apply(held, InsertItem(parent="document", collection="variants", item={"id": "s1"}))


def stands(content, canvas=WIDE, old=UPRIGHT, **transform):
    raw = {"scenes": [{"id": "s", "layers": [{"id": "l", "transform": transform, "content": content}]}]}
    held = refitted(codec.read(raw).scenes[0].layers[0], old, canvas).transform
    return held.x, held.y, held.width, held.height


IMAGE = {"kind": "image", "asset": DIGEST}
PRESENTER = {"kind": "presenter", "presenter": "lin"}


def test_what_fills_the_picture_goes_on_filling_it():
    assert stands(IMAGE) == (5_000, 5_000, 10_000, 10_000)


def test_a_picture_keeps_its_shape_and_its_size_against_the_shorter_side():
    x, y, width, height = stands(IMAGE, width=4_000, height=2_250, x=2_500, y=2_000)
    assert (width * 1_920, height * 1_080) == (4_000 * 1_080, 4_000 * 1_080)
    assert (x, y) == (2_500, 2_000)


def test_a_presenter_stands_on_the_lower_edge_in_every_shape():
    for canvas in (SQUARE, WIDE):
        _, y, width, height = stands(PRESENTER, canvas, x=5_000, y=5_500, width=10_000, height=9_000)
        assert y + height / 2 == pytest.approx(10_000, abs=1)
        assert width * canvas.width_px / (height * canvas.height_px) == pytest.approx(1_080 / (0.9 * 1_920), rel=0.01)
    _, y, width, height = stands(PRESENTER, UPRIGHT, WIDE, x=5_000, y=5_500, width=10_000, height=9_000)
    assert (width, y + height / 2) == (10_000, pytest.approx(10_000, abs=1))


def test_a_title_is_as_wide_as_it_was_but_never_wider_than_the_picture():
    title = {"kind": "text"}
    assert stands(title, x=5_000, y=1_500, width=8_600, height=1_200)[2] == round(8_600 * 1_080 / 1_920)
    assert stands(title, UPRIGHT, WIDE, x=5_000, y=1_500, width=8_600, height=1_200)[2] == 9_200


def test_a_band_keeps_its_width_and_its_edge():
    assert stands({"kind": "shape"}, x=5_000, y=500, width=10_000, height=1_000) == (5_000, 889, 10_000, 1_778)
    assert stands({"kind": "shape"}, SQUARE, x=5_000, y=9_500, width=10_000, height=1_000)[1] == 9_111


def test_what_was_inside_stays_inside_and_what_was_outside_stays_there():
    x, y, width, height = stands(IMAGE, x=9_000, y=8_000, width=1_000, height=3_000)
    assert y + height / 2 <= 10_000
    assert x + width / 2 <= 10_000
    assert stands(IMAGE, x=-4_000, y=5_000, width=1_000, height=1_000)[0] == -4_000


def test_the_same_shape_and_sounds_need_no_new_layout():
    layer = small().tracks[0].layers[0]
    assert refitted(layer, UPRIGHT, WIDE) is layer
    assert refitted(layer, UPRIGHT, Canvas(width_px=720, height_px=1_280)) is layer
    assert stands(IMAGE, width=0, height=0)[2:] == (0, 0)


def scene_in(canvas, presenter_x, old=UPRIGHT):
    layers = [
        {"id": "p", "transform": {"x": presenter_x, "y": 6_000, "width": 7_000, "height": 8_000}, "content": PRESENTER},
        {"id": "i", "transform": {"x": 5_000, "y": 3_000, "width": 8_000, "height": 2_500}, "content": IMAGE},
        {"id": "t", "transform": {"x": 5_000, "y": 1_200, "width": 9_000, "height": 800}, "content": {"kind": "text"}},
    ]
    raw = {"scenes": [{"id": "s", "layers": layers}], "canvas": old.model_dump(), "variants": [{"id": "v", "canvas": canvas.model_dump()}]}
    return [layer.transform for layer in in_variant(codec.read(raw), "v").scenes[0].layers]


@pytest.mark.parametrize("canvas", [SQUARE, WIDE])
def test_a_presenter_steps_aside_for_the_picture_where_there_is_room(canvas):
    presenter, picture, title = scene_in(canvas, 5_000)
    assert presenter.x > 7_000
    assert picture.x + picture.width / 2 <= 6_100
    assert (title.x < 5_000) == (canvas is WIDE)


def test_a_presenter_comes_to_the_middle_below_where_there_is_none():
    presenter, picture, title = scene_in(UPRIGHT, 7_500, WIDE)
    assert presenter.x == 5_000
    assert picture.y < 3_000
    assert title.y == 1_237


def test_a_shape_that_is_drawn_behind_a_presenter_goes_with_her_and_a_plate_behind_a_title_does_not():
    def shape(name, y, height, lane):
        place = {"x": 5_000, "y": y, "width": 9_600, "height": height}
        return {"id": name, "lane": lane, "transform": place, "content": {"kind": "shape", "shape": "ellipse"}}

    person = {"id": "p", "lane": 10, "transform": {"x": 5_000, "y": 5_500, "width": 10_000, "height": 9_000}, "content": PRESENTER}
    layers = [shape("halo", 5_000, 4_500, 5), person, shape("plate", 1_500, 1_000, 5), shape("veil", 5_000, 4_500, 20)]
    raw = {"scenes": [{"id": "s", "layers": layers}], "variants": [{"id": "v", "canvas": WIDE.model_dump()}]}
    stood = {layer.id: layer.transform for layer in in_variant(codec.read(raw), "v").scenes[0].layers}

    assert stood["halo"].x == stood["p"].x > 7_000
    assert stood["halo"].width * 1920 * 4_500 * 1920 == pytest.approx(stood["halo"].height * 1080 * 9_600 * 1080, rel=0.01)
    assert stood["plate"].x < 6_000
    assert stood["veil"].x < 6_000


def test_a_presenter_alone_stays_where_she_is():
    raw = {"scenes": [{"id": "s", "layers": [{"id": "p", "content": PRESENTER}]}], "variants": [{"id": "v", "canvas": WIDE.model_dump()}]}
    assert in_variant(codec.read(raw), "v").scenes[0].layers[0].transform.x == 5_000


def test_a_presenter_who_was_split_is_alone_too():
    halves = [{"id": "p", "content": PRESENTER}, {"id": "q", "content": PRESENTER}]
    raw = {"scenes": [{"id": "s", "layers": halves}], "variants": [{"id": "v", "canvas": WIDE.model_dump()}]}
    assert {layer.transform.x for layer in in_variant(codec.read(raw), "v").scenes[0].layers} == {5_000}


def test_what_an_edit_leaves_alone_is_laid_out_once():
    held = varied({"l2": {"opacity": 500}}, canvas=WIDE.model_dump())
    changed = apply(held, SetField(target="v", field="overrides.l3", value={"opacity": 100})).document
    one, other = in_variant(held, "v"), in_variant(changed, "v")
    assert (one.scenes[0] is other.scenes[0], one.scenes[1] is other.scenes[1], one.tracks[0] is other.tracks[0]) == (True, True, False)
    assert other.tracks[0].layers[0].opacity == 100
