"""Where the playhead is, and which frame is drawn next."""

from roles.preview_playhead import AHEAD_S, TRUST_S, Pace, Playhead, next_frame, wait_s

SECOND = 240_000
RATE = 25


def test_a_playing_playhead_moves_on_by_itself_and_a_resting_one_does_not() -> None:
    playing, resting = Playhead(SECOND, 10.0, playing=True), Playhead(SECOND, 10.0)

    assert playing.ticks_at(10.5) == SECOND * 3 // 2
    assert resting.ticks_at(99.0) == SECOND


def test_a_tab_that_tells_its_clock_no_more_is_drawn_for_no_more() -> None:
    playing = Playhead(0, 10.0, playing=True)

    assert not playing.silent(10.0 + TRUST_S / 2)
    assert playing.silent(10.1 + TRUST_S)
    assert not playing.moved(SECOND, 13.0, playing=True).silent(13.5)


def test_every_frame_is_drawn_where_there_is_time() -> None:
    playing = Playhead(0, 0.0, playing=True)

    assert next_frame(playing, Pace(0.01), 3, RATE, 0.02) == 4


def test_frames_that_would_come_too_late_are_left_out() -> None:
    playing = Playhead(0, 0.0, playing=True)

    assert next_frame(playing, Pace(0.2), 3, RATE, 1.0) == 30
    assert next_frame(playing, Pace(0.2).over(0.4), 3, RATE, 1.0) == 40


def test_a_frame_is_drawn_a_little_before_its_sound_and_not_earlier() -> None:
    playing = Playhead(0, 0.0, playing=True)

    assert wait_s(playing, Pace(), 3, RATE, 0.0) == 0.0
    assert abs(wait_s(playing, Pace(), 50, RATE, 0.0) - (2.0 - AHEAD_S)) < 1e-6


def test_on_a_long_line_frames_are_drawn_earlier_by_the_trip() -> None:
    playing = Playhead(0, 0.0, playing=True)

    assert abs(wait_s(playing, Pace().over(0.3), 50, RATE, 0.0) - (1.7 - AHEAD_S)) < 1e-6


def test_the_pace_follows_what_drawing_takes() -> None:
    pace = Pace(0.01)
    for _ in range(40):
        pace = pace.after(0.1)

    assert 0.09 < pace.cost_s < 0.1
    assert pace.after(0.1).over(0.3).after(0.1).trip_s == 0.3
