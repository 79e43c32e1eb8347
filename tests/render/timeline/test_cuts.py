import itertools
from dataclasses import replace

import pytest

from render.errors import DocumentBroken, EditRefused
from render.timeline import codec, cuts
from render.timeline.crossings import place_layer, to_scene, to_track
from render.timeline.curves import envelope_of
from render.timeline.edits import Group, SetField, apply
from render.timeline.keyframes import resting_value, value_at
from render.timeline.resolve import places, resolve
from render.timeline.table import Table, whereabouts
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


def laid(held):
    manifest = linked(held)
    return Table(held, manifest, places(held, manifest))


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
    split = there_and_back(held, cuts.split_layer(laid(held), "l1", [SECOND, 3 * SECOND, 9 * SECOND], ids()))
    first, second, third = split.scenes[0].layers
    assert ranges(split) == {"l1": (0, 1), "new-1": (1, 2), "new-2": (3, 1)}
    assert [layer.content.source_start / SECOND for layer in (first, second, third)] == [1, 3, 7]
    assert [(layer.content.fade_in, layer.content.fade_out) for layer in (first, second, third)] == [(9, 0), (0, 0), (0, 9)]


def test_a_layer_that_is_clipped_by_its_scene_is_split_where_it_is_seen():
    held = document([clip(start=-2, end=9)])
    split = there_and_back(held, cuts.split_layer(laid(held), "l1", [SECOND], ids()))
    assert ranges(split) == {"l1": (0, 1), "new-1": (1, 3)}


def test_a_layer_on_a_name_that_is_gone_is_split_too():
    layer = clip() | {"span": {"start": {"kind": "mark", "of": "gone"}, "end": {"kind": "mark", "of": "gone"}}}
    held = document([layer])
    split = there_and_back(held, cuts.split_layer(laid(held), "l1", [SECOND], ids()))
    assert ranges(split) == {"l1": (0, 1), "new-1": (1, 3)}


def test_a_split_needs_a_tick_inside():
    held = document([clip()])
    with pytest.raises(EditRefused, match="range"):
        cuts.split_layer(laid(held), "l1", [0, 4 * SECOND], ids())


def test_a_layer_that_nothing_is_left_of_cannot_be_cut():
    held = document([clip(start=5, end=6)])
    with pytest.raises(EditRefused, match="range"):
        cuts.split_layer(laid(held), "l1", [SECOND], ids())


@pytest.mark.parametrize("easing", ["linear", "hold", "ease-in-out"])
def test_the_pieces_of_a_moving_layer_move_as_it_did(easing):
    frames = [{"property": "x", "at": at * SECOND, "value": value, "easing": easing} for at, value in ((1, 0), (3, 9_000))]
    held = document([clip() | {"keyframes": frames}])
    whole = held.scenes[0].layers[0]
    first, second = there_and_back(held, cuts.split_layer(laid(held), "l1", [2 * SECOND], ids())).scenes[0].layers
    for tick in range(0, 4 * SECOND, SECOND // 7):
        layer, at = (first, tick) if tick < 2 * SECOND else (second, tick - 2 * SECOND)
        assert value_at(layer, "x", at) == pytest.approx(value_at(whole, "x", tick), abs=160)


def test_a_slow_zoom_goes_on_over_the_cut():
    layer = {"id": "l1", "content": {"kind": "image", "asset": DIGEST, "zoom": {"from_scale": 1_000, "to_scale": 2_250}}}
    held = document([layer])
    first, second = there_and_back(held, cuts.split_layer(laid(held), "l1", [2 * SECOND], ids())).scenes[0].layers
    assert first.content.zoom.to_scale == second.content.zoom.from_scale == 1_500
    assert second.content.zoom.to_scale == 2_250


def test_a_stretched_clip_keeps_its_pace_when_it_is_cut():
    held = document([clip(beyond="stretch")])
    first, second = there_and_back(held, cuts.split_layer(laid(held), "l1", [SECOND], ids())).scenes[0].layers
    assert (first.content.speed, second.content.source_start) == (5_000, 5 * SECOND)
    with pytest.raises(EditRefused, match="stretched"):
        cuts.split_layer(replace(laid(held), manifest=link(held, "zh", "engine", {})), "l1", [SECOND], ids())


def test_a_trim_leaves_what_is_seen_at_any_moment():
    held = document([clip(speed=2_000)])
    trimmed = there_and_back(held, cuts.trim_layer(laid(held), "l1", start=SECOND, end=3 * SECOND))
    assert ranges(trimmed) == {"l1": (1, 2)}
    assert trimmed.scenes[0].layers[0].content.source_start == 2 * SECOND
    longer = there_and_back(trimmed, cuts.trim_layer(laid(trimmed), "l1", start=0))
    assert ranges(longer) == {"l1": (0, 3)}
    assert longer.scenes[0].layers[0].content.source_start == 0
    with pytest.raises(EditRefused, match="range"):
        cuts.trim_layer(laid(held), "l1", start=5 * SECOND)


def test_a_gap_is_closed_on_its_track_but_for_what_is_locked():
    layers = [music("m1", 0, 2), music("m2", 3, 4), music("m3", 5, 6) | {"locked": True}, music("m4", 90, 91)]
    held = document(tracks=[{"id": "t", "kind": "audio", "layers": layers}])
    closed = there_and_back(held, cuts.ripple_delete(laid(held), ["m1"]))
    assert ranges(closed) == {"m2": (1, 1), "m3": (5, 1)}


def test_a_gap_in_a_scene_is_closed_on_its_own_lane():
    held = document([clip("l1", 0, 1), clip("l2", 1, 2), clip("l3", 1, 2) | {"lane": 3}])
    assert ranges(there_and_back(held, cuts.ripple_delete(laid(held), ["l1"]))) == {"l2": (0, 1), "l3": (1, 1)}


def test_a_copy_follows_on_a_track_and_lies_over_in_a_scene():
    held = document([clip()], [{"id": "t", "kind": "audio", "layers": [music("m1", 1, 3)]}])
    assert ranges(there_and_back(held, cuts.duplicate_layer(laid(held), "m1", ids())))["new-1"] == (3, 2)
    assert ranges(there_and_back(held, cuts.duplicate_layer(laid(held), "l1", ids())))["new-1"] == (0, 4)


def test_a_layer_moves_as_a_whole():
    held = document([clip(start=0, end=1)])
    assert ranges(there_and_back(held, cuts.move_layer(held.scenes[0].layers[0], SECOND))) == {"l1": (1, 1)}


def test_a_clip_dragged_across_a_cut_hangs_on_the_edges_of_its_scenes():
    held = document([clip()])
    crossing = there_and_back(held, place_layer(laid(held), "l1", TimeRange(3 * SECOND, 2 * SECOND), ids()))
    track = crossing.tracks[0]
    assert (track.kind, crossing.scenes[0].layers, ranges(crossing)) == ("overlay", (), {"l1": (3, 2)})
    longer = apply(crossing, SetField(target="s1", field="duration.fixed", value=5 * SECOND)).document
    assert ranges(longer) == {"l1": (4, 2)}


def test_a_clip_across_a_cut_comes_back():
    held = document([clip()], [{"id": "t0", "locked": True}, {"id": "t1"}])
    crossing = there_and_back(held, place_layer(laid(held), "l1", TimeRange(3 * SECOND, 5 * SECOND), ids()))
    assert [layer.id for layer in crossing.tracks[1].layers] == ["l1"]
    assert ranges(there_and_back(crossing, to_scene(laid(crossing), "l1"))) == {"l1": (3, 1)}
    back = place_layer(laid(crossing), "l1", TimeRange(5 * SECOND, SECOND), ids())
    assert ranges(there_and_back(crossing, back)) == {"l1": (5, 1)}


def test_a_layer_dragged_into_another_scene_comes_to_live_there():
    held = document([clip()])
    there = there_and_back(held, place_layer(laid(held), "l1", TimeRange(4 * SECOND, 6 * SECOND), ids()))
    assert [layer.id for layer in there.scenes[1].layers] == ["l1"]
    assert ranges(there) == {"l1": (4, 6)}
    inside = place_layer(laid(there), "l1", TimeRange(5 * SECOND, SECOND), ids())
    assert ranges(there_and_back(there, inside)) == {"l1": (5, 1)}


def test_a_layer_can_be_given_to_a_track_as_it_is():
    held = document([clip()], [{"id": "a", "kind": "audio"}])
    assert ranges(there_and_back(held, to_track(laid(held), "l1", ids()))) == {"l1": (0, 4)}
    with pytest.raises(EditRefused, match="range"):
        place_layer(laid(held), "l1", TimeRange(90 * SECOND, SECOND), ids())


def test_what_lies_nowhere_comes_into_no_scene():
    held = codec.read({"tracks": [{"id": "t", "layers": [music("m1", 0, 1)]}]})
    with pytest.raises(EditRefused, match="range"):
        to_scene(laid(held), "m1")


def test_a_locked_layer_refuses_everything_but_its_unlocking():
    held = document([clip() | {"locked": True}])
    with pytest.raises(EditRefused, match="locked"):
        apply(held, Group(edits=(SetField(target="l1", field="opacity", value=1),)))
    assert not there_and_back(held, SetField(target="l1", field="locked", value=False)).scenes[0].layers[0].locked


def test_a_place_outside_of_every_scene_is_no_place_for_a_tracks_clip():
    held = codec.read({"scenes": [{"id": "s"}], "tracks": [{"id": "t", "layers": [music("m1", 0, 1) | {"span": {}}]}]})
    assert there_and_back(held, to_scene(laid(held), "m1")).scenes[0].layers[0].id == "m1"


def test_a_curve_that_lies_on_one_side_of_a_cut_is_a_rest_on_the_other():
    frames = [{"property": "x", "at": at * SECOND, "value": at, "easing": "linear"} for at in (0, 1, 3)]
    held = document([clip() | {"keyframes": frames}])
    first, second = there_and_back(held, cuts.split_layer(laid(held), "l1", [int(3.5 * SECOND)], ids())).scenes[0].layers
    assert [frame.value for frame in second.keyframes] == [3]
    assert len(first.keyframes) == 3


def test_a_still_picture_is_cut_as_it_is():
    held = document([{"id": "l1", "content": {"kind": "shape"}}])
    first, second = there_and_back(held, cuts.split_layer(laid(held), "l1", [SECOND], ids())).scenes[0].layers
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


def test_an_edge_goes_in_whole_frames_as_far_as_its_scene_and_its_source_reach():
    held = document([clip(start=1, end=2, source_start=SECOND // 2)])
    frame = laid(held).frame_ticks
    assert ranges(there_and_back(held, cuts.drag_edge(laid(held), "l1", "end", 9 * SECOND))) == {"l1": (1, 3)}
    assert ranges(there_and_back(held, cuts.drag_edge(laid(held), "l1", "end", -9 * SECOND))) == {"l1": (1, frame / SECOND)}
    assert ranges(there_and_back(held, cuts.drag_edge(laid(held), "l1", "start", -9 * SECOND))) == {"l1": (0.5, 1.5)}
    assert ranges(there_and_back(held, cuts.drag_edge(laid(held), "l1", "start", frame // 3))) == {"l1": (1, 1)}
    still = document([{"id": "l1", "span": clip(start=1, end=2)["span"], "content": {"kind": "shape"}}])
    assert ranges(there_and_back(still, cuts.drag_edge(laid(still), "l1", "start", -9 * SECOND))) == {"l1": (0, 2)}


def test_an_edge_that_does_not_move_keeps_its_anchor_and_fades_go_with_the_edges():
    held = document([clip(end=9, fade_in=9, fade_out=8)])
    trimmed = there_and_back(held, cuts.drag_edge(laid(held), "l1", "start", SECOND)).scenes[0].layers[0]
    assert trimmed.span.end == held.scenes[0].layers[0].span.end
    assert (trimmed.content.fade_in, trimmed.content.fade_out) == (9, 8)


def test_twice_the_speed_takes_half_the_time():
    held = document([clip(), {"id": "l2", "content": {"kind": "shape"}}])
    faster = there_and_back(held, cuts.run_at(laid(held), "l1", 2_000))
    assert (ranges(faster)["l1"], faster.scenes[0].layers[0].content.speed) == ((0, 2), 2_000)
    with pytest.raises(EditRefused, match="target-kind"):
        cuts.run_at(laid(held), "l2", 2_000)


def test_an_envelope_takes_the_place_of_the_one_before_and_of_nothing_else():
    frames = [{"property": name, "at": 0, "value": 7, "easing": "linear"} for name in ("volume", "x")]
    held = document([clip() | {"keyframes": frames}, {"id": "l2", "content": {"kind": "shape"}}])
    bent = there_and_back(held, cuts.bend(laid(held), "l1", [(SECOND, 0), (0, 9)])).scenes[0].layers
    assert [(frame.property, frame.at, frame.value) for frame in bent[0].keyframes] == [
        ("x", 0, 7),
        ("volume", 0, 9),
        ("volume", SECOND, 0),
    ]
    assert envelope_of(bent[1]) == "opacity"


def test_a_scene_lasts_as_long_as_it_is_told():
    held = document([clip()])
    assert resolve(there_and_back(held, cuts.last_for(laid(held), "s1", 7 * SECOND)), linked(held)).scenes[0].range.duration == 7 * SECOND


def test_what_two_clips_took_together_is_closed_once():
    held = document([clip("l1", 0, 2), clip("l2", 1, 2), clip("l3", 3, 4)])
    assert ranges(there_and_back(held, cuts.ripple_delete(laid(held), ["l1", "l2"]))) == {"l3": (1, 1)}


def test_a_clip_goes_onto_a_track_that_is_free_then():
    taken = {"id": "t1", "layers": [music("m1", 0, 2) | {"content": {"kind": "shape"}}]}
    held = document([clip()], [taken, {"id": "t2"}])
    assert there_and_back(held, to_track(laid(held), "l1", ids())).tracks[1].layers[0].id == "l1"
    named = there_and_back(held, to_track(laid(held), "l1", ids(), track_id="t1"))
    assert [layer.id for layer in named.tracks[0].layers] == ["m1", "l1"]
    later = there_and_back(named, to_track(laid(named), "l1", ids(), TimeRange(5 * SECOND, SECOND), "t1"))
    assert ranges(later)["l1"] == (5, 1)


def test_a_presenter_stays_in_her_scene():
    held = document([{"id": "p", "content": {"kind": "presenter", "presenter": "mei"}}])
    for refused in (
        lambda: to_track(laid(held), "p", ids()),
        lambda: place_layer(laid(held), "p", TimeRange(3 * SECOND, 2 * SECOND), ids()),
    ):
        with pytest.raises(EditRefused, match="presenter-stays"):
            refused()


def test_what_is_no_layer_cannot_be_cut():
    held = document([clip()])
    with pytest.raises(EditRefused, match="target-kind"):
        whereabouts(laid(held), "s1")


def test_the_table_knows_the_scene_at_a_tick_and_after_the_end():
    table = laid(document([clip()]))
    assert [table.scene_at(at * SECOND).id for at in (3, 4, 99)] == ["s1", "s2", "s2"]
    assert laid(codec.read({})).scene_at(0) is None


def test_there_is_no_scene_after_the_end_for_a_clip():
    held = document([clip()])
    with pytest.raises(EditRefused, match="range"):
        to_scene(laid(held), "l1", TimeRange(99 * SECOND, SECOND))
