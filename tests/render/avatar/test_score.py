"""Performances as numbers: co-articulation, closures, rest at both ends, blinks."""

import numpy as np
import pytest

from render.avatar.score import CONTROLS, PLACE, Score, compose
from render.timeline.spoken import SpokenTimes, VisemeTime

MS = 240


def passage(*shapes: tuple[str, int]) -> SpokenTimes:
    """Shapes one after another, lengths in milliseconds."""
    visemes, at = [], 0
    for shape, length in shapes:
        visemes.append(VisemeTime(shape, at, length * MS))
        at += length * MS
    return SpokenTimes(at, visemes=tuple(visemes))


def curve(score: Score, control: str, *, every_ms: int = 10) -> np.ndarray:
    return np.array([score.controls_at(at)[PLACE[control]] for at in range(0, round(score.seconds * 240_000), every_ms * MS)])


LONG = passage(*[(shape, 110) for shape in ("aa", "PP", "E", "ou", "FF", "ih", "oh", "DD")] * 20)


@pytest.mark.parametrize("length_ms", [30, 50, 90])
@pytest.mark.parametrize("neighbour", ["aa", "oh", "E"])
def test_lips_press_together_on_p_b_m_however_short_and_whatever_is_beside_it(length_ms: int, neighbour: str):
    score = compose(passage(("sil", 100), (neighbour, 150), ("PP", length_ms), (neighbour, 150), ("sil", 100)), 1, ())
    middle = score.controls_at((250 + length_ms // 2) * MS)
    assert middle[PLACE["press"]] > 0.75
    assert middle[PLACE["jaw"]] < 0.02
    assert middle[PLACE["up"]] < 0.02


def test_a_frame_at_25_per_second_always_falls_into_a_closure():
    for start in range(240, 280, 7):
        score = compose(passage(("aa", start), ("PP", 30), ("aa", 200)), 1, ())
        shut = [score.controls_at(at)[PLACE["press"]] > 0.7 for at in range(0, 500 * MS, 40 * MS)]
        assert any(shut)


def test_the_lower_lip_meets_the_teeth_on_f():
    score = compose(passage(("aa", 200), ("FF", 70), ("aa", 200)), 1, ())
    assert score.controls_at(235 * MS)[PLACE["tuck"]] > 0.7
    assert score.controls_at(235 * MS)[PLACE["jaw"]] < 0.25


def test_neighbouring_shapes_share_their_border():
    score = compose(passage(("sil", 100), ("aa", 160), ("ou", 160), ("sil", 100)), 1, ())
    border = score.controls_at(240 * MS)
    assert 0.05 < border[PLACE["pucker"]] < 0.95
    assert 0.05 < border[PLACE["jaw"]] < 0.75


def test_wide_and_round_vowels_differ():
    score = compose(passage(("ih", 300), ("ou", 300)), 1, ())
    assert score.controls_at(150 * MS)[PLACE["wide"]] > 0.6
    assert score.controls_at(450 * MS)[PLACE["pucker"]] > 0.8


def test_a_louder_voice_opens_the_mouth_further():
    times = passage(("aa", 1000))
    soft_then_loud = compose(times, 1, (0.02,) * 50 + (0.2,) * 50)
    assert soft_then_loud.controls_at(800 * MS)[PLACE["jaw"]] > 1.4 * soft_then_loud.controls_at(250 * MS)[PLACE["jaw"]]


@pytest.mark.parametrize("times", [LONG, passage(("aa", 120)), passage(("PP", 80), ("aa", 300), ("PP", 80))])
@pytest.mark.parametrize("seed", [0, 7, -5])
def test_everything_rests_at_both_ends(times: SpokenTimes, seed: int):
    score = compose(times, seed, ())
    assert not score.controls_at(0).any()
    assert np.allclose(score.controls_at(times.duration), 0, atol=1e-6)


def test_nothing_jumps():
    score = compose(LONG, 3, (0.1, 0.2, 0.05) * 600)
    rows = np.array([score.controls_at(at) for at in range(-2 * 240_000, LONG.duration + 2 * 240_000, 5 * MS)])
    assert np.abs(np.diff(rows, axis=0)).max() < 0.2


def test_lips_stay_shut_in_silence_and_idle():
    for score in (compose(None, 4, ()), compose(passage(("sil", 3000)), 4, ())):
        for at in range(-240_000, 5 * 240_000, 40 * MS):
            row = score.controls_at(at)
            assert not row[: PLACE["smile"]].any()


def test_idle_breathes_and_blinks_and_does_nothing_else():
    rows = np.array([compose(None, 4, ()).controls_at(at) for at in range(0, 12 * 240_000, 20 * MS)])
    moving = {name for name in CONTROLS if rows[:, PLACE[name]].any()}
    assert moving == {"blink", "breath"}


def test_a_short_pause_around_a_passage_is_quite_still():
    score = compose(LONG, 9, ())
    for at in (-200 * MS, LONG.duration + 200 * MS):
        assert not score.controls_at(at).any()


@pytest.mark.parametrize("seed", range(6))
def test_blinks_are_two_to_four_and_a_half_seconds_apart(seed: int):
    score = compose(None, seed, ())
    shut = np.array([score.controls_at(at)[PLACE["blink"]] > 0.99 for at in range(0, 60 * 240_000, 20 * MS)])
    starts = np.flatnonzero(np.diff(shut.astype(int)) == 1) * 0.02
    assert len(starts) > 12
    assert np.diff(starts).min() >= 1.9
    assert np.diff(starts).max() <= 4.6


def test_the_same_seed_gives_the_same_performance_and_another_another():
    first, again, other = (compose(LONG, seed, ()) for seed in (5, 5, 6))
    times = range(240_000, 10 * 240_000, 100_003)
    assert all(np.array_equal(first.controls_at(at), again.controls_at(at)) for at in times)
    assert any(not np.array_equal(first.controls_at(at), other.controls_at(at)) for at in times)


def test_the_head_moves_while_speaking_but_not_far():
    score = compose(LONG, 2, (0.1,) * 1760)
    yaw = curve(score, "yaw", every_ms=100)
    assert 0.03 < yaw.max() - yaw.min() < 0.2
