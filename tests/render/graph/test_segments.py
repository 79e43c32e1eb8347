"""Segments cover a program once, and their keys name what they show and nothing else."""

from pathlib import Path

import pytest

from render.graph.compile import compile_program
from render.graph.segments import Passage, Segment
from render.link import voice
from render.timeline.resolve import resolve


@pytest.fixture
def segments(house):
    """The segments of a document."""

    def make(document, *, label=None, size_px=(180, 320), avatars=None) -> tuple[Segment, ...]:
        timeline = resolve(document, voice(document, "zh", house.speech, house.speech_folder))
        return compile_program(timeline, size_px=size_px, sources=house.sources, avatars=avatars or house.avatars, label=label).segments

    return make


def keys(segments):
    return [segment.key for segment in segments]


def logo(**changes):
    span = {"start": {"kind": "project"}, "end": {"kind": "scene-end", "of": "s1"}}
    return {"tracks": [{"id": "t", "layers": [{"id": "logo", "span": span, "content": {"kind": "shape"}} | changes]}]}


def test_segments_cover_every_frame_once_in_order(segments, two_scenes):
    found = segments(two_scenes())
    assert [segment.kind for segment in found] == ["scene", "transition", "scene"]
    ends = [segment.first_frame + segment.frame_count for segment in found]
    assert [segment.first_frame for segment in found] == [0, *ends[:-1]]


def test_scenes_without_a_transition_meet_without_one(segments, two_scenes):
    document = two_scenes()
    first = document.scenes[0].model_copy(update={"transition": document.scenes[0].transition.model_copy(update={"kind": "cut"})})
    found = segments(document.model_copy(update={"scenes": (first, document.scenes[1])}))
    assert [segment.kind for segment in found] == ["scene", "scene"]


def test_a_longer_first_scene_leaves_the_later_ones_their_keys(segments, two_scenes):
    before, after = segments(two_scenes()), segments(two_scenes("你好大家好呀呀"))
    assert before[0].frame_count != after[0].frame_count
    assert before[2].first_frame != after[2].first_frame
    assert before[2].key == after[2].key
    assert before[0].key != after[0].key
    assert before[1].key != after[1].key


def test_a_still_logo_on_a_track_does_not_tie_keys_to_the_projects_time(segments, two_scenes):
    before, after = segments(two_scenes(**logo())), segments(two_scenes("你好大家好呀呀", **logo()))
    assert before[2].key == after[2].key
    assert before[2].key != segments(two_scenes())[2].key


def test_a_moving_logo_ties_keys_to_its_own_time(segments, two_scenes):
    moves = [{"property": "x", "at": 0, "value": 0}, {"property": "x", "at": 960_000, "value": 9_000}]
    before, after = segments(two_scenes(**logo(keyframes=moves))), segments(two_scenes("你好大家好呀呀", **logo(keyframes=moves)))
    assert before[2].key != after[2].key


def test_a_volume_that_moves_changes_no_picture(segments, two_scenes):
    audio = {"content": {"kind": "audio", "asset": "music:calm"}}
    assert keys(segments(two_scenes(**logo(**audio)))) == keys(segments(two_scenes()))


@pytest.mark.parametrize(
    "changes",
    [{"captions": {"visible": False}}, {"captions": {"y": 7_000}}, {"canvas": {"width_px": 180, "height_px": 320, "frame_rate": 50}}],
)
def test_what_changes_all_pictures_changes_all_keys(segments, two_scenes, changes):
    before, after = segments(two_scenes()), segments(two_scenes(**changes))
    assert not {before[0].key, before[2].key} & {after[0].key, after[2].key}


def test_size_and_presenter_engine_are_in_every_key(house, segments, two_scenes):
    before = segments(two_scenes())
    assert not set(keys(before)) & set(keys(segments(two_scenes(), size_px=(90, 160))))
    house.avatars.version = "oval-2"
    assert not set(keys(before)) & set(keys(segments(two_scenes())))


def test_the_mark_is_in_the_keys_of_the_first_seconds_only(segments, two_scenes):
    long = "你好大家好你好大家好你好大家好你好大家好"
    before, after = segments(two_scenes(long)), segments(two_scenes(long), label="AI")
    assert before[0].key != after[0].key
    assert before[2].key == after[2].key


def test_a_transition_is_named_by_both_of_its_scenes(segments, two_scenes):
    keys_of_cut = {segments(two_scenes(*words))[1].key for words in (("一二", "三四"), ("一三", "三四"), ("一二", "三五"))}
    assert len(keys_of_cut) == 3


def test_names_and_ids_of_layers_are_in_no_key(segments, two_scenes):
    before = segments(two_scenes(**logo()))
    assert keys(segments(two_scenes(**logo(name="Logo", id="other")))) == keys(before)


@pytest.mark.parametrize(("copied", "mostly"), [((), False), ((40, 34), False), ((40, 35), True), ((100,), True)])
def test_a_segment_is_mostly_copied_where_a_quarter_or_less_is_drawn(copied, mostly):
    passages = tuple(Passage(0, frames, Path("a.mp4"), 0, "sets") for frames in copied)
    assert Segment("key", "scene", 0, 100, has_film=True, copied=passages).mostly_copied is mostly
