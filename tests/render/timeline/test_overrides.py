"""An edit made in a variant: looks become the variant's own, everything else is everybody's."""

import pytest

from render.errors import EditRefused
from render.timeline import codec
from render.timeline.document import Canvas
from render.timeline.edits import Group, InsertItem, RemoveItem, SetField, SpliceText, apply
from render.timeline.history import undo
from render.timeline.overrides import leaving_nothing, overriding
from render.timeline.variants import in_variant

WIDE = {"width_px": 1920, "height_px": 1080, "frame_rate": 25}


@pytest.fixture
def ad():
    title = {"id": "t", "transform": {"x": 5_000, "y": 1_500, "width": 8_600, "height": 1_200}, "content": {"kind": "text"}}
    clip = {"id": "c", "transform": {"width": 4_000, "height": 2_000}, "content": {"kind": "video", "asset": "0" * 64}}
    scene = {"id": "s", "blocks": [{"id": "b", "texts": {"zh": {"text": "早"}}}], "layers": [title, clip]}
    return codec.read({"scenes": [scene], "variants": [{"id": "v", "canvas": WIDE}]})


def done(document, *edits):
    for edit in edits:
        document = apply(document, overriding(document, "v", edit)).document
    return document


def layer(document, name):
    return next(layer for layer in document.scenes[0].layers if layer.id == name)


def test_what_is_moved_in_a_variant_stays_where_it_was_in_the_document(ad):
    after = done(ad, SetField(target="t", field="transform.x", value=2_000))

    assert after.scenes is ad.scenes
    assert layer(in_variant(after, "v"), "t").transform.x == 2_000
    assert layer(in_variant(after, "v"), "t").transform.width == layer(in_variant(ad, "v"), "t").transform.width


def test_only_what_was_changed_is_the_variants_own(ad):
    after = done(
        ad,
        SetField(target="c", field="hidden", value=True),
        SetField(target="c", field="opacity", value=500),
        SetField(target="t", field="content.style.size", value=900),
    )

    set_in = {name: override.model_dump(exclude_none=True).keys() for name, override in after.variants[0].overrides.items()}
    assert set_in == {"c": {"hidden", "opacity"}, "t": {"style"}}
    later = apply(after, SetField(target="c", field="content.fit", value="contain")).document
    assert layer(in_variant(later, "v"), "c").content.fit == "contain"


def test_a_side_that_is_cut_is_one_step_of_the_variant(ad):
    crop = SetField(target="c", field="content.crop", value={"left": 500, "top": 0, "right": 0, "bottom": 0})
    cut = Group(edits=(SetField(target="c", field="transform.width", value=3_000), crop))
    after, inverse = apply(ad, overriding(ad, "v", cut))

    assert layer(in_variant(after, "v"), "c").content.crop.left == 500
    assert layer(after, "c").content.crop.left == 0
    assert apply(after, inverse).document == ad


def test_captions_backgrounds_and_the_canvas_are_the_variants_own(ad):
    after = done(
        ad,
        SetField(target="document", field="captions.y", value=5_000),
        SetField(target="document", field="captions.style.size", value=700),
        SetField(target="s", field="background.colour", value="#ffffff"),
        SetField(target="document", field="canvas.width_px", value=1_080),
    )

    seen = in_variant(after, "v")
    assert (seen.captions.y, seen.captions.style.size, seen.scenes[0].background.colour) == (5_000, 700, "#ffffff")
    assert seen.canvas == Canvas(width_px=1_080, height_px=1_080)
    assert (after.captions, after.canvas, after.scenes) == (ad.captions, ad.canvas, ad.scenes)


@pytest.mark.parametrize(
    "edit",
    [
        SpliceText(block="b", language="zh", at=1, insert="安"),
        SetField(target="c", field="muted", value=True),
        SetField(target="c", field="content.volume", value=200),
        SetField(target="document", field="title", value="Cup"),
        SetField(target="b", field="rate", value=900),
        RemoveItem(id="c"),
    ],
)
def test_words_times_sounds_and_what_there_is_are_everybodys(ad, edit):
    assert overriding(ad, "v", edit) is edit


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (SetField(target="t", field="transform.x", value="left"), "value"),
        (SetField(target="t", field="transform.sideways", value=1), "field"),
        (SetField(target="t", field="content.crop", value={}), "field"),
        (SetField(target="gone", field="hidden", value=True), "target-gone"),
    ],
)
def test_what_is_refused_in_the_document_is_refused_in_a_variant(ad, edit, reason):
    with pytest.raises(EditRefused) as refusal:
        overriding(ad, "v", edit)
    assert refusal.value.reason == reason


def test_what_is_locked_is_not_changed_in_a_variant_either(ad):
    locked = apply(ad, SetField(target="t", field="locked", value=True)).document
    with pytest.raises(EditRefused, match="locked"):
        overriding(locked, "v", SetField(target="t", field="hidden", value=True))


def test_a_clip_of_a_track_is_placed_in_a_variant_alone():
    clip = {"id": "c", "transform": {"width": 4_000, "height": 2_000}, "content": {"kind": "image", "asset": "0" * 64}}
    ad = codec.read({"tracks": [{"id": "k", "layers": [clip]}], "variants": [{"id": "v", "canvas": WIDE}]})
    crop = {"left": 0, "top": 900, "right": 0, "bottom": 0}
    after = done(ad, SetField(target="c", field="transform.y", value=900), SetField(target="c", field="content.crop", value=crop))

    seen = in_variant(after, "v").tracks[0].layers[0]
    assert (after.tracks is ad.tracks, seen.transform.y, seen.content.crop.top) == (True, 900, 900)


def test_what_is_taken_out_leaves_nothing_in_a_variant_and_comes_back_with_it(ad):
    placed = done(
        ad, SetField(target="t", field="transform.x", value=2_000), SetField(target="s", field="background.colour", value="#ffffff")
    )
    gone, inverse = apply(placed, leaving_nothing(placed, RemoveItem(id="s")))

    assert gone.variants[0].overrides == {}
    assert codec.write(apply(gone, inverse).document) == codec.write(placed)


def test_what_is_replaced_by_itself_keeps_what_variants_do_with_it(ad):
    placed = done(ad, SetField(target="t", field="transform.x", value=2_000))
    scene = placed.scenes[0].model_dump(mode="json")
    again = Group(edits=(RemoveItem(id="s"), InsertItem(parent="document", collection="scenes", item=scene)))
    assert leaving_nothing(placed, again) is again


def test_what_others_placed_in_a_variant_is_not_taken_out_by_an_undo(ad):
    fresh = {"id": "n", "content": {"kind": "shape"}}
    added, inverse = apply(ad, InsertItem(parent="s", collection="layers", item=fresh))
    placing = overriding(added, "v", SetField(target="n", field="transform.x", value=2_000))
    after = apply(added, placing).document
    with pytest.raises(EditRefused, match="in-the-way"):
        undo(after, inverse, [placing])


def test_a_variant_that_has_gone_is_told(ad):
    gone = apply(ad, RemoveItem(id="v")).document
    with pytest.raises(EditRefused, match="target-gone"):
        overriding(gone, "v", SetField(target="document", field="title", value="x"))


def test_a_change_in_a_variant_is_undone_past_one_of_another_layer(ad):
    moved, inverse = apply(ad, overriding(ad, "v", SetField(target="t", field="transform.x", value=2_000)))
    other = overriding(moved, "v", SetField(target="c", field="hidden", value=True))
    after = apply(moved, other).document

    back = apply(after, undo(after, inverse, [other])).document
    assert back.variants[0].overrides.keys() == {"c"}
