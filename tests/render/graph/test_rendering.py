"""Pictures are encoded beside the thread that draws them, and each side hears of the other's failure."""

from dataclasses import dataclass

import pytest

from render.avatar.engine import WarpEngine
from render.errors import Cancelled
from render.graph import rendering
from render.graph.rendering import PICTURES_AHEAD, ProgramOrder, compose_in_parallel, compose_segments
from render.graph.store import SegmentStore
from render.link import FolderSources
from render.presets.exports import ExportPreset
from render.timeline import codec
from render.timeline.manifest import LinkManifest
from render.timeline.resolve import resolve

TINY = ExportPreset("tiny", 64, "ultrafast", 30)
SECONDS = 4
SCENE_FRAMES = SECONDS * 25


class TurnEnded(Exception):
    """It is another's turn."""


@dataclass(frozen=True, slots=True)
class Turns(SegmentStore):
    """A store that ends the turn after each piece."""

    def put(self, *piece, **options):
        SegmentStore.put(self, *piece, **options)
        raise TurnEnded


@pytest.fixture
def order(tmp_path):
    """Two scenes with a disc that moves."""
    disc = {"kind": "shape", "shape": "ellipse", "fill": "#ff5a36"}
    moves = [{"property": "x", "at": at, "value": value} for at, value in ((0, 1_000), (SECONDS * 240_000, 9_000))]
    layer = {"content": disc, "keyframes": moves, "transform": {"width": 2_000, "height": 2_000}}
    fixed = {"kind": "fixed", "fixed": SECONDS * 240_000}
    scenes = [
        {"id": f"s{number}", "duration": fixed, "background": {"colour": colour}, "layers": [layer | {"id": f"d{number}"}]}
        for number, colour in enumerate(("#102030", "#602040"))
    ]
    document = codec.read({"language": "en", "canvas": {"width_px": 64, "height_px": 96, "frame_rate": 25}, "scenes": scenes})
    timeline = resolve(document, LinkManifest("en"))
    return ProgramOrder(timeline, (64, 96), FolderSources(tmp_path), WarpEngine(tmp_path), None)


@pytest.fixture
def program(order):
    return order.program()


@pytest.fixture
def drawn(program, monkeypatch):
    indices, draw = [], program.frame
    monkeypatch.setattr(program, "frame", lambda index: indices.append(index) or draw(index))
    return indices


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_encoder_that_fails_is_heard_before_more_is_drawn_than_may_wait(program, drawn, tmp_path, monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError("no space")

    monkeypatch.setattr(rendering, "encode_segment", fail)
    with pytest.raises(OSError, match="no space"):
        compose_segments(program, SegmentStore(tmp_path / "pieces"), TINY)
    assert len(drawn) <= PICTURES_AHEAD + 1
    assert files(tmp_path / "pieces") == []


def test_a_picture_that_cannot_be_drawn_leaves_the_pieces_before_it(program, tmp_path, monkeypatch):
    draw = program.frame

    def fail(index):
        if index == SCENE_FRAMES + 10:
            raise Cancelled
        return draw(index)

    monkeypatch.setattr(program, "frame", fail)
    store = SegmentStore(tmp_path / "pieces")
    with pytest.raises(Cancelled):
        compose_segments(program, store, TINY)
    assert len(files(store.folder)) == 1
    monkeypatch.undo()
    assert compose_segments(program, store, TINY) == 1


def test_equal_scenes_are_drawn_once(program, drawn, tmp_path):
    program.segments = (*program.segments, *program.segments[-1:])
    assert compose_segments(program, SegmentStore(tmp_path / "pieces"), TINY) == 2
    assert len(drawn) == len(set(drawn)) == 2 * SCENE_FRAMES


def test_a_turn_that_ends_with_a_piece_is_not_drawn_on_to_the_end_of_the_next(program, drawn, tmp_path, monkeypatch):
    store = Turns(tmp_path / "pieces")
    put = Turns.put
    ended = rendering.Future()

    def put_and_tell(self, *piece, **options):
        try:
            put(self, *piece, **options)
        finally:
            ended.set_result(None)

    monkeypatch.setattr(Turns, "put", put_and_tell)
    draw = program.frame
    monkeypatch.setattr(program, "frame", lambda index: (ended.result() if index == SCENE_FRAMES + 20 else None) or draw(index))
    with pytest.raises(TurnEnded):
        compose_segments(program, store, TINY)
    assert len(drawn) < SCENE_FRAMES + 20 + PICTURES_AHEAD
    assert len(files(store.folder)) == 1


def test_equal_scenes_are_drawn_once_by_two_lines(order, program, tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "WORKER_FRAMES_MIN", 10)
    program.segments = (*program.segments, *program.segments[-1:])
    told = []
    store = SegmentStore(tmp_path / "pieces")
    assert compose_in_parallel(order, program, store, TINY, workers=2, progress=lambda *report: told.append(report)) == 2
    assert len(files(store.folder)) == 2
    assert told[-1][0] == told[-1][1]
