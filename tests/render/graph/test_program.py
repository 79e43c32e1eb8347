"""A compiled program: any frame in any order, nothing drawn twice, nothing opened early."""

import hashlib
import random
from itertools import pairwise

import numpy as np
import pytest
import torch

from render.graph.compile import compile_program
from render.graph.program import Program
from render.graph.words import label_for
from render.graph.workshop import Workshop
from render.link import voice
from render.media.encode import encode_segment
from render.pixels.convert import rgb_from_planes
from render.pixels.device import moved
from render.pixels.fill import solid
from render.pixels.planes import Planes
from render.presets.exports import ExportPreset
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND

SIZE_PX = (180, 320)


@pytest.fixture
def compiled(house):
    """Voice, resolve and compile a document."""

    def make(document: Document, *, label: str | None = None, workshop: Workshop | None = None, size_px=SIZE_PX) -> Program:
        timeline = resolve(document, voice(document, "zh", house.speech, house.speech_folder, sources=house.sources))
        return compile_program(timeline, size_px=size_px, sources=house.sources, avatars=house.avatars, label=label, workshop=workshop)

    return make


def same(one: Planes, two: Planes) -> bool:
    """Whether two pictures are equal byte for byte."""
    return all(np.array_equal(first, second) for first, second in ((one.y, two.y), (one.u, two.u), (one.v, two.v)))


def pixel(planes: Planes, x: int, y: int) -> list[int]:
    """R, G and B at a place."""
    return rgb_from_planes(planes)[y, x].tolist()


def still_document(**changes) -> Document:
    """One silent scene of a second."""
    scene = {"id": "s", "duration": {"kind": "fixed", "fixed": TICKS_PER_SECOND}, "background": {"colour": "#204060"}}
    canvas = {"width_px": 180, "height_px": 320, "frame_rate": 25}
    return codec.read({"canvas": canvas, "scenes": [scene | changes]})


def test_frames_are_the_same_in_any_order(house, compiled, two_scenes):
    sequential, shuffled = compiled(two_scenes(), label="AI"), compiled(two_scenes(), label="AI")
    order = list(range(sequential.frame_count))
    random.Random(7).shuffle(order)
    expected = [sequential.frame(index).clone() for index in range(sequential.frame_count)]
    assert all(same(shuffled.frame(index), expected[index]) for index in order)


def test_frames_have_exactly_the_size_asked_for_and_no_alpha(compiled, two_scenes):
    frame = compiled(two_scenes(), size_px=(100, 178)).frame(0)
    assert (frame.width_px, frame.height_px, frame.a) == (100, 178, None)


def test_a_frame_beyond_the_end_is_refused(compiled, two_scenes):
    program = compiled(two_scenes())
    with pytest.raises(IndexError):
        program.frame(program.frame_count)
    with pytest.raises(IndexError):
        program.frame(-1)


def test_compiling_opens_and_loads_nothing(house, compiled):
    missing = {"kind": "image", "asset": "0" * 64}
    layers = [{"id": "i", "content": missing}, {"id": "p", "content": {"kind": "presenter", "presenter": "nobody"}}]
    program = compiled(still_document(layers=layers))
    assert program.frame_count == 25
    assert len(program.segments) == 1
    assert house.avatars.loaded == []


def test_frames_where_nothing_changes_are_not_composed_again(compiled):
    workshop = Workshop()
    program = compiled(still_document(), workshop=workshop)
    first = program.frame(0)
    assert all(program.frame(index) is first for index in range(1, 25))
    assert workshop.frames_composed == 1


def test_still_layers_under_a_moving_one_are_drawn_once(compiled, two_scenes):
    workshop = Workshop()
    program = compiled(two_scenes(captions={"visible": False}), workshop=workshop)
    program.frame(0)
    made = workshop.pictures.made
    for index in range(1, 8):
        program.frame(index)
    assert workshop.pictures.made == made


def test_frames_handed_out_are_never_changed_afterwards(compiled, two_scenes):
    program = compiled(two_scenes())
    held = [(frame, frame.clone()) for frame in (program.frame(index) for index in range(program.frame_count))]
    assert all(same(frame, copy) for frame, copy in held)


def test_an_edit_with_the_same_workshop_prepares_only_what_changed(house, compiled, two_scenes):
    workshop = Workshop()
    compiled(two_scenes(), workshop=workshop).frame(3)
    made, loads = workshop.pictures.made, len(house.avatars.loaded)
    longer = two_scenes("你好大家好啊")
    compiled(longer, workshop=workshop).frame(3)
    assert len(house.avatars.loaded) == loads
    assert workshop.pictures.made - made <= 1


def test_the_presenter_speaks_each_block_with_its_own_seed_and_loudness(house, compiled, two_scenes):
    program = compiled(two_scenes())
    program.frame(0)
    program.frame(program.frame_count - 1)
    (first, seed, loud), (second, other_seed, other_loud) = house.avatars.performed
    assert (first.duration, second.duration) == (5 * 36_000, 6 * 36_000)
    assert seed != other_seed
    assert (loud, other_loud) == (75, 90)


def test_the_presenter_stands_on_the_lower_edge_of_its_box(house, compiled):
    presenter = {"kind": "presenter", "presenter": "oval"}
    box = {"x": 5_000, "y": 5_000, "width": 10_000, "height": 5_000}
    program = compiled(still_document(layers=[{"id": "p", "content": presenter, "transform": box}]))
    frame = program.frame(0)
    assert house.avatars.loaded == [("1", "medium", 180, 160)]
    assert pixel(frame, 90, 236) != pixel(frame, 2, 2)
    assert pixel(frame, 90, 244) == pixel(frame, 2, 2)


def test_a_crossfade_is_centred_on_the_cut_and_runs_evenly(compiled, two_scenes):
    program = compiled(two_scenes(captions={"visible": False}))
    cut = next(segment for segment in program.segments if segment.kind == "transition")
    corner = [pixel(program.frame(cut.first_frame + step), 2, 2)[0] for step in range(-1, cut.frame_count + 1)]
    assert cut.frame_count == 10
    assert corner[0] == pytest.approx(0x1B, abs=2)
    assert corner[-1] == pytest.approx(0x40, abs=2)
    assert corner == sorted(corner)
    assert corner[1] - corner[0] == pytest.approx(corner[-1] - corner[-2], abs=2)


def test_scenes_live_on_through_their_transition(compiled, two_scenes):
    program = compiled(two_scenes(captions={"visible": False}))
    cut = next(segment for segment in program.segments if segment.kind == "transition")
    middle = program.frame(cut.first_frame + cut.frame_count // 2)
    assert pixel(middle, 90, 48) != pixel(middle, 2, 2)
    assert pixel(middle, 90, 200) != pixel(middle, 2, 2)


def test_the_mark_stands_at_the_start_and_is_large_enough(compiled, two_scenes):
    marked, bare = compiled(two_scenes(), label=label_for("zh")), compiled(two_scenes())
    for index in range(50):
        rows = np.flatnonzero((marked.frame(index).y != bare.frame(index).y).any(axis=1))
        assert rows.size > 0
        assert int(np.ptp(rows) + 1) >= 0.05 * min(SIZE_PX)
    assert same(marked.frame(marked.frame_count - 1), bare.frame(bare.frame_count - 1)) == (marked.frame_count > 75)


def test_letters_of_the_mark_are_higher_than_a_twentieth_of_the_shorter_side(compiled):
    size_px = (540, 960)
    bright = compiled(still_document(), label=label_for("zh"), size_px=size_px).frame(0).y > 180
    rows = np.flatnonzero(bright.any(axis=1))
    assert int(np.ptp(rows) + 1) >= 0.05 * 540


def test_captions_show_in_their_time_only(compiled, two_scenes):
    shown, hidden = compiled(two_scenes()), compiled(two_scenes(captions={"visible": False}))
    assert not same(shown.frame(5), hidden.frame(5))
    assert same(shown.frame(shown.frame_count - 1), hidden.frame(hidden.frame_count - 1))


def test_keyframes_move_and_fade_a_layer(compiled):
    moves = [
        {"property": "x", "at": 0, "value": 2_000, "easing": "linear"},
        {"property": "x", "at": TICKS_PER_SECOND, "value": 8_000, "easing": "linear"},
        {"property": "opacity", "at": 0, "value": 0, "easing": "linear"},
        {"property": "opacity", "at": TICKS_PER_SECOND // 2, "value": 1_000, "easing": "linear"},
    ]
    box = {"width": 2_000, "height": 1_000}
    layer = {"id": "l", "content": {"kind": "shape", "fill": "#ffffff"}, "transform": box, "keyframes": moves}
    program = compiled(still_document(layers=[layer]))
    assert pixel(program.frame(0), 36, 160) == pixel(program.frame(0), 2, 2)
    assert 110 < pixel(program.frame(6), 62, 160)[0] < 180
    assert pixel(program.frame(24), 140, 160) == [255, 255, 255]
    assert pixel(program.frame(24), 36, 160) == pixel(program.frame(24), 2, 2)


def test_a_turned_layer_turns_clockwise_about_its_centre(compiled):
    box = {"width": 8_000, "height": 500, "rotation": 90_000}
    program = compiled(still_document(layers=[{"id": "l", "content": {"kind": "shape", "fill": "#ffffff"}, "transform": box}]))
    assert pixel(program.frame(0), 90, 100)[0] > 240
    assert pixel(program.frame(0), 30, 160) == pixel(program.frame(0), 2, 2)
    eighth = box | {"rotation": 45_000}
    program = compiled(still_document(layers=[{"id": "l", "content": {"kind": "shape", "fill": "#ffffff"}, "transform": eighth}]))
    assert pixel(program.frame(0), 120, 190)[0] > 240
    assert pixel(program.frame(0), 60, 190) == pixel(program.frame(0), 2, 2)


@pytest.mark.parametrize(("fit", "left_is_background"), [("contain", True), ("cover", False), ("fill", False)])
def test_a_picture_fits_its_box(compiled, picture, fit, left_is_background):
    layer = {"id": "l", "content": {"kind": "image", "asset": picture, "fit": fit}, "transform": {"width": 10_000, "height": 2_000}}
    frame = compiled(still_document(layers=[layer])).frame(0)
    assert (pixel(frame, 20, 160) == pixel(frame, 2, 2)) == left_is_background
    assert pixel(frame, 90, 160) != pixel(frame, 2, 2)


def test_a_crop_takes_its_part_of_the_picture(compiled, picture):
    crop = {"left": 500, "top": 667, "right": 8_500, "bottom": 8_000}
    layer = {"id": "l", "content": {"kind": "image", "asset": picture, "fit": "fill", "crop": crop}}
    red, green, blue = pixel(compiled(still_document(layers=[layer])).frame(0), 90, 160)
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_a_slow_zoom_moves_smoothly_over_the_whole_scene(compiled, picture):
    background = {"image": picture, "zoom": {"from_scale": 1_000, "to_scale": 2_000}}
    program = compiled(still_document(background=background))
    left = [pixel(program.frame(index), 4, 160)[0] for index in range(program.frame_count)]
    assert left == sorted(left)
    assert left[-1] - left[0] > 20
    assert max(after - before for before, after in pairwise(left)) <= 4


def test_a_track_stands_over_all_scenes(compiled, two_scenes):
    logo = {
        "id": "logo",
        "content": {"kind": "shape", "fill": "#00ff00"},
        "transform": {"x": 9_000, "y": 500, "width": 1_000, "height": 500},
    }
    span = {"start": {"kind": "project"}, "end": {"kind": "scene-end", "of": "s1"}}
    document = two_scenes(tracks=[{"id": "t", "layers": [logo | {"span": span}]}])
    program = compiled(document)
    greens = {tuple(pixel(program.frame(index), 162, 16)) for index in range(program.frame_count)}
    assert len(greens) == 1
    assert next(iter(greens))[1] > 240


@pytest.mark.parametrize(("beyond", "last_is"), [("freeze", 2), ("loop", 1), ("hide", None)])
def test_a_video_that_is_too_short_does_what_it_is_told(house, compiled, beyond, last_is):
    colours = ["#101010", "#808080", "#f0f0f0"]
    asset = film(house, colours)
    layer = {"id": "v", "content": {"kind": "video", "asset": asset, "beyond": beyond}}
    program = compiled(still_document(layers=[layer]))
    shades = [pixel(program.frame(index), 90, 160)[0] for index in (0, 5, 9, 19)]
    assert shades[:3] == pytest.approx([16, 128, 240], abs=6)
    expected = 0x20 if last_is is None else [16, 128, 240][last_is]
    assert shades[3] == pytest.approx(expected, abs=6)


def test_a_video_stretched_to_its_place_ends_with_it(house, compiled):
    asset = film(house, ["#101010", "#808080", "#f0f0f0"])
    program = compiled(still_document(layers=[{"id": "v", "content": {"kind": "video", "asset": asset, "beyond": "stretch"}}]))
    assert [pixel(program.frame(index), 90, 160)[0] for index in (0, 12, 24)] == pytest.approx([16, 128, 240], abs=6)


def test_layers_without_size_are_not_drawn(compiled):
    shape = {"kind": "shape", "fill": "#ffffff"}
    bare = compiled(still_document()).frame(0)
    for transform in ({"width": 0}, {"height": 0}, {"scale": 0}):
        assert same(compiled(still_document(layers=[{"id": "l", "content": shape, "transform": transform}])).frame(0), bare)


def test_what_is_larger_than_the_canvas_is_drawn_within_bounds(compiled, picture):
    layer = {"id": "l", "content": {"kind": "image", "asset": picture, "fit": "fill"}, "transform": {"width": 100_000, "scale": 20_000}}
    workshop = Workshop()
    compiled(still_document(layers=[layer]), workshop=workshop).frame(0)
    assert workshop.pictures.weight < 64 * 180 * 320


def test_a_layer_that_has_come_to_rest_is_flattened(compiled, two_scenes):
    fade = [{"property": "opacity", "at": 0, "value": 0}, {"property": "opacity", "at": 48_000, "value": 1_000}]
    shape = {"id": "l", "content": {"kind": "shape"}, "transform": {"width": 5_000, "height": 2_000}, "keyframes": fade}
    stamps = compiled(still_document(layers=[shape]))
    assert [stamp.still for stamp in stamps.stamps(2)] == [True, False]
    assert [stamp.still for stamp in stamps.stamps(5)] == [True, True]


def test_a_device_draws_the_same_pictures_in_torch(compiled, two_scenes):
    """Torch's own processor stands for a graphics card: what lies there is a tensor, and every operation is the reference's."""
    there, here = compiled(two_scenes(), workshop=Workshop("cpu:0")), compiled(two_scenes())
    for index in (0, 20, 27, 40):
        drawn = there.frame(index)
        assert isinstance(drawn.y, torch.Tensor)
        assert int(np.abs(moved(drawn, "cpu").y.astype(int) - here.frame(index).y).max()) <= 2


@pytest.mark.cuda
def test_a_gpu_draws_the_same_within_a_code_value_or_two(house, compiled, two_scenes):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    there, here = compiled(two_scenes(), workshop=Workshop("cuda")), compiled(two_scenes())
    for index in (0, 20, 27, 40):
        assert int(np.abs(moved(there.frame(index), "cpu").y.astype(int) - here.frame(index).y).max()) <= 2


def film(house, colours):
    """The digest of a video in the asset folder: each colour for four frames at 25 fps."""
    frames = [solid(180, 320, colour) for colour in colours for _ in range(4)]
    path = house.folder / "assets" / "film.mp4"
    encode_segment(frames, path, size_px=(180, 320), frame_rate=25, preset=ExportPreset("fine", 180, "ultrafast", 4))
    return hashlib.sha256(path.read_bytes()).hexdigest()
