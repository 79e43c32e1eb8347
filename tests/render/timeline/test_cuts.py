import itertools

import pytest

from render.errors import DocumentBroken, EditRefused
from render.timeline import codec, cuts
from render.timeline.crossings import place_layer, to_scene, to_track
from render.timeline.edits import Group, SetField, apply
from render.timeline.keyframes import resting_value, value_at
from render.timeline.resolve import resolve
from render.timeline.time import TimeRange
from render.timeline.variants import in_variant
from render.timeline.voicing import link

SECOND = 240_000
DIGEST = "a" * 64


def document(layers=(), tracks=()):
    scenes = [
        {"id": "s1", "duration": {"kind": "fixed", "fixed": 4 * SECOND}, "layers": list(layers)},
        {"id": "s2", "duration": {"kind": "fixed", "fixed": 6 * SECOND}},
    ]
    return codec.read({"scenes": scenes, "tracks": list(tracks)})


def clip(name="l1", start=0, end=4, **content):
    span = {"start": {"offset": start * SECOND}, "end": {"offset": end * SECOND}}
    return {"id": name, "span": span, "content": {"kind": "video", "asset": DIGEST, **content}}


def music(name, start, end):
    anchors = ({"kind": "project", "offset": edge * SECOND} for edge in (start, end))
    return {"id": name, "span": dict(zip(("start", "end"), anchors, strict=True)), "content": {"kind": "audio", "asset": "music:calm"}}


def ids():
    return (f"new-{number}" for number in itertools.count(1))


def linked(held):
    return link(held, "zh", "engine", {}, {DIGEST: 20 * SECOND})


def there_and_back(held, edit):
    changed, inverse = apply(held, edit)
    assert codec.write(apply(changed, inverse).document) == codec.write(held)
    assert codec.read(codec.write(changed)) == changed
    return changed


def ranges(held):
    timeline = resolve(held, linked(held))
    shown = [(placed.layer.id, scene.range.start + placed.range.start, placed) for scene in timeline.scenes for placed in scene.layers]
    shown += [(placed.layer.id, placed.range.start, placed) for placed in timeline.tracks]
    return {name: (start / SECOND, placed.range.duration / SECOND) for name, start, placed in shown}


def test_a_clip_is_split_where_it_is_told_and_goes_on_in_its_source():
    held = document([clip(speed=2_000, source_start=SECOND, fade_in=9, fade_out=9)])
    split = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [SECOND, 3 * SECOND, 9 * SECOND], ids()))
    first, second, third = split.scenes[0].layers
    assert ranges(split) == {"l1": (0, 1), "new-1": (1, 2), "new-2": (3, 1)}
    assert [layer.content.source_start / SECOND for layer in (first, second, third)] == [1, 3, 7]
    assert [(layer.content.fade_in, layer.content.fade_out) for layer in (first, second, third)] == [(9, 0), (0, 0), (0, 9)]


def test_a_layer_that_is_clipped_by_its_scene_is_split_where_it_is_seen():
    held = document([clip(start=-2, end=9)])
    split = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [SECOND], ids()))
    assert ranges(split) == {"l1": (0, 1), "new-1": (1, 3)}


def test_a_layer_on_a_name_that_is_gone_is_split_too():
    layer = clip() | {"span": {"start": {"kind": "mark", "of": "gone"}, "end": {"kind": "mark", "of": "gone"}}}
    held = document([layer])
    split = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [SECOND], ids()))
    assert ranges(split) == {"l1": (0, 1), "new-1": (1, 3)}


def test_a_split_needs_a_tick_inside():
    held = document([clip()])
    with pytest.raises(EditRefused, match="range"):
        cuts.split_layer(held, linked(held), "l1", [0, 4 * SECOND], ids())


def test_a_layer_that_nothing_is_left_of_cannot_be_cut():
    held = document([clip(start=5, end=6)])
    with pytest.raises(EditRefused, match="range"):
        cuts.split_layer(held, linked(held), "l1", [SECOND], ids())


@pytest.mark.parametrize("easing", ["linear", "hold", "ease-in-out"])
def test_the_pieces_of_a_moving_layer_move_as_it_did(easing):
    frames = [{"property": "x", "at": at * SECOND, "value": value, "easing": easing} for at, value in ((1, 0), (3, 9_000))]
    held = document([clip() | {"keyframes": frames}])
    whole = held.scenes[0].layers[0]
    first, second = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [2 * SECOND], ids())).scenes[0].layers
    for tick in range(0, 4 * SECOND, SECOND // 7):
        layer, at = (first, tick) if tick < 2 * SECOND else (second, tick - 2 * SECOND)
        assert value_at(layer, "x", at) == pytest.approx(value_at(whole, "x", tick), abs=160)


def test_a_slow_zoom_goes_on_over_the_cut():
    layer = {"id": "l1", "content": {"kind": "image", "asset": DIGEST, "zoom": {"from_scale": 1_000, "to_scale": 2_250}}}
    held = document([layer])
    first, second = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [2 * SECOND], ids())).scenes[0].layers
    assert first.content.zoom.to_scale == second.content.zoom.from_scale == 1_500
    assert second.content.zoom.to_scale == 2_250


def test_a_stretched_clip_keeps_its_pace_when_it_is_cut():
    held = document([clip(beyond="stretch")])
    first, second = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [SECOND], ids())).scenes[0].layers
    assert (first.content.speed, second.content.source_start) == (5_000, 5 * SECOND)
    with pytest.raises(EditRefused, match="stretched"):
        cuts.split_layer(held, link(held, "zh", "engine", {}), "l1", [SECOND], ids())


def test_silences_are_cut_out():
    held = document([clip()])
    found = cuts.whereabouts(held, linked(held), "l1")
    parts = cuts.sounding(found, [TimeRange(0, SECOND), TimeRange(2 * SECOND, SECOND), TimeRange(4 * SECOND, SECOND)])
    kept = there_and_back(held, cuts.keep_parts(held, linked(held), "l1", parts, ids()))
    assert ranges(kept) == {"l1": (1, 1), "new-1": (3, 1)}
    with pytest.raises(EditRefused, match="range"):
        cuts.keep_parts(held, linked(held), "l1", [], ids())


def test_sound_between_silences_lasts_to_the_end():
    held = document([clip()])
    found = cuts.whereabouts(held, linked(held), "l1")
    assert cuts.sounding(found, []) == [found.range]
    assert cuts.sounding(found, [TimeRange(SECOND, SECOND)], speed=500) == [TimeRange(0, 2 * SECOND)]


def test_words_say_where_a_sound_may_be_split():
    held = codec.read({"scenes": [{"id": "s", "blocks": [{"id": "b", "texts": {"zh": {"text": "你好"}}}]}]})
    assert len(cuts.word_starts(held, linked(held))) == 2


def test_a_trim_leaves_what_is_seen_at_any_moment():
    held = document([clip(speed=2_000)])
    trimmed = there_and_back(held, cuts.trim_layer(held, linked(held), "l1", start=SECOND, end=3 * SECOND))
    assert ranges(trimmed) == {"l1": (1, 2)}
    assert trimmed.scenes[0].layers[0].content.source_start == 2 * SECOND
    longer = there_and_back(trimmed, cuts.trim_layer(trimmed, linked(trimmed), "l1", start=0))
    assert ranges(longer) == {"l1": (0, 3)}
    assert longer.scenes[0].layers[0].content.source_start == 0
    with pytest.raises(EditRefused, match="range"):
        cuts.trim_layer(held, linked(held), "l1", start=5 * SECOND)


def test_a_gap_is_closed_on_its_track_but_for_what_is_locked():
    layers = [music("m1", 0, 2), music("m2", 3, 4), music("m3", 5, 6) | {"locked": True}, music("m4", 90, 91)]
    held = document(tracks=[{"id": "t", "kind": "audio", "layers": layers}])
    closed = there_and_back(held, cuts.ripple_delete(held, linked(held), "m1"))
    assert ranges(closed) == {"m2": (1, 1), "m3": (5, 1)}


def test_a_gap_in_a_scene_is_closed_on_its_own_lane():
    held = document([clip("l1", 0, 1), clip("l2", 1, 2), clip("l3", 1, 2) | {"lane": 3}])
    assert ranges(there_and_back(held, cuts.ripple_delete(held, linked(held), "l1"))) == {"l2": (0, 1), "l3": (1, 1)}


def test_a_copy_follows_on_a_track_and_lies_over_in_a_scene():
    held = document([clip()], [{"id": "t", "kind": "audio", "layers": [music("m1", 1, 3)]}])
    assert ranges(there_and_back(held, cuts.duplicate_layer(held, linked(held), "m1", ids())))["new-1"] == (3, 2)
    assert ranges(there_and_back(held, cuts.duplicate_layer(held, linked(held), "l1", ids())))["new-1"] == (0, 4)


def test_a_layer_moves_as_a_whole():
    held = document([clip(start=0, end=1)])
    assert ranges(there_and_back(held, cuts.move_layer(held.scenes[0].layers[0], SECOND))) == {"l1": (1, 1)}


def test_a_clip_dragged_across_a_cut_hangs_on_the_edges_of_its_scenes():
    held = document([clip()])
    crossing = there_and_back(held, place_layer(held, linked(held), "l1", TimeRange(3 * SECOND, 2 * SECOND), ids()))
    track = crossing.tracks[0]
    assert (track.kind, crossing.scenes[0].layers, ranges(crossing)) == ("overlay", (), {"l1": (3, 2)})
    longer = apply(crossing, SetField(target="s1", field="duration.fixed", value=5 * SECOND)).document
    assert ranges(longer) == {"l1": (4, 2)}


def test_a_clip_across_a_cut_comes_back():
    held = document([clip()], [{"id": "t0", "locked": True}, {"id": "t1"}])
    crossing = there_and_back(held, place_layer(held, linked(held), "l1", TimeRange(3 * SECOND, 5 * SECOND), ids()))
    assert [layer.id for layer in crossing.tracks[1].layers] == ["l1"]
    assert ranges(there_and_back(crossing, to_scene(crossing, linked(crossing), "l1"))) == {"l1": (3, 1)}
    back = place_layer(crossing, linked(crossing), "l1", TimeRange(5 * SECOND, SECOND), ids())
    assert ranges(there_and_back(crossing, back)) == {"l1": (5, 1)}


def test_a_layer_dragged_into_another_scene_comes_to_live_there():
    held = document([clip()])
    there = there_and_back(held, place_layer(held, linked(held), "l1", TimeRange(4 * SECOND, 6 * SECOND), ids()))
    assert [layer.id for layer in there.scenes[1].layers] == ["l1"]
    assert ranges(there) == {"l1": (4, 6)}
    inside = place_layer(there, linked(there), "l1", TimeRange(5 * SECOND, SECOND), ids())
    assert ranges(there_and_back(there, inside)) == {"l1": (5, 1)}


def test_a_layer_can_be_given_to_a_track_as_it_is():
    held = document([clip()], [{"id": "a", "kind": "audio"}])
    assert ranges(there_and_back(held, to_track(held, linked(held), "l1", ids()))) == {"l1": (0, 4)}
    with pytest.raises(EditRefused, match="range"):
        place_layer(held, linked(held), "l1", TimeRange(90 * SECOND, SECOND), ids())


def test_what_lies_nowhere_comes_into_no_scene():
    held = codec.read({"tracks": [{"id": "t", "layers": [music("m1", 0, 1)]}]})
    with pytest.raises(EditRefused, match="range"):
        to_scene(held, linked(held), "m1")


def test_a_locked_layer_refuses_everything_but_its_unlocking():
    held = document([clip() | {"locked": True}])
    with pytest.raises(EditRefused, match="locked"):
        apply(held, Group(edits=(SetField(target="l1", field="opacity", value=1),)))
    assert not there_and_back(held, SetField(target="l1", field="locked", value=False)).scenes[0].layers[0].locked


def test_a_place_outside_of_every_scene_is_no_place_for_a_tracks_clip():
    held = codec.read({"scenes": [{"id": "s"}], "tracks": [{"id": "t", "layers": [music("m1", 0, 1) | {"span": {}}]}]})
    assert there_and_back(held, to_scene(held, linked(held), "m1")).scenes[0].layers[0].id == "m1"


def test_a_curve_that_lies_on_one_side_of_a_cut_is_a_rest_on_the_other():
    frames = [{"property": "x", "at": at * SECOND, "value": at, "easing": "linear"} for at in (0, 1, 3)]
    held = document([clip() | {"keyframes": frames}])
    first, second = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [int(3.5 * SECOND)], ids())).scenes[0].layers
    assert [frame.value for frame in second.keyframes] == [3]
    assert len(first.keyframes) == 3


def test_a_still_picture_is_cut_as_it_is():
    held = document([{"id": "l1", "content": {"kind": "shape"}}])
    first, second = there_and_back(held, cuts.split_layer(held, linked(held), "l1", [SECOND], ids())).scenes[0].layers
    assert first.content == second.content


def test_a_caption_changed_twice_is_refused():
    text = {"text": "你好", "marks": [{"id": "m", "at": 0}], "captions": [{"mark": "m"}, {"mark": "m"}]}
    with pytest.raises(DocumentBroken) as refusal:
        codec.read({"scenes": [{"id": "s", "blocks": [{"id": "b", "texts": {"zh": text}}]}]})
    assert refusal.value.reason == "caption"


def test_a_crop_rests_where_its_content_has_it():
    held = document([clip(crop={"left": 70}), {"id": "l2", "content": {"kind": "shape"}}])
    assert [resting_value(layer, "crop-left") for layer in held.scenes[0].layers] == [70, 0]


def test_a_variant_may_change_a_voice_alone():
    block = {"id": "b", "texts": {"zh": {"text": "你好"}}}
    raw = {"scenes": [{"id": "s", "blocks": [block]}], "variants": [{"id": "v", "overrides": {"b": {"voice": "other"}}}]}
    assert in_variant(codec.read(raw), "v").scenes[0].blocks[0].voices == {"zh": "other"}
