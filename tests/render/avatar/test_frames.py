"""What is seen: frames measured with the landmark network, and what every frame keeps to."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from render.avatar.drawing import draw
from render.avatar.engine import WarpEngine
from render.avatar.gallery import person
from render.avatar.kernels import warm, warp
from render.avatar.lid_kernels import close_lid
from render.avatar.mouth_kernels import fill_mouth, part_lips
from render.avatar.presenters import WarpPresenter
from render.avatar.reference import draw_with_tensors
from render.avatar.score import CONTROLS, PLACE, SHAPES
from render.avatar.shift_kernels import follow, spread_out, turned_back
from render.avatar.stage import colours_from_codes
from render.avatar.warping import shifts, shifts_reference
from render.errors import MissingSource, PresenterRefused
from render.pixels.device import moved
from render.pixels.planes import Planes
from render.ports.avatar import Look
from render.timeline.spoken import SpokenTimes, VisemeTime

MS = 240
Measure = Callable[[Planes], np.ndarray]


def passage(*shapes: tuple[str, int]) -> SpokenTimes:
    visemes, at = [], 0
    for shape, length in shapes:
        visemes.append(VisemeTime(shape, at, length * MS))
        at += length * MS
    return SpokenTimes(at, visemes=tuple(visemes))


def controls(**values: float) -> np.ndarray:
    row = np.zeros(len(CONTROLS), np.float32)
    for name, value in values.items():
        row[PLACE[name]] = value
    return row


def gap(points: np.ndarray) -> float:
    """Between the lips' inner edges, in parts of nose to chin."""
    return float(points[14, 1] - points[13, 1]) / float(points[152, 1] - points[2, 1])


def width(points: np.ndarray) -> float:
    """Of the mouth, in parts of the eyes' distance."""
    return float(np.linalg.norm(points[291, :2] - points[61, :2]) / np.linalg.norm(points[263, :2] - points[33, :2]))


def bytes_of(planes: Planes) -> bytes:
    return b"".join(plane.tobytes() for plane in (planes.y, planes.u, planes.v, planes.a))


@pytest.mark.parametrize("name", ["mei", "hans", "kofi", "anna"])
@pytest.mark.parametrize("shot", ["close", "medium"])
def test_lips_meet_on_p_and_part_on_a(engine: WarpEngine, landmarks_of: Measure, name: str, shot: str):
    stage = engine.load(person(name).folder, Look(shot), 480, 640).stage
    rest, shut, wide_open = (gap(landmarks_of(draw(stage, controls(**shape)))) for shape in ({}, SHAPES["PP"], SHAPES["aa"]))
    assert rest < 0.05
    assert shut < 0.05
    assert wide_open > 0.15


@pytest.mark.parametrize("name", ["mei", "hans", "kofi", "anna"])
def test_the_mouth_is_wide_on_ee_and_narrow_on_oo(engine: WarpEngine, landmarks_of: Measure, name: str):
    stage = engine.load(person(name).folder, Look("close"), 480, 640).stage
    spread, rounded = (width(landmarks_of(draw(stage, controls(**SHAPES[shape])))) for shape in ("ih", "ou"))
    assert spread > 1.25 * rounded


def test_closures_in_running_speech_are_seen_within_40_ms(mei: WarpPresenter, landmarks_of: Measure):
    shapes = [("sil", 120), *[(shape, 80) for shape in ("aa", "PP", "oh", "PP", "E", "PP", "ou", "PP", "ih", "PP")], ("sil", 120)]
    times = passage(*shapes)
    performance = mei.perform(times, 3, (0.1,) * 110)
    gaps = {at: gap(landmarks_of(performance.frame(at))) for at in range(0, times.duration, 40 * MS)}
    for shape in times.visemes:
        if shape.viseme == "PP":
            near = [at for at in gaps if shape.at - 40 * MS <= at <= shape.at + shape.duration + 40 * MS]
            assert min(gaps[at] for at in near) < 0.05
    assert max(gaps.values()) > 0.12


def test_lids_close_over_the_eyes(mei: WarpPresenter, landmarks_of: Measure):
    def opening(planes: Planes) -> float:
        points = landmarks_of(planes)
        return float(points[145, 1] - points[159, 1] + points[374, 1] - points[386, 1])

    awake, asleep = (opening(draw(mei.stage, controls(blink=amount))) for amount in (0.0, 1.0))
    assert asleep < 0.5 * awake


def test_the_head_turns_and_the_lower_edge_stays(mei: WarpPresenter, landmarks_of: Measure):
    rest, turned = (draw(mei.stage, controls(**pose)) for pose in ({}, {"yaw": 0.09, "right": 0.04, "roll": 0.02}))
    moved = landmarks_of(turned)[4] - landmarks_of(rest)[4]
    assert moved[0] > 4
    assert np.array_equal(turned.a[-2:], rest.a[-2:])
    assert int(np.abs(turned.y[-8:].astype(int) - rest.y[-8:]).max()) <= 2


def test_at_rest_a_closed_mouth_is_left_as_it_is(engine: WarpEngine):
    stage = engine.load(person("hans").folder, Look("close"), 384, 512).stage
    frame, still = draw(stage, controls()), stage.still
    assert int(np.abs(frame.y.astype(int) - still.y).max()) <= 3
    assert float(np.abs(frame.y.astype(int) - still.y).mean()) < 0.05


def test_silence_is_still_but_for_breath_and_blinks(mei: WarpPresenter):
    performance = mei.perform(None, 8, ())
    first = performance.frame(0)
    for at in (100 * MS, 300 * MS, 550 * MS):
        assert bytes_of(performance.frame(at)) == bytes_of(first)
    mouth = mei.stage.mouth
    later = performance.frame(3 * 240_000)
    assert float(np.abs(later.y[mouth.rows, mouth.columns].astype(int) - first.y[mouth.rows, mouth.columns]).mean()) < 3


def test_both_ends_of_a_passage_are_the_idle_picture(mei: WarpPresenter):
    times = passage(("aa", 300), ("PP", 100), ("ih", 600))
    spoken, idle = mei.perform(times, 5, ()), mei.perform(None, 99, ())
    assert bytes_of(spoken.frame(0)) == bytes_of(idle.frame(0))
    assert bytes_of(spoken.frame(times.duration)) == bytes_of(idle.frame(0))


def test_frames_are_the_same_in_any_order_and_again(engine: WarpEngine, mei: WarpPresenter):
    times = passage(("aa", 300), ("PP", 100), ("ih", 600), ("ou", 400))
    moments = [at * MS for at in (0, 200, 360, 700, 1200, 2500)]
    forwards, backwards = mei.perform(times, 5, ()), engine.load(person("mei").folder, Look("close"), 384, 512).perform(times, 5, ())
    first = [bytes_of(forwards.frame(at)) for at in moments]
    assert [bytes_of(backwards.frame(at)) for at in reversed(moments)] == first[::-1]


@pytest.mark.parametrize("shot", ["close", "medium"])
def test_colours_are_premultiplied_and_never_beyond_their_alpha(engine: WarpEngine, shot: str):
    presenter = engine.load(person("linh").folder, Look(shot), 270, 480)
    for pose in ({}, {"yaw": 0.08, "jaw": 0.9, "blink": 0.5}):
        planes = draw(presenter.stage, controls(**pose))
        assert planes.a is not None
        assert bool((planes.y <= planes.a.astype(int) + 1).all())
        assert not planes.y[planes.a == 0].any()
        clear = planes.a.reshape(planes.height_px // 2, 2, planes.width_px // 2, 2).max((1, 3)) == 0
        assert not planes.u[clear].any()
        assert bool((planes.a == 255).any())


@pytest.mark.parametrize(("size", "shot"), [((512, 512), "close"), ((1080, 606), "medium"), ((240, 400), "medium"), ((16, 16), "close")])
def test_the_picture_has_the_size_asked_for_and_stands_on_its_lower_edge(engine: WarpEngine, size: tuple[int, int], shot: str):
    presenter = engine.load(person("sofia").folder, Look(shot), *size)
    planes = presenter.perform(None, 1, ()).frame(0)
    assert (planes.width_px, planes.height_px) == size
    assert bool((planes.a[-1] > 128).any())
    assert bool((planes.a[-1, size[0] // 2 - 2 : size[0] // 2 + 2] > 250).all())


@pytest.mark.parametrize("name", ["mei", "kofi"])
@pytest.mark.parametrize(
    "pose",
    [
        {},
        {"yaw": 0.06, "roll": -0.02, "breath": 0.02, "jaw": 0.6, "wide": 0.4, "blink": 0.6},
        {**SHAPES["ou"], "blink": 1.0, "pitch": 0.04},
        {**SHAPES["E"], "tongue": 0.4, "down": 0.03},
    ],
)
def test_the_compiled_loops_draw_what_the_reference_says(engine: WarpEngine, name: str, pose: dict[str, float]):
    stage, row = engine.load(person(name).folder, Look("close"), 384, 512).stage, controls(**pose)
    drawn, reference = draw(stage, row), stage.still.clone()
    codes = torch.from_numpy(stage.picture[:-1, :-1, None].view("<u2").astype(np.uint8)).permute(2, 0, 1)
    colours = colours_from_codes(codes)
    with torch.inference_mode():
        moved = shifts_reference(stage, row)
        draw_with_tensors(stage, colours, moved, row, reference)
    assert float((shifts(stage, row) - moved).abs().max()) <= 1e-3
    for plane in ("y", "u", "v", "a"):
        assert int(np.abs(getattr(drawn, plane).astype(int) - getattr(reference, plane)).max()) <= 2


def test_every_loop_is_compiled_before_the_first_frame(engine: WarpEngine):
    loops = (turned_back, spread_out, follow, warp, part_lips, fill_mouth, close_lid)
    warm()
    draw(engine.load(person("jun").folder, Look("medium"), 270, 480).stage, controls(**SHAPES["aa"], blink=0.5))
    assert [len(loop.signatures) for loop in loops] == [1] * len(loops)


def test_threads_make_no_difference(models: Path):
    def frame(threads: int) -> bytes:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            stage = WarpEngine(models).load(person("jun").folder, Look("close"), 300, 400).stage
            return bytes_of(draw(stage, controls(**SHAPES["aa"], yaw=0.03, blink=0.5)))
        finally:
            torch.set_num_threads(before)

    assert frame(1) == frame(2)


def test_a_cached_rig_draws_the_same(models: Path, tmp_path: Path):
    frames = [
        WarpEngine(models, tmp_path).load(person("jun").folder, Look("close"), 300, 400).perform(None, 1, ()).frame(0) for _ in range(2)
    ]
    assert len(list(tmp_path.glob("*.rig.safetensors"))) == 1
    assert bytes_of(frames[0]) == bytes_of(frames[1])


def test_a_damaged_cached_rig_is_worked_out_again(models: Path, tmp_path: Path):
    engine = WarpEngine(models, tmp_path)
    engine.load(person("jun").folder, Look("close"), 300, 400)
    kept = next(tmp_path.glob("*.rig.safetensors"))
    kept.write_bytes(kept.read_bytes()[:1000])
    engine.load(person("jun").folder, Look("close"), 300, 400)
    assert kept.stat().st_size > 100_000


def test_a_folder_that_is_not_there_is_named(engine: WarpEngine, tmp_path: Path):
    with pytest.raises(MissingSource):
        engine.load(tmp_path / "nobody", Look("close"), 100, 100)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"schema_version": 9}', "schema"),
        ('{"schema_version": 1, "pictures": {}, "shots": {}}', "damaged"),
        (
            '{"schema_version": 1, "pictures": {"p": {"file": "../p.webp", "width_px": 9, "height_px": 9, "sha256": ""}}, "shots": {}}',
            "damaged",
        ),
    ],
)
def test_a_damaged_description_is_refused_by_name(engine: WarpEngine, tmp_path: Path, text: str, reason: str):
    (tmp_path / "avatar.json").write_text(text)
    with pytest.raises(PresenterRefused) as refusal:
        engine.load(tmp_path, Look("close"), 100, 100)
    assert refusal.value.reason == reason


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_draws_the_same_frames(models: Path, mei: WarpPresenter):
    there = WarpEngine(models, device="cuda").load(person("mei").folder, Look("close"), 384, 512)
    times = passage(("aa", 300), ("PP", 100), ("ih", 600))
    for at in (0, 250 * MS, 600 * MS):
        here, far = mei.perform(times, 2, ()).frame(at), there.perform(times, 2, ()).frame(at)
        assert float(np.abs(here.y.astype(int) - moved(far, "cpu").y).mean()) < 0.5
