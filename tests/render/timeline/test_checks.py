import pytest

from render.timeline import codec
from render.timeline.checks import Problem, check
from render.timeline.edits import InsertItem, apply
from tests.render.timeline.documents import small


def problems(scene=None, **members):
    scenes = [{"id": "s", **scene}] if scene is not None else []
    return [(problem.code, problem.path) for problem in check(codec.read({"scenes": scenes, **members}))]


def shape(**members):
    return {"id": "l", "content": {"kind": "shape"}, **members}


def block(text, language="zh"):
    return {"id": "b", "texts": {language: {"text": text}}}


def test_a_good_document_has_no_problems():
    look = {"id": "l9", "content": {"kind": "shape"}}
    assert check(apply(small(), InsertItem(parent="s2", collection="layers", item=look)).document) == ()


def test_a_document_without_scenes_is_told():
    assert problems() == [("no-scenes", "scenes")]


@pytest.mark.parametrize(
    ("scene", "found"),
    [
        ({}, [("scene-empty", "scenes[0]")]),
        ({"blocks": [block("好")]}, [("scene-bare", "scenes[0]")]),
        ({"blocks": [block("好")], "background": {"image": "a" * 64}}, []),
        ({"layers": [shape()]}, []),
        ({"layers": [shape()], "blocks": [block("Hi", "en")]}, [("text-missing", "scenes[0].blocks[0].texts.zh")]),
        ({"layers": [shape()], "blocks": [block("👍")]}, [("text-unspeakable", "scenes[0].blocks[0].texts.zh")]),
        ({"layers": [shape()], "blocks": [block("")]}, []),
        ({"layers": [shape()], "blocks": [block("好，" * 500)]}, [("text-long", "scenes[0].blocks[0].texts.zh")]),
        ({"layers": [shape()], "blocks": [block("x" * 99)]}, [("caption-wide", "scenes[0].blocks[0].texts.zh")]),
        (
            {"layers": [shape(span={"start": {"kind": "mark", "of": "m"}, "end": {"kind": "block-end"}})]},
            [("anchor-gone", "scenes[0].layers[0].span.start"), ("anchor-gone", "scenes[0].layers[0].span.end")],
        ),
        ({"layers": [shape(span={"start": {"kind": "project"}, "end": {"kind": "scene-end", "of": "s"}})]}, []),
        (
            {"layers": [{"id": "l", "content": {"kind": "text", "texts": {"en": " "}}}]},
            [("layer-no-text", "scenes[0].layers[0].content.texts")],
        ),
        ({"layers": [shape(opacity=0)]}, [("layer-invisible", "scenes[0].layers[0]")]),
        ({"layers": [shape(transform={"width": 0})]}, [("layer-invisible", "scenes[0].layers[0]")]),
        ({"layers": [shape(opacity=0, keyframes=[{"property": "opacity", "at": 0, "value": 9}])]}, []),
        ({"layers": [shape()], "duration": {"kind": "fixed", "fixed": 240_000 * 1_801}}, [("project-long", "scenes")]),
    ],
)
def test_what_would_surprise_is_told_with_its_place(scene, found):
    assert problems(scene) == found


def test_tracks_are_looked_at_too():
    sound = {"id": "a", "opacity": 0, "content": {"kind": "audio", "asset": "music:quiet-water"}}
    tracks = [{"id": "t", "layers": [shape(opacity=0), sound]}]
    assert problems({"layers": [shape() | {"id": "k"}]}, tracks=tracks) == [("layer-invisible", "tracks[0].layers[0]")]


def test_a_problem_carries_the_facts_for_its_words():
    document = codec.read({"scenes": [{"id": "s", "layers": [shape()], "blocks": [block("好。" * 500)]}]})
    facts = {"length": 1_000, "length_advised": 800}
    assert check(document) == (Problem("text-long", "scenes[0].blocks[0].texts.zh", facts),)
