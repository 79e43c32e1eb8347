"""Backgrounds, moving crops and transitions, as a compiled program shows them."""

import hashlib

import pytest

from render.graph.compile import compile_program
from render.graph.segments import seen_ranges
from render.graph.workshop import Workshop
from render.media.encode import encode_segment
from render.pixels.convert import rgb_from_planes
from render.pixels.fill import solid
from render.presets.exports import ExportPreset
from render.timeline import codec
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND
from render.timeline.voicing import link

SIZE_PX = (180, 320)


def document(*scenes, **changes):
    canvas = {"width_px": 180, "height_px": 320, "frame_rate": 25}
    fixed = {"duration": {"kind": "fixed", "fixed": TICKS_PER_SECOND}}
    return codec.read({"canvas": canvas, "scenes": [{"id": f"s{number}"} | fixed | scene for number, scene in enumerate(scenes)]} | changes)


@pytest.fixture
def program(house):
    def compiled(held, workshop=None):
        timeline = resolve(held, link(held, "zh", "", {}))
        made = compile_program(timeline, size_px=SIZE_PX, sources=house.sources, avatars=house.avatars, label=None, workshop=workshop)
        assert len(seen_ranges(timeline)) == len(held.scenes)
        return made

    return compiled


@pytest.fixture
def film(house):
    """Ten frames, from black to white."""
    preset = ExportPreset("fine", 180, "ultrafast", 4)
    path = house.folder / "assets" / "film.mp4"
    frames = (solid(180, 320, f"#{grey:02x}{grey:02x}{grey:02x}") for grey in range(0, 250, 25))
    encode_segment(frames, path, size_px=(180, 320), frame_rate=25, preset=preset)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def brightness(planes) -> float:
    return float(planes.y.mean())


def rgb(planes, x, y):
    return rgb_from_planes(planes)[y, x].tolist()


def test_a_gradient_lies_under_the_layers(program):
    gradient = {"colours": ["#ff0000", "#0000ff"]}
    frame = program(document({"background": {"gradient": gradient}})).frame(0)
    assert rgb(frame, 90, 2)[0] > 240
    assert rgb(frame, 90, 317)[2] > 240


def test_a_film_behind_a_scene_plays_round_and_round(program, film):
    shown = program(document({"background": {"video": film}}))
    first, ninth, eleventh = (brightness(shown.frame(index)) for index in (0, 9, 11))
    assert first < 30
    assert ninth > 200
    assert eleventh == pytest.approx(brightness(shown.frame(1)), abs=1)


def test_a_blurred_picture_is_soft_and_made_once(program, picture):
    workshop = Workshop()
    sharp = program(document({"background": {"image": picture}})).frame(0)
    soft = program(document({"background": {"image": picture, "blur": 400}}), workshop)
    assert float(soft.frame(0).y.std()) < float(sharp.y.std())
    made = workshop.pictures.made
    assert soft.frame(20) is soft.frame(0)
    assert workshop.pictures.made == made


def test_a_blurred_film_moves(program, film):
    shown = program(document({"background": {"video": film, "blur": 300}}))
    assert brightness(shown.frame(9)) > brightness(shown.frame(0)) + 100


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_crop_may_move(program, picture, film, kind):
    frames = [
        {"property": "crop-left", "at": at * TICKS_PER_SECOND, "value": value, "easing": "linear"} for at, value in ((0, 0), (1, 9_000))
    ]
    content = {"kind": kind, "asset": picture if kind == "image" else film, "fit": "contain"}
    shown = program(document({"layers": [{"id": "l", "keyframes": frames, "content": content}], "background": {"colour": "#ff0000"}}))
    red = [float((shown.frame(index).v > 200).mean()) for index in (0, 24)]
    assert red[1] > red[0] + 0.1


def test_a_clip_that_starts_behind_its_end_hides(program, film):
    layer = {"id": "l", "content": {"kind": "video", "asset": film, "source_start": 9 * TICKS_PER_SECOND, "beyond": "hide"}}
    assert rgb(program(document({"layers": [layer], "background": {"colour": "#00ff00"}})).frame(0), 90, 160)[1] > 240


def test_a_hidden_layer_and_tracks_beside_a_solo_one_are_not_seen(program):
    shape = {"kind": "shape", "fill": "#ff0000"}
    tracks = [{"id": "t1", "layers": [{"id": "l1", "content": shape}]}, {"id": "t2", "solo": True}]
    hidden = {"id": "l2", "hidden": True, "content": shape}
    held = document({"layers": [hidden], "background": {"colour": "#00ff00"}}, tracks=tracks)
    assert rgb(program(held).frame(0), 90, 160)[1] > 240


@pytest.mark.parametrize("kind", ["push", "circle", "flip"])
def test_scenes_give_way_as_they_are_told_and_a_segment_is_named_after_it(program, kind):
    scenes = [{"background": {"colour": colour}, "transition": {"kind": kind, "duration": 120_000}} for colour in ("#204060", "#e0a040")]
    shown, faded = program(document(*scenes)), program(document(scenes[0] | {"transition": {"kind": "crossfade"}}, scenes[1]))
    middle = {tuple(rgb(shown.frame(25), step, step * 16 // 9)) for step in range(0, 180, 9)}
    assert len(middle) > 1
    assert shown.segments[1].key != faded.segments[1].key
    assert shown.segments[0].key == faded.segments[0].key
