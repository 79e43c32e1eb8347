"""Acting: actions begin and end at rest, stay in their passage, and are seen; feelings rest on the face; closer shots stand by the eyes."""

from collections.abc import Callable

import numpy as np
import pytest

from render.avatar.acting import ACTIONS, MOODS
from render.avatar.engine import WarpEngine
from render.avatar.gallery import person
from render.avatar.presenters import WarpPresenter
from render.avatar.score import CONTROLS, PLACE, compose
from render.pixels.planes import Planes
from render.ports.avatar import Direction, Look
from render.timeline.acting import Beautify
from render.timeline.placed import PlacedAction
from render.timeline.spoken import SpokenTimes
from render.timeline.time import TICKS_PER_SECOND

SECOND = TICKS_PER_SECOND
PASSAGE = SpokenTimes(5 * SECOND)
Measure = Callable[[Planes], np.ndarray]


def acted(name: str, at: int = SECOND) -> Direction:
    return Direction(actions=(PlacedAction(name, at),))


def difference(direction: Direction, at: int, times: SpokenTimes = PASSAGE) -> np.ndarray:
    return compose(times, 3, (), direction).controls_at(at) - compose(times, 3, ()).controls_at(at)


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_begins_and_ends_at_rest_without_a_jump(name: str):
    rows = np.array([difference(acted(name), at) for at in range(0, 5 * SECOND, SECOND // 100)])
    assert not rows[: 100 + 1].any()
    assert not rows[100 + round(ACTIONS[name].seconds * 100) + 1 :].any()
    assert np.abs(rows).max() > 0.02
    rows[:, PLACE["blink"]] = 0  # lids are quick, and a blink of one's own may fall into it
    assert np.abs(np.diff(rows, axis=0)).max() < 0.08


def test_an_action_near_the_end_starts_sooner_and_is_over_with_the_passage():
    late = acted("nod", round(4.9 * SECOND))
    assert difference(late, 5 * SECOND).any() == np.False_
    assert difference(late, round(4.1 * SECOND))[PLACE["pitch"]] > 0.05


def test_an_action_longer_than_its_passage_is_played_faster():
    short = SpokenTimes(SECOND // 2)
    assert difference(acted("greet", 0), SECOND // 4, short)[PLACE["bow"]] > 0.5
    assert not difference(acted("greet", 0), SECOND // 2, short).any()


def test_an_action_of_somebody_elses_film_is_left_out():
    assert not difference(acted("clip-12ab"), 2 * SECOND).any()


@pytest.mark.parametrize("name", sorted(MOODS))
def test_a_feeling_is_the_same_in_idle_and_at_both_ends(name: str):
    direction = Direction(emotion=name)
    rest = np.zeros(len(CONTROLS), np.float32)
    for control, value in MOODS[name].rest.items():
        rest[PLACE[control]] = value
    for score, at in (
        (compose(None, 1, (), direction), 0),
        (compose(PASSAGE, 1, (), direction), 0),
        (compose(PASSAGE, 1, (), direction), 5 * SECOND),
    ):
        assert np.allclose(score.controls_at(at), rest, atol=1e-6)


def test_a_bow_lowers_the_head_and_leaves_the_lower_edge(mei: WarpPresenter, landmarks_of: Measure):
    performance = mei.perform(PASSAGE, 1, (), acted("greet"))
    before, bowed = performance.frame(0), performance.frame(round(1.9 * SECOND))
    assert landmarks_of(bowed)[1, 1] - landmarks_of(before)[1, 1] > 0.03 * mei.height_px
    assert bowed.a is not None
    assert before.a is not None
    assert abs(int((bowed.a[-4] > 127).sum()) - int((before.a[-4] > 127).sum())) < 0.06 * mei.width_px


def test_a_moved_figure_has_no_coloured_rim(mei: WarpPresenter):
    planes = mei.perform(PASSAGE, 1, (), acted("lean")).frame(2 * SECOND)
    assert planes.a is not None
    mean = planes.a.reshape(planes.height_px // 2, 2, planes.width_px // 2, 2).mean((1, 3))
    rim = (mean > 30) & (mean < 225)
    for plane in (planes.u, planes.v):
        straight = plane.astype(float)[rim] * 255 / mean[rim]
        assert float(np.quantile(straight, 0.02)) > 95
        assert float(np.quantile(straight, 0.98)) < 165


@pytest.mark.parametrize("size", [(270, 432), (480, 244)])
@pytest.mark.parametrize("shot", ["close", "extreme"])
def test_closer_shots_hold_the_eyes_on_a_line_and_reach_the_lower_edge(engine: WarpEngine, size: tuple[int, int], shot: str):
    lines = []
    for name in ("mei", "hans"):
        presenter = engine.load(person(name).folder, Look(shot), *size)
        still = presenter.perform(None, 1, ()).frame(0)
        eyes = presenter.stage.face.points[[33, 263]].mean(0)
        assert abs(float(eyes[0]) - size[0] / 2) < 2
        assert still.a is not None
        assert int(still.a[-1].max()) > 250
        assert int(still.a[0].max()) < 10
        lines.append(float(eyes[1]) / size[1])
    assert abs(lines[0] - lines[1]) < 0.08


def test_an_extreme_close_up_is_nearer_than_a_close_one(engine: WarpEngine):
    widths = [engine.load(person("jun").folder, Look(shot), 270, 432).stage.face.half_face_px for shot in ("medium", "close", "extreme")]
    assert widths[0] < widths[1] < widths[2]


@pytest.mark.parametrize(("slider", "sides"), [("slim", (172, 397)), ("nose", (98, 327)), ("eyes", (159, 145))])
def test_a_shape_changes_the_face_the_way_it_says(engine: WarpEngine, landmarks_of: Measure, slider: str, sides: tuple[int, int]):
    def apart(value: int) -> float:
        look = Look("close", beautify=Beautify(**{slider: value}))
        points = landmarks_of(engine.load(person("marco").folder, look, 384, 512).perform(None, 1, ()).frame(0))
        return float(np.linalg.norm(points[sides[0], :2] - points[sides[1], :2]))

    larger, plain, smaller = apart(1000), apart(0), apart(-1000)
    assert (larger > plain > smaller) if slider == "eyes" else (larger < plain < smaller)


def test_smoothing_and_whitening_change_skin_and_leave_the_rest(engine: WarpEngine):
    plain = engine.load(person("hans").folder, Look("close"), 384, 512).perform(None, 1, ()).frame(0)
    look = Look("close", beautify=Beautify(smooth=1000, whiten=1000))
    done = engine.load(person("hans").folder, look, 384, 512).perform(None, 1, ()).frame(0)
    changed = np.abs(plain.y.astype(int) - done.y) > 1
    face = engine.load(person("hans").folder, Look("close"), 384, 512).stage.face
    x, y = (int(value) for value in face.points[[50, 280]].mean(0))
    assert bool(changed[y - 4 : y + 4, x - 30 : x + 30].any())
    assert not bool(changed[400:].any())


def test_a_plain_face_is_left_alone(engine: WarpEngine):
    once = engine.load(person("leo").folder, Look("close"), 192, 256).perform(None, 1, ()).frame(0)
    again = engine.load(person("leo").folder, Look("close", beautify=Beautify()), 192, 256).perform(None, 1, ()).frame(0)
    assert np.array_equal(once.y, again.y)
