"""Which frame of a clip shows when: no jump anywhere, home at both ends, actions in their places."""

from itertools import pairwise

import pytest

from render.avatar.looping import FRAME_RATE, ClipAction, placed, shown_at


@pytest.mark.parametrize("seconds", [0.3, 2.0, 7.7, 61.0])
@pytest.mark.parametrize("frames", [10, 100, 750])
def test_a_clip_leaves_its_rest_and_is_back_at_both_ends(seconds: float, frames: int):
    assert shown_at(0.0, seconds, frames, ()).frame == pytest.approx(0, abs=0.05)
    assert shown_at(seconds - 1e-6, seconds, frames, ()).frame == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("frames", [10, 100])
def test_it_never_jumps_and_never_leaves_the_clip(frames: int):
    places = [shown_at(step / 100, 8.0, frames, ()).frame for step in range(-400, 1200)]
    assert max(abs(after - before) for before, after in pairwise(places)) <= FRAME_RATE / 100 + 1e-6
    assert min(places) >= 0
    assert max(places) <= frames - 1


def test_two_passages_meet_in_the_middle_of_their_pause():
    first, second = shown_at(5.0 + 0.2, 5.0, 100, ()), shown_at(-0.2, 3.0, 100, ())
    assert first.frame == pytest.approx(second.frame)


def test_an_action_shows_its_own_frames_and_comes_home_before_and_after():
    (action,) = placed([(ClipAction(50, 75), 2.0)], 6.0)
    assert shown_at(2.5, 6.0, 100, (action,)).frame == pytest.approx(62.5)
    assert shown_at(2.0 - 1e-6, 6.0, 100, (action,)).frame == pytest.approx(0, abs=0.05)
    entering = shown_at(2.0, 6.0, 100, (action,))
    assert (entering.other, entering.blend) == (0.0, 1.0)
    assert shown_at(3.0, 6.0, 100, (action,)).frame == pytest.approx(0, abs=0.05)


def test_actions_do_not_overlap_and_one_without_room_is_left_out():
    both = placed([(ClipAction(0, 25), 1.0), (ClipAction(30, 55), 1.5), (ClipAction(0, 75), 2.0)], 3.2)
    assert [(one.start, one.end) for one in both] == [(1.0, 2.0), (2.0, 3.0)]


def test_an_action_that_would_not_end_with_the_passage_starts_sooner():
    (action,) = placed([(ClipAction(0, 50), 4.5)], 5.0)
    assert action.start == 3.0
