"""Filmed presenters: taken in from a clip, with another mouth over the filmed one."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.composites import BLUE, GREEN, filmed, screen, write_clip
from render.avatar.clip import ClipPresenter
from render.avatar.clip_ingest import Wanted, ingest_clip, try_mattings
from render.avatar.engine import WarpEngine
from render.avatar.gallery import person
from render.errors import PresenterRefused
from render.media.video import VideoReader
from render.pixels.planes import Planes
from render.ports.avatar import Direction, Look
from render.timeline.placed import PlacedAction
from render.timeline.spoken import SpokenTimes, VisemeTime

HEIGHT, WIDTH, FRAMES = 432, 528, 24
MS = 240
SPOKEN = SpokenTimes(
    1200 * MS, visemes=(VisemeTime("sil", 0, 300 * MS), VisemeTime("aa", 300 * MS, 400 * MS), VisemeTime("PP", 700 * MS, 500 * MS))
)
TALK = SpokenTimes(960 * MS, visemes=(VisemeTime("E", 0, 400 * MS), VisemeTime("oh", 400 * MS, 560 * MS)))


def silent(stage: str, done: int, total: int) -> None:
    assert stage in {"judging", "cutting"}
    assert 0 <= done <= total


@pytest.fixture(scope="module")
def clip(engine: WarpEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "talk.mp4"
    presenter = engine.load(person("jun").folder, Look("close"), WIDTH, HEIGHT)
    write_clip(path, (picture for picture, _ in filmed(presenter, screen(HEIGHT, WIDTH, GREEN), FRAMES, TALK)))
    return path


@pytest.fixture(scope="module")
def folder(clip: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "1"
    verdict = ingest_clip(clip, made, models, Wanted("p", "c", seconds_min=0), silent)
    assert verdict.accepted, verdict
    return made


@pytest.fixture(scope="module")
def filmed_presenter(engine: WarpEngine, folder: Path) -> ClipPresenter:
    loaded = engine.load(folder, Look("medium"), WIDTH, HEIGHT)
    assert isinstance(loaded, ClipPresenter)
    return loaded


def gap(points: np.ndarray) -> float:
    return float(points[14, 1] - points[13, 1]) / float(points[152, 1] - points[2, 1])


def test_a_clip_becomes_a_folder_without_pickles(folder: Path):
    described = json.loads((folder / "avatar.json").read_text())
    assert described["clip"]["frames"] == FRAMES
    assert described["clip"]["matting"] == "screen"
    reader = VideoReader(folder / "clip.mp4")
    assert (reader.width_px, reader.height_px, reader.has_alpha) == (WIDTH, HEIGHT, True)
    reader.close()
    assert {path.suffix for path in folder.iterdir()} == {".json", ".mp4", ".npz", ".webp", ".safetensors"}


def test_a_film_says_the_words_it_is_given(filmed_presenter: ClipPresenter, landmarks_of: Callable[[Planes], np.ndarray]):
    performance = filmed_presenter.perform(SPOKEN, 1, ())
    assert gap(landmarks_of(performance.frame(500 * MS))) > 0.15
    assert gap(landmarks_of(performance.frame(950 * MS))) < 0.03
    assert gap(landmarks_of(performance.frame(100 * MS))) < 0.04


def test_frames_are_the_same_in_any_order(filmed_presenter: ClipPresenter):
    performance = filmed_presenter.perform(SPOKEN, 1, ())
    forwards = [performance.frame(at * MS).y.copy() for at in (0, 500, 1000)]
    backwards = [performance.frame(at * MS).y for at in (1000, 500, 0)]
    assert all(np.array_equal(one, other) for one, other in zip(forwards, reversed(backwards), strict=True))


def test_colours_stay_within_their_alpha(filmed_presenter: ClipPresenter):
    frame = filmed_presenter.perform(SPOKEN, 1, ()).frame(500 * MS)
    assert frame.a is not None
    assert int((frame.y.astype(int) - frame.a).max()) <= 1
    assert int(frame.y[frame.a == 0].max()) == 0


def test_an_action_that_the_clip_does_not_have_is_left_out(filmed_presenter: ClipPresenter):
    plain = filmed_presenter.perform(SPOKEN, 1, ()).frame(500 * MS)
    acted = filmed_presenter.perform(SPOKEN, 1, (), Direction(actions=(PlacedAction("wave", 0),))).frame(500 * MS)
    assert np.array_equal(plain.y, acted.y)


def test_a_clips_own_action_shows_its_frames(engine: WarpEngine, folder: Path):
    description = folder / "avatar.json"
    whole = description.read_text()
    described = json.loads(whole)
    described["clip"]["actions"] = {"wave": [12, 22]}
    try:
        description.write_text(json.dumps(described))
        presenter = engine.load(folder, Look("medium"), WIDTH, HEIGHT)
        performance = presenter.perform(SPOKEN, 1, (), Direction(actions=(PlacedAction("wave", 400 * MS),)))
        assert [(one.start, one.action.first) for one in performance.actions] == [(0.4, 12)]
        described["clip"]["actions"] = {"wave": [12, 99]}
        description.write_text(json.dumps(described))
        with pytest.raises(PresenterRefused):
            engine.load(folder, Look("medium"), WIDTH, HEIGHT)
    finally:
        description.write_text(whole)


def test_a_set_is_chosen_by_its_name_and_an_unknown_one_is_the_first(engine: WarpEngine, folder: Path, tmp_path: Path):
    (tmp_path / "sets").mkdir()
    for name in folder.iterdir():
        (tmp_path / name.name).symlink_to(name)
    (tmp_path / "sets" / "red").symlink_to(person("mei").folder)
    assert isinstance(engine.load(tmp_path, Look("medium", "blue"), 96, 96), ClipPresenter)
    assert not isinstance(engine.load(tmp_path, Look("medium", "red"), 96, 96), ClipPresenter)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Wanted(), "too-short"),
        (Wanted(seconds_min=0, seconds_max=-1), "too-long"),
        (Wanted(seconds_min=0, like={"quality": {"width_px": 640, "height_px": 480}}), "set-format"),
        (Wanted(seconds_min=0, like={"quality": {"width_px": WIDTH, "height_px": HEIGHT, "light_percent": 1}}), "set-light"),
    ],
)
def test_a_clip_is_refused_with_its_reason(clip: Path, models: Path, tmp_path: Path, wanted: Wanted, reason: str):
    verdict = ingest_clip(clip, tmp_path / "none", models, wanted, silent)
    assert verdict.reasons == (reason,)
    assert not (tmp_path / "none").exists()


def test_a_clip_of_nobody_is_refused(models: Path, tmp_path: Path):
    write_clip(tmp_path / "wall.mp4", [screen(240, 320, GREEN)] * 5)
    assert ingest_clip(tmp_path / "wall.mp4", tmp_path / "none", models, Wanted(seconds_min=0), silent).reasons == ("no-face",)


def test_clothes_of_the_screens_colour_are_told(engine: WarpEngine, models: Path, tmp_path: Path):
    presenter = engine.load(person("anna").folder, Look("close"), WIDTH, HEIGHT)
    write_clip(tmp_path / "blue.mp4", (picture for picture, _ in filmed(presenter, screen(HEIGHT, WIDTH, BLUE), 3)))
    assert ingest_clip(tmp_path / "blue.mp4", tmp_path / "none", models, Wanted(seconds_min=0), silent).reasons == ("like-the-screen",)


def test_what_is_no_film_is_refused(models: Path, tmp_path: Path):
    (tmp_path / "x.mp4").write_bytes(b"no film at all")
    assert ingest_clip(tmp_path / "x.mp4", tmp_path / "none", models, Wanted(), silent).reasons == ("unreadable",)


@pytest.mark.soak
def test_two_mattings_are_tried_as_films_that_play(clip: Path, models: Path, tmp_path: Path):
    try_mattings(clip, tmp_path / "trials", models, ("screen", "screen-neck"), silent)
    for name in ("screen", "screen-neck"):
        reader = VideoReader(tmp_path / "trials" / f"{name}.mp4")
        assert not reader.has_alpha
        reader.close()
