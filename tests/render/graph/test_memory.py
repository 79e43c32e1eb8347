"""An export holds what it is drawing, not what it has drawn."""

import hashlib

import pytest

from render.graph.compile import compile_program
from render.graph.rendering import compose_segments
from render.graph.store import SegmentStore
from render.graph.workshop import Workshop
from render.link import voice
from render.media.encode import encode_segment
from render.pixels.fill import solid
from render.presets.exports import ExportPreset
from render.timeline import codec
from render.timeline.resolve import resolve

SIZE_PX = (64, 96)
TINY = ExportPreset("tiny", 64, "ultrafast", 30)
SECOND = 240_000


@pytest.fixture
def film(house):
    path = house.folder / "assets" / "film.mp4"
    frames = [solid(*SIZE_PX, f"#{shade:02x}4060") for shade in range(0, 250, 5)]
    encode_segment(frames, path, size_px=SIZE_PX, frame_rate=25, preset=TINY)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def shown(house, film):
    """Two scenes: a film, then a colour. The workshop and the program."""
    workshop = Workshop()
    layer = {"id": "l", "content": {"kind": "video", "asset": film}}
    duration = {"kind": "fixed", "fixed": SECOND}
    scenes = [
        {"id": "s0", "duration": duration, "layers": [layer]},
        {"id": "s1", "duration": duration, "background": {"colour": "#336699"}},
    ]
    canvas = {"width_px": 64, "height_px": 96, "frame_rate": 25}
    document = codec.read({"language": "en", "canvas": canvas, "scenes": scenes})
    timeline = resolve(document, voice(document, "en", house.speech, house.folder / "speech"))
    made = compile_program(timeline, size_px=SIZE_PX, sources=house.sources, avatars=house.avatars, label=None, workshop=workshop)
    return workshop, made


def test_films_that_were_only_looked_at_are_closed(shown):
    workshop, program = shown
    assert any(segment.has_film for segment in program.segments)
    assert workshop.videos.weight == 0
    made = workshop.videos.made
    program.stamps(0)
    assert workshop.videos.made == made


def test_films_and_pictures_of_scenes_that_are_done_are_let_go(shown, tmp_path):
    workshop, program = shown
    compose_segments(program, SegmentStore(tmp_path), TINY)
    assert workshop.videos.weight == 0
    assert workshop.pictures.weight == 2 * (SIZE_PX[0] * SIZE_PX[1] * 3 // 2)  # the last scene's colour, and its picture made of it


def test_a_film_is_closed_as_soon_as_the_next_scene_is_begun(shown, tmp_path, monkeypatch):
    workshop, program = shown
    draw, open_films = program.frame, {}

    def watched(index):
        open_films[index] = workshop.videos.weight
        return draw(index)

    monkeypatch.setattr(program, "frame", watched)
    compose_segments(program, SegmentStore(tmp_path), TINY)
    assert [open_films[index] for index in (1, 24, 25, 26)] == [1, 1, 1, 0]
