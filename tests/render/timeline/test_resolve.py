import pytest
from hypothesis import given, settings

from render.timeline import codec
from render.timeline.edits import SpliceText, apply
from render.timeline.resolve import resolve
from render.timeline.spoken import SpokenTimes, Word
from render.timeline.time import TimeRange, frame_ticks
from render.timeline.voicing import link, speech_digest, speech_requests
from tests.render.timeline.documents import documents, small

SECOND = 240_000
FRAME = SECOND // 25


def block(name, seconds_of_text="好", **members):
    return {"id": name, "texts": {"zh": {"text": seconds_of_text}}, "pause_after": 0, **members}


def shape(item_id, start=None, end=None, **members):
    span = {"start": start or {}, "end": end or {"kind": "scene-end"}}
    return {"id": item_id, "span": span, "content": {"kind": "shape"}, **members}


def placed(scenes, lengths=None, language="zh", media=None, **members):
    """The timeline of scenes whose blocks last `lengths` ticks each, two words to a block."""
    document = codec.read({"scenes": scenes, **members})
    voiced = {}
    for name, request in speech_requests(document, language, "e").items():
        ticks, half = (lengths or {}).get(name, SECOND), len(request.text) // 2
        words = (Word(0, half, 0, ticks // 2), Word(half, len(request.text), ticks // 2, ticks // 2))
        voiced[speech_digest(request)] = SpokenTimes(ticks, words if half else ())
    return resolve(document, link(document, language, "e", voiced, media))


def test_a_document_without_scenes_lasts_no_time():
    timeline = placed([])
    assert (timeline.duration, timeline.scenes, timeline.complete) == (0, (), True)


def test_scenes_follow_each_other_in_whole_frames_rounded_up():
    timeline = placed([{"id": "s1", "blocks": [block("b1", "一")]}, {"id": "s2", "blocks": [block("b2", "二")]}], {"b1": SECOND + 1})
    assert [scene.range for scene in timeline.scenes] == [TimeRange(0, 26 * FRAME), TimeRange(26 * FRAME, SECOND)]
    assert timeline.duration == 51 * FRAME


def test_blocks_follow_each_other_with_their_pauses():
    blocks = [block("b1", "一", pause_after=100), block("b2", "  "), block("b3", "三", pause_after=24_000)]
    scene = placed([{"id": "s", "blocks": blocks}]).scenes[0]
    assert [(one.id, one.range) for one in scene.blocks] == [("b1", TimeRange(0, SECOND)), ("b3", TimeRange(SECOND + 100, SECOND))]
    assert scene.range.duration == 53 * FRAME


@pytest.mark.parametrize(
    ("rule", "seconds"),
    [
        ({"kind": "script"}, 2),
        ({"kind": "script", "least": 3 * SECOND}, 3),
        ({"kind": "fixed", "fixed": 4 * SECOND}, 4),
        ({"kind": "fixed", "fixed": SECOND}, 2),
        ({"kind": "media"}, 5),
    ],
)
def test_a_scene_lasts_as_its_rule_says_and_never_cuts_speech(rule, seconds):
    video = {"id": "v", "content": {"kind": "video", "asset": "a" * 64, "source_start": SECOND, "speed": 2_000}}
    sound = {"id": "a", "content": {"kind": "audio", "asset": "b" * 64}}
    scene = {"id": "s", "blocks": [block("b")], "layers": [video, sound, shape("l")], "duration": rule}
    timeline = placed([scene], {"b": 2 * SECOND}, media={"a" * 64: 11 * SECOND, "b" * 64: SECOND})
    assert timeline.duration == seconds * SECOND


def test_media_of_unknown_length_leaves_the_scene_to_its_script():
    video = {"id": "v", "content": {"kind": "video", "asset": "a" * 64}}
    assert placed([{"id": "s", "layers": [video], "duration": {"kind": "media"}}]).duration == SECOND


@pytest.mark.parametrize(
    ("anchor", "seconds"),
    [
        ({"kind": "scene-start", "offset": SECOND}, 1),
        ({"kind": "scene-start", "of": "s1"}, -2),
        ({"kind": "scene-end", "offset": -SECOND}, 3),
        ({"kind": "scene-end", "of": "s1"}, 0),
        ({"kind": "block-start", "of": "b3"}, 2),
        ({"kind": "block-end", "of": "b2"}, 2),
        ({"kind": "project", "offset": 3 * SECOND}, 1),
        ({"kind": "mark", "of": "m"}, 3),
        ({"kind": "mark", "of": "m", "offset": -SECOND}, 2),
    ],
)
def test_every_kind_of_anchor_has_its_place(anchor, seconds):
    marked = {"id": "b3", "texts": {"zh": {"text": "三三四四", "marks": [{"id": "m", "at": 2}]}}, "pause_after": 0}
    scenes = [
        {"id": "s1", "blocks": [block("b1", "一")]},
        {"id": "s2", "blocks": [block("b2", "二二"), marked], "layers": [shape("l", anchor)]},
    ]
    layer = placed(scenes, {"b1": 2 * SECOND, "b2": 2 * SECOND, "b3": 2 * SECOND}).scenes[1].layers[0]
    assert layer.range == TimeRange(max(0, seconds) * SECOND, (4 - max(0, seconds)) * SECOND)
    assert not layer.flagged


def test_a_mark_inside_a_word_lies_inside_its_time():
    marked = {"id": "b", "texts": {"zh": {"text": "一二三四", "marks": [{"id": "m", "at": 3}]}}, "pause_after": 0}
    layer = placed([{"id": "s", "blocks": [marked], "layers": [shape("l", {"kind": "mark", "of": "m"})]}]).scenes[0].layers[0]
    assert layer.range.start == SECOND * 3 // 4


@pytest.mark.parametrize(("at", "share"), [(0, 0), (2, 0), (3, 1), (4, 2), (7, 2)])
def test_a_mark_counts_white_space_that_nobody_says(at, share):
    marked = {"id": "b", "texts": {"zh": {"text": "  一二   ", "marks": [{"id": "m", "at": at}]}}, "pause_after": 0}
    scene = {"id": "s", "duration": {"least": 2 * SECOND}, "blocks": [marked], "layers": [shape("l", {"kind": "mark", "of": "m"})]}
    assert placed([scene]).scenes[0].layers[0].range.start == share * SECOND // 2


def test_a_mark_in_words_without_times_lies_in_proportion():
    marked = {"id": "b", "texts": {"zh": {"text": "一", "marks": [{"id": "m", "at": 1}, {"id": "n", "at": 0}]}}, "pause_after": 0}
    layers = [shape("l", {"kind": "mark", "of": "n"}, {"kind": "mark", "of": "m"})]
    assert placed([{"id": "s", "blocks": [marked], "layers": layers}]).scenes[0].layers[0].range == TimeRange(0, SECOND)


def test_a_mark_that_a_language_lacks_takes_its_proportional_place_flagged():
    texts = {"zh": {"text": "一二三四", "marks": [{"id": "m", "at": 1}]}, "en": {"text": "one two three four"}}
    scene = {"id": "s", "blocks": [{"id": "b", "texts": texts}], "layers": [shape("l", {"kind": "mark", "of": "m"})]}
    layer = placed([scene], {"b": 4 * SECOND}, "en").scenes[0].layers[0]
    assert (layer.range.start, layer.flagged) == (SECOND, True)


@pytest.mark.parametrize("kind", ["scene-start", "scene-end", "block-start", "block-end", "mark"])
def test_names_that_are_gone_fall_back_to_the_scene_flagged(kind):
    gone = {"kind": kind, "of": "nobody"}
    layer = placed([{"id": "s", "layers": [shape("l", gone, gone)]}]).scenes[0].layers[0]
    assert (layer.range, layer.flagged) == (TimeRange(0, SECOND), True)


def test_what_lies_outside_its_scene_or_ends_before_it_starts_is_not_placed():
    late = {"kind": "scene-end"}
    layers = [shape("l1", late, {}), shape("l2", {"kind": "scene-end", "offset": 5}), shape("l3", {"offset": -9}, {"offset": 9})]
    assert [layer.range for layer in placed([{"id": "s", "layers": layers}]).scenes[0].layers] == [TimeRange(0, 9)]


def test_lanes_go_from_the_lowest_up_and_keep_their_order():
    layers = [shape("l1", lane=5), shape("l2", lane=1), shape("l3", lane=5)]
    assert [one.layer.id for one in placed([{"id": "s", "layers": layers}]).scenes[0].layers] == ["l2", "l1", "l3"]


@pytest.mark.parametrize(("wanted", "frames"), [(120_000, 12), (FRAME * 7, 6), (FRAME, 0), (10 * SECOND, 12)])
def test_a_transition_is_an_even_number_of_frames_and_at_most_half_of_either_scene(wanted, frames):
    scenes = [{"id": "s1", "transition": {"kind": "crossfade", "duration": wanted}, "duration": {"least": 9 * SECOND}}, {"id": "s2"}]
    transition = placed(scenes).scenes[0].transition
    assert (transition.kind, transition.duration) == ("crossfade" if frames else "cut", frames * FRAME)


def test_the_last_scenes_way_out_is_a_cut():
    assert placed([{"id": "s", "transition": {"kind": "crossfade"}}]).scenes[0].transition.kind == "cut"


def test_track_layers_are_placed_in_the_project():
    logo = shape("logo", {"kind": "scene-start", "of": "s2"}, {"kind": "project", "offset": 99 * SECOND}, lane=3)
    tracks = [{"id": "t1", "layers": [logo]}, {"id": "t2", "layers": [shape("whole")]}]
    timeline = placed([{"id": "s1"}, {"id": "s2"}], tracks=tracks)
    assert [(one.layer.id, one.range) for one in timeline.tracks] == [
        ("whole", TimeRange(0, 2 * SECOND)),
        ("logo", TimeRange(SECOND, SECOND)),
    ]


def test_a_track_layer_outside_the_project_is_not_placed():
    assert placed([{"id": "s"}], tracks=[{"id": "t", "layers": [shape("l", {"kind": "project", "offset": SECOND})]}]).tracks == ()


@pytest.mark.parametrize(
    ("switch", "ids"),
    [({}, ["l", "v", "a"]), ({"hidden": True}, ["a"]), ({"muted": True}, ["l", "v"]), ({"hidden": True, "muted": True}, [])],
)
def test_a_hidden_track_shows_nothing_and_a_muted_one_is_silent(switch, ids):
    loud = [{"property": "volume", "at": 0, "value": 900}, {"property": "x", "at": 0, "value": 1}]
    video = {"id": "v", "keyframes": loud, "content": {"kind": "video", "asset": "a" * 64}}
    track = {"id": "t", "layers": [shape("l"), video, {"id": "a", "content": {"kind": "audio", "asset": "music:calm"}}], **switch}
    layers = {one.layer.id: one.layer for one in placed([{"id": "s"}], tracks=[track]).tracks}
    assert list(layers) == ids
    if "v" in layers:
        silent = "muted" in switch
        assert layers["v"].content.volume == (0 if silent else 1_000)
        assert [frame.property for frame in layers["v"].keyframes] == (["x"] if silent else ["volume", "x"])


def digests(document, language="zh", lengths=()):
    voiced = {
        speech_digest(request): SpokenTimes(dict(lengths).get(name, SECOND))
        for name, request in speech_requests(document, language, "e").items()
    }
    return [scene.digest for scene in resolve(document, link(document, language, "e", voiced)).scenes]


def test_a_longer_first_scene_leaves_the_names_of_all_others():
    scenes = [{"id": f"s{i}", "blocks": [block(f"b{i}", f"第{i}段，好")], "layers": [shape(f"l{i}")]} for i in range(5)]
    before = codec.read({"scenes": scenes})
    scenes[0]["blocks"][0]["texts"]["zh"]["text"] += "词"
    first, second = digests(before), digests(codec.read({"scenes": scenes}), lengths=[("b0", SECOND * 3 + 7)])
    assert first[1:] == second[1:]
    assert first[0] != second[0]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"transition": {"kind": "crossfade"}},
        {"layers": [shape("renamed", name="other", lane=4), {"id": "t", "lane": 5, "content": {"kind": "text", "texts": {"zh": "一"}}}]},
    ],
)
def test_what_is_not_shown_does_not_change_a_scenes_name(change):
    title = {"id": "t", "content": {"kind": "text", "texts": {"zh": "一", "en": "one"}}}
    scene = {"id": "s", "blocks": [block("b")], "layers": [shape("l"), title]}
    assert digests(codec.read({"scenes": [scene]})) == digests(codec.read({"scenes": [scene | change]}))


@pytest.mark.parametrize(
    "change",
    [
        {"canvas": {"width_px": 720}},
        {"captions": {"visible": False}},
        {"captions": {"y": 1}},
        {"background": {"colour": "#000000"}},
        {"layers": [shape("l", opacity=1)]},
        {"layers": [shape("l", {"offset": 1})]},
        {"layers": []},
        {"blocks": [block("b", "他")]},
        {"blocks": [block("b", rate=900)]},
        {"duration": {"least": 2 * SECOND}},
    ],
)
def test_all_that_is_shown_changes_a_scenes_name(change):
    scene = {"id": "s", "blocks": [block("b")], "layers": [shape("l")]}
    outer = {key: value for key, value in change.items() if key in {"canvas", "captions"}}
    inner = {key: value for key, value in change.items() if key not in outer}
    assert digests(codec.read({"scenes": [scene]})) != digests(codec.read({"scenes": [scene | inner], **outer}))


def test_a_guess_and_the_real_sound_name_different_scenes():
    guess = resolve(small(), link(small(), "zh", "e", {}))
    assert not guess.complete
    assert [scene.digest for scene in guess.scenes] != digests(small())
    assert guess.scenes[0].digest != resolve(small(), link(small(), "en", "e", {})).scenes[0].digest


def check_placed(document):
    timeline = resolve(document, link(document, "zh", "e", {}))
    frame = frame_ticks(document.canvas.frame_rate)
    at = 0
    for scene in timeline.scenes:
        assert scene.range.start == at
        assert scene.range.duration % frame == 0
        at, spoken = scene.range.end, 0
        for one in scene.blocks:
            assert spoken <= one.range.start
            assert one.range.end <= scene.range.duration
            spoken = one.range.end
        for layer in scene.layers:
            assert 0 <= layer.range.start < layer.range.end <= scene.range.duration
        assert scene.transition.duration % (2 * frame) == 0
    assert timeline.duration == at
    ends = 0
    for cue in timeline.cues:
        assert ends <= cue.range.start <= cue.range.end <= at
        ends = cue.range.end
    assert resolve(document, link(document, "zh", "e", {})) == timeline


def hold(law, examples):
    """The law for so many documents. What hypothesis is given is new each time: it decorates a function once only."""
    given(documents())(settings(max_examples=examples, deadline=None)(lambda document: law(document)))()  # noqa: PLW0108 - a new one


def test_speech_never_overlaps_and_scenes_are_whole_frames():
    hold(check_placed, 80)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_speech_never_overlaps_and_scenes_are_whole_frames_for_long():
    hold(check_placed, 20_000)


def test_captions_move_with_their_scene_and_come_back_to_where_they_were():
    before = codec.read({"scenes": [{"id": name, "blocks": [block(f"{name}-b", f"{name}好 你好")]} for name in ("s1", "s2", "s3")]})
    longer, inverse = apply(before, SpliceText(block="s1-b", language="zh", at=0, insert="一" * 20))
    again, _ = apply(longer, inverse)

    for document in (before, longer, again, longer):
        read_anew = codec.read(codec.write(document))
        shared, anew = (resolve(one, link(one, "zh", "e", {})) for one in (document, read_anew))
        assert shared.cues == anew.cues
    assert resolve(again, link(again, "zh", "e", {})).cues[0].range.start == 0
