"""W6: documents that grow in one way each, and what a second of their films costs."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench import scripts
from bench.meter import forget_peak, peak_mb
from bench.places import ASSETS, MODELS
from render import engine
from render.avatar.engine import WarpEngine
from render.graph.store import SegmentStore
from render.link import FolderSources
from render.media.marks import Authority
from render.presets.exports import ExportPreset
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest

PRESET: Final = ExportPreset("growth", 270, "ultrafast", 28)
MINUTES: Final = (1, 2, 4, 8, 16)
WORKERS: Final = (1, 2, 4)
LAYERS: Final = (1, 5, 20, 60)
CLIPS: Final = (10, 200, 2_000)
SCENE_FRAMES: Final = 150


def measures() -> Iterator[tuple[str, dict[str, float]]]:
    """Each document's name and what a second of its film took."""
    _exported(long(1), 1)  # what a process does once, such as loading its libraries, belongs to none of them
    for minutes in MINUTES:
        yield f"minutes_{minutes}", _exported(long(minutes), 1)
    for workers in WORKERS:
        yield f"workers_{workers}", _exported(long(2), workers)
    for layers in LAYERS:
        yield f"layers_{layers}", _exported(layered(layers), 1)
    for clips in CLIPS:
        yield f"clips_{clips}", _exported(clipped(clips), 1)


def long(minutes: int) -> Document:
    """Scenes of six seconds: a growing photograph and a line of words, no two alike."""
    count = minutes * 60 * 25 // SCENE_FRAMES
    return _document([_scene(number, SCENE_FRAMES, [_words(number, 0)]) for number in range(count)])


def layered(count: int) -> Document:
    """Twenty seconds with so many shapes that move."""
    shapes = [_moving(number, count) for number in range(count)]
    return _document([_scene(0, 500, shapes)])


def clipped(count: int) -> Document:
    """Forty seconds cut into so many clips of stills on one track."""
    total = 1_000
    places = [round(total * number / count) for number in range(count + 1)]
    clips = [
        {"id": f"c{number}", "content": {"kind": "image", "asset": scripts.asset(f"lying{number % 10}.jpg"), "fit": "cover"}}
        | scripts.span(start, max(1, end - start))
        for number, (start, end) in enumerate(pairwise(places))
    ]
    return _document([_scene(0, total, [])], [{"id": "clips", "layers": clips}])


def _document(scenes: list[Any], tracks: list[Any] | None = None) -> Document:
    canvas = {"width_px": 1080, "height_px": 1920, "frame_rate": 25}
    return codec.read({"language": "en", "canvas": canvas, "scenes": scenes, "tracks": tracks or [], "captions": {"visible": False}})


def _scene(number: int, frames: int, layers: list[Any]) -> dict[str, Any]:
    zoom = {"from_scale": 1_000, "to_scale": 1_150 + number}
    background = {"image": scripts.asset(f"upright{number % 10}.jpg"), "zoom": zoom}
    duration = {"kind": "fixed", "fixed": frames * scripts.FRAME}
    return {"id": f"s{number}", "background": background, "duration": duration, "layers": layers}


def _words(scene: int, number: int) -> dict[str, Any]:
    return {"id": f"w{scene}-{number}", "content": {"kind": "text", "texts": {"en": f"Line {scene}"}}, "transform": {"y": 8_000}}


def _moving(number: int, count: int) -> dict[str, Any]:
    x = 500 + 9_000 * number // max(count, 1)
    moves = [{"property": "y", "at": at * 500 * scripts.FRAME, "value": value} for at, value in ((0, 1_000), (1, 9_000))]
    shape = {"kind": "shape", "shape": "ellipse", "fill": "#ff5a36"}
    return {"id": f"l{number}", "content": shape, "transform": {"x": x, "width": 800, "height": 450}, "keyframes": moves}


def _exported(document: Document, workers: int) -> dict[str, float]:
    """Processor and wall milliseconds for a second of film, and the memory that the process held at most meanwhile."""
    forget_peak()
    with TemporaryDirectory(prefix="piying-growth-") as name:
        folder = Path(name)
        start, cpu = time.perf_counter(), time.process_time()
        result = engine.export(
            document,
            preset=PRESET,
            language="en",
            manifest=LinkManifest("en"),
            sources=FolderSources(ASSETS, MODELS / "music", None, ASSETS),
            avatars=WarpEngine(MODELS, folder),
            store=SegmentStore(folder / "pieces"),
            out_folder=folder / "films",
            authority=Authority(folder / "authority"),
            producer="Piying bench",
            produce_id="bench",
            label=None,
            workers=workers,
        )
        seconds = result.duration / 240_000
        taken = {
            "cpu_ms_per_s": (time.process_time() - cpu) / seconds * 1_000,
            "wall_ms_per_s": (time.perf_counter() - start) / seconds * 1_000,
        }
    return {name: round(value, 1) for name, value in (taken | {"peak_mb": peak_mb()}).items()}
