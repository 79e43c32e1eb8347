import itertools

import pytest

from render.errors import EditRefused
from render.timeline import codec
from render.timeline.compositions import duplicate_scene, merge_scenes, split_scene
from render.timeline.document import Anchor, BlockText, Mark, Pronunciation
from render.timeline.edits import SetField, apply
from tests.render.timeline.documents import small


def ids():
    return (f"new-{number}" for number in itertools.count(1))


def there_and_back(edit, document=None):
    document = document or small()
    changed, inverse = apply(document, edit)
    assert codec.write(apply(changed, inverse).document) == codec.write(document)
    assert codec.read(codec.write(changed)) == changed
    return changed


def split(document, *place):
    return split_scene(document, *place, ids())


def test_a_scene_is_split_at_the_caret_with_its_marks():
    first, second, last = there_and_back(split(small(), "s1", "b1", "zh", 6)).scenes
    assert ([block.id for block in first.blocks], first.transition.kind) == (["b1"], "cut")
    assert first.blocks[0].texts["zh"] == BlockText(text="你好，世界。", marks=(Mark(id="m1", at=3),))
    assert first.blocks[0].texts["en"].text == "Hello, world."
    assert ([block.id for block in second.blocks], second.transition.kind) == (["new-1", "b2"], "crossfade")
    assert second.blocks[0].texts == {
        "zh": BlockText(
            text="重庆火锅",
            marks=(Mark(id="m2", at=0),),
            pronunciations=(Pronunciation(start=0, end=2, say="chong2 qing4"),),
        ),
    }
    assert [layer.content for layer in second.layers] == [layer.content for layer in first.layers]
    assert last.id == "s2"


def test_spaces_at_the_caret_belong_to_neither_part():
    document = apply(small(), SetField(target="b2", field="texts.zh", value={"text": "one  two", "marks": [{"id": "m", "at": 4}]})).document
    first, second, _ = there_and_back(split(document, "s1", "b2", "zh", 4), document).scenes
    assert first.blocks[-1].texts["zh"].text == "one"
    assert second.blocks[0].texts["zh"] == BlockText(text="two", marks=(Mark(id="m", at=0),))


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (("s1", "b2", "zh", -1), "split-empty"),
        (("s1", "b2", "zh", 4), "split-empty"),
        (("s1", "b2", "zh", 0), "split-empty"),
        (("s1", "b2", "zh", 3), "split-empty"),
        (("s2", "b2", "zh", 1), "target-gone"),
        (("s1", "l1", "zh", 0), "target-kind"),
    ],
)
def test_a_caret_where_nothing_can_be_parted_is_refused(place, reason):
    with pytest.raises(EditRefused, match=reason):
        split(small(), *place)


def test_a_recorded_passage_is_not_split():
    document = apply(small(), SetField(target="b1", field="recordings.zh", value="a" * 64)).document
    with pytest.raises(EditRefused, match="recorded"):
        split(document, "s1", "b1", "zh", 6)


@pytest.mark.parametrize(
    ("span", "first", "second"),
    [
        ({}, ("scene-start", "scene-end"), ("scene-start", "scene-end")),
        ({"end": {"kind": "mark", "of": "m1"}}, ("scene-start", "mark m1"), None),
        ({"start": {"kind": "mark", "of": "m2"}}, None, ("mark m2", "scene-end")),
        (
            {"start": {"kind": "block-start", "of": "b2"}, "end": {"kind": "block-end", "of": "b2"}},
            None,
            ("block-start b2", "block-end b2"),
        ),
        (
            {"start": {"kind": "mark", "of": "m1"}, "end": {"kind": "block-end", "of": "b2"}},
            ("mark m1", "scene-end"),
            ("scene-start", "block-end b2"),
        ),
        ({"end": {"kind": "block-end", "of": "b1"}}, ("scene-start", "scene-end"), ("scene-start", "block-end new-1")),
        ({"end": {"kind": "scene-end", "of": "s2"}}, ("scene-start", "scene-end s2"), None),
    ],
)
def test_a_layer_goes_where_what_it_hangs_on_goes(span, first, second):
    document = apply(small(), SetField(target="l2", field="span", value=span)).document
    scenes = there_and_back(split(document, "s1", "b1", "zh", 6), document).scenes
    assert [titles(scene) for scene in scenes[:2]] == [[first] if first else [], [second] if second else []]


def titles(scene):
    spans = (layer.span for layer in scene.layers if layer.content.kind == "text")
    return [tuple(f"{anchor.kind} {anchor.of}".strip() for anchor in (span.start, span.end)) for span in spans]


def test_both_parts_and_a_copy_stand_in_other_shapes_as_the_scene_did():
    override = {"transform": {"x": 1_000}}
    variant = {"id": "v1", "canvas": {"width_px": 1_920, "height_px": 1_080}, "overrides": {"l2": override}}
    document = codec.read(small().model_dump(mode="json") | {"variants": [variant]})
    for edit in (split(document, "s1", "b1", "zh", 6), duplicate_scene(document, "s1", ids())):
        changed = there_and_back(edit, document)
        (copy,) = [layer.id for layer in changed.scenes[1].layers if layer.content.kind == "text"]
        overrides = changed.variants[0].overrides
        assert overrides[copy] == overrides["l2"]


def test_merging_takes_over_words_layers_and_the_way_out():
    title = {"id": "l9", "content": {"kind": "text", "texts": {"zh": "字"}}}
    raw = small().model_dump(mode="json")
    raw["scenes"][1] |= {
        "blocks": [*raw["scenes"][1]["blocks"], {"id": "b4", "texts": {"zh": {"text": "好"}}}],
        "layers": [
            title,
            title | {"id": "l8", "span": {"start": {"kind": "block-end", "of": "b3"}, "end": {"kind": "scene-end", "of": "s1"}}},
            {"id": "p2", "content": {"kind": "presenter", "presenter": "lin"}},
        ],
        "transition": {"kind": "crossfade", "duration": 9},
    }
    document = codec.read(raw)
    (scene,) = there_and_back(merge_scenes(document, "s1"), document).scenes
    assert [block.id for block in scene.blocks] == ["b1", "b2", "b3", "b4"]
    assert [layer.id for layer in scene.layers] == ["l1", "l2", "l9", "l8"]
    assert (scene.layers[2].span.start, scene.layers[2].span.end) == (
        Anchor(kind="block-start", of="b3"),
        Anchor(kind="block-end", of="b4"),
    )
    assert scene.layers[3].span.end == Anchor(kind="scene-end", of="s1")
    assert scene.transition.duration == 9


def test_a_scene_without_words_leaves_nothing_when_it_is_merged():
    layers = [{"id": "l", "content": {"kind": "shape"}}]
    document = codec.read({"scenes": [{"id": "s1"}, {"id": "s2", "layers": layers}, {"id": "s3", "blocks": [{"id": "b"}], "layers": []}]})
    merged = there_and_back(merge_scenes(document, "s1"), document)
    assert [(scene.id, scene.layers) for scene in merged.scenes] == [("s1", ()), ("s3", ())]
    assert [block.id for block in there_and_back(merge_scenes(merged, "s1"), merged).scenes[0].blocks] == ["b"]


def test_the_last_scene_has_nothing_to_merge_with():
    with pytest.raises(EditRefused, match="no-next-scene"):
        merge_scenes(small(), "s2")


def test_a_copied_scene_refers_to_itself():
    span = {"start": {"kind": "mark", "of": "m1"}, "end": {"kind": "block-end", "of": "b3"}}
    document = apply(small(), SetField(target="l2", field="span", value=span)).document
    first, copy, _ = there_and_back(duplicate_scene(document, "s1", ids()), document).scenes
    assert copy.id == "new-1"
    assert [block.texts["zh"].text for block in copy.blocks] == [block.texts["zh"].text for block in first.blocks]
    own_mark = copy.blocks[0].texts["zh"].marks[0].id
    assert copy.layers[1].span.start == Anchor(kind="mark", of=own_mark)
    assert copy.layers[1].span.end == Anchor(kind="block-end", of="b3")
