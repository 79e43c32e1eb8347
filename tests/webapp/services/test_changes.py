"""What changed between two states, told in an order and in words that a person reads."""

import pytest

from render.timeline.document import (
    Background,
    Block,
    BlockText,
    Canvas,
    Document,
    Layer,
    Scene,
    ShapeContent,
    TextContent,
    Track,
    Transition,
)
from webapp.services.changes import between


def scene(name, words="你好。", **fields):
    return Scene(id=name, blocks=(Block(id=f"block-{name}", texts={"zh": BlockText(text=words)}),), **fields)


def told(old, new):
    return [(change.code, change.facts) for change in between(old, new)]


BEFORE = Document(title="Cup", scenes=(scene("one"), scene("two", "再见。")), tracks=(Track(id="music", name="Music", kind="audio"),))


def test_nothing_changed_is_nothing():
    assert between(BEFORE, BEFORE) == []


def test_what_concerns_the_whole_comes_first():
    after = BEFORE.model_copy(update={"title": "Mug", "canvas": Canvas(frame_rate=30), "scenes": BEFORE.scenes[:1]})

    assert [code for code, _ in told(BEFORE, after)] == ["title", "canvas", "scene-removed"]


def test_words_are_told_as_they_were_and_are():
    after = BEFORE.model_copy(update={"scenes": (scene("one", "早上好。"), BEFORE.scenes[1])})

    assert told(BEFORE, after) == [("words", {"scene": 1, "before": "你好。", "after": "早上好。"})]


def test_a_voice_alone_is_told_as_such():
    block = BEFORE.scenes[0].blocks[0].model_copy(update={"rate": 1_200})
    after = BEFORE.model_copy(update={"scenes": (BEFORE.scenes[0].model_copy(update={"blocks": (block,)}), BEFORE.scenes[1])})

    assert told(BEFORE, after) == [("voice", {"scene": 1})]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "Start", "scene-name"),
        ("background", Background(colour="#ffffff"), "background"),
        ("transition", Transition(kind="wipe"), "transition"),
    ],
)
def test_what_a_scene_looks_like_is_told_by_what_it_is(field, value, code):
    after = BEFORE.model_copy(update={"scenes": (BEFORE.scenes[0].model_copy(update={field: value}), BEFORE.scenes[1])})

    assert told(BEFORE, after) == [(code, {"scene": 1})]


def test_scenes_in_another_order_are_one_change():
    assert told(BEFORE, BEFORE.model_copy(update={"scenes": BEFORE.scenes[::-1]})) == [("scenes-moved", {})]


def test_a_new_scene_is_told_with_its_place_and_words():
    after = BEFORE.model_copy(update={"scenes": (*BEFORE.scenes, scene("three", "明天见。"))})

    assert told(BEFORE, after) == [("scene-added", {"scene": 3, "words": "明天见。"})]


def test_clips_come_go_and_change():
    title, box = Layer(id="title", content=TextContent()), Layer(id="box", name="Box", content=ShapeContent())
    old = BEFORE.model_copy(update={"scenes": (scene("one", layers=(title, box)), BEFORE.scenes[1])})
    fresh = Layer(id="new", content=TextContent())
    new = old.model_copy(update={"scenes": (scene("one", layers=(box.model_copy(update={"lane": 3}), fresh)), BEFORE.scenes[1])})

    assert told(old, new) == [
        ("scene-clip-removed", {"scene": 1, "kind": "text", "name": ""}),
        ("scene-clip-changed", {"scene": 1, "kind": "shape", "name": "Box"}),
        ("scene-clip-added", {"scene": 1, "kind": "text", "name": ""}),
    ]


def test_tracks_come_go_and_change():
    fresh = Track(id="logo", name="Logo")
    louder = BEFORE.tracks[0].model_copy(update={"muted": True})

    assert told(BEFORE, BEFORE.model_copy(update={"tracks": (louder, fresh)})) == [
        ("track-changed", {"track": "Music"}),
        ("track-added", {"track": "Logo"}),
    ]
    assert told(BEFORE, BEFORE.model_copy(update={"tracks": ()})) == [("track-removed", {"track": "Music"})]
