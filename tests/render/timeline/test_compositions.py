import itertools

import pytest

from render.errors import EditRefused
from render.timeline import codec
from render.timeline.compositions import duplicate_scene, merge_scenes, split_block, split_scene
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


def test_a_block_is_split_at_the_caret_with_its_marks():
    scene = there_and_back(split_block(small(), "b1", "zh", 6, ids())).scenes[0]
    assert [block.id for block in scene.blocks] == ["b1", "new-1", "b2"]
    assert scene.blocks[0].texts["zh"] == BlockText(text="你好，世界。", marks=(Mark(id="m1", at=3),))
    assert scene.blocks[0].texts["en"].text == "Hello, world."
    assert scene.blocks[1].texts == {
        "zh": BlockText(
            text="重庆火锅",
            marks=(Mark(id="m2", at=0),),
            pronunciations=(Pronunciation(start=0, end=2, say="chong2 qing4"),),
        ),
    }


@pytest.mark.parametrize(("at", "texts"), [(0, ["", "第二段"]), (3, ["第二段", ""])])
def test_a_block_is_split_at_its_ends_too(at, texts):
    scene = there_and_back(split_block(small(), "b2", "zh", at, ids())).scenes[0]
    assert [block.texts["zh"].text for block in scene.blocks[1:]] == texts


@pytest.mark.parametrize("at", [-1, 4])
def test_a_caret_outside_the_text_is_refused(at):
    with pytest.raises(EditRefused, match="range"):
        split_block(small(), "b2", "zh", at, ids())


def test_only_blocks_are_split():
    with pytest.raises(EditRefused, match="target-kind"):
        split_block(small(), "l1", "zh", 0, ids())


def test_a_scene_is_split_into_two_that_look_alike():
    first, second, last = there_and_back(split_scene(small(), "b1", "zh", 6, ids())).scenes
    assert ([block.id for block in first.blocks], first.transition.kind) == (["b1"], "cut")
    assert ([block.id for block in second.blocks], second.transition.kind) == (["new-1", "b2"], "crossfade")
    assert [layer.content for layer in second.layers] == [layer.content for layer in first.layers]
    assert last.id == "s2"


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
    with pytest.raises(EditRefused, match="last"):
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
