"""Pieces are in the store whole and unchanged, or not at all."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from render import engine
from render.avatar.engine import WarpEngine
from render.errors import MissingSource
from render.graph.store import SegmentStore
from render.link import FolderSources
from render.media.encode import encode_segment
from render.media.marks import Authority
from render.pixels.planes import Planes
from render.presets.exports import PRESETS, ExportPreset
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest

TINY = ExportPreset("tiny", 64, "ultrafast", 30)


def document(colour: str = "#204060") -> Document:
    """Two scenes of a second, each a colour with a disc that moves."""
    disc = {"kind": "shape", "shape": "ellipse", "fill": "#ff5a36"}
    moves = [{"property": "x", "at": at, "value": value} for at, value in ((0, 1_000), (240_000, 9_000))]
    scenes = [
        {
            "id": f"s{number}",
            "background": {"colour": colour if number else "#102030"},
            "duration": {"kind": "fixed", "fixed": 240_000},
            "layers": [{"id": f"d{number}", "content": disc, "keyframes": moves, "transform": {"width": 2_000, "height": 2_000}}],
        }
        for number in range(2)
    ]
    return codec.read({"language": "en", "canvas": {"width_px": 64, "height_px": 96, "frame_rate": 25}, "scenes": scenes})


@pytest.fixture
def export(tmp_path):
    authority, avatars = Authority(tmp_path / "authority"), WarpEngine(tmp_path)

    def make(wanted: Document | None = None, **changes) -> engine.ExportResult:
        options = {
            "preset": TINY,
            "language": "en",
            "manifest": LinkManifest("en"),
            "sources": FolderSources(tmp_path),
            "avatars": avatars,
            "store": SegmentStore(tmp_path / "pieces"),
            "out_folder": tmp_path / "out",
            "authority": authority,
            "producer": "Test",
            "produce_id": "1",
        }
        return engine.export(wanted or document(), **options | changes)

    return make


def pieces(tmp_path: Path, suffix: str = ".mp4") -> list[Path]:
    return sorted((tmp_path / "pieces").rglob(f"*{suffix}"))


def frames(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="yuv420p").tobytes() for frame in container.decode(video=0)]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def put_another_in_its_place(path: Path) -> None:
    picture = Planes(*(np.full(size, 99, np.uint8) for size in ((96, 64), (48, 32), (48, 32))))
    encode_segment([picture] * 25, path, size_px=(64, 96), frame_rate=25, preset=TINY)


@pytest.mark.parametrize("harm", [cut_short, change_a_byte, put_another_in_its_place, lambda path: path.write_bytes(b""), Path.unlink])
def test_a_harmed_piece_is_made_again_and_the_film_is_right(export, tmp_path, harm):
    right = frames(export().mp4)
    harm(pieces(tmp_path)[0])
    again = export()
    assert (again.segments_rendered, again.segments_reused) == (1, 1)
    assert frames(again.mp4) == right


def test_a_harmed_mix_is_made_again(export, tmp_path):
    export()
    (mix,) = pieces(tmp_path, ".m4a")
    before = mix.read_bytes()
    cut_short(mix)
    export()
    assert mix.read_bytes()[: len(before) // 2] == before[: len(before) // 2]
    assert len(mix.read_bytes()) == len(before)


@pytest.mark.parametrize("harm", [cut_short, change_a_byte, Path.unlink])
def test_a_piece_lost_while_the_film_is_made_is_named_and_comes_back_with_the_next_attempt(export, tmp_path, harm):
    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "sound":
            harm(pieces(tmp_path)[0])

    with pytest.raises(MissingSource):
        export(progress=progress)
    assert not (tmp_path / "out" / "video.mp4").exists()
    assert export().segments_rendered == 1


@contextmanager
def little_room(size_bytes: int) -> Iterator[None]:
    """No file may grow beyond so much, as on a disk that fills up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_is_an_error_that_leaves_nothing_behind(export, tmp_path):
    with little_room(1_500), pytest.raises(OSError, match=r"large|space"):
        export(preset=PRESETS["720p"])
    assert [path for path in (tmp_path / "pieces").rglob("*") if path.is_file()] == []
    assert export().segments_rendered == 2


def test_another_colour_in_one_scene_leaves_the_other_one_its_piece(export):
    export()
    result = export(document("#602040"))
    assert (result.segments_rendered, result.segments_reused) == (1, 1)
