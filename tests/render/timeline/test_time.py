import pytest

from render.timeline.time import TICKS_PER_SECOND, TimeRange, frame_at, frame_ticks, frames_up, seconds_from_ticks, ticks_from_seconds


def test_a_range_leaves_out_its_end():
    stretch = TimeRange(10, 5)
    assert [tick for tick in range(20) if stretch.contains(tick)] == [10, 11, 12, 13, 14]


def test_ranges_that_only_touch_do_not_meet():
    assert TimeRange(0, 5).intersection(TimeRange(5, 5)) is None
    assert TimeRange(0, 6).intersection(TimeRange(5, 5)) == TimeRange(5, 1)
    assert TimeRange(0, 6).shifted(-2) == TimeRange(-2, 6)


@pytest.mark.parametrize("frame_rate", [24, 25, 30, 50, 60])
def test_a_part_of_a_frame_counts_as_a_whole_one(frame_rate):
    frame = frame_ticks(frame_rate)
    assert frame * frame_rate == TICKS_PER_SECOND
    assert [frames_up(ticks, frame_rate) for ticks in (0, 1, frame, frame + 1)] == [0, 1, 1, 2]
    assert [frame_at(ticks, frame_rate) for ticks in (0, frame - 1, frame)] == [0, 0, 1]


def test_seconds_and_ticks_are_each_others_inverse():
    assert seconds_from_ticks(ticks_from_seconds(1.25)) == 1.25
