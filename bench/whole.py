"""W5, W6 and P1 to P5: the whole product, how cost grows, and what a preview worker does in a moment. Only ours: nobody else does these."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench import growth, previews, scripts
from bench.places import ASSETS, MODELS, ROOT
from bench.stand import Stand
from render import engine
from render.avatar.engine import WarpEngine
from render.graph.compile import compile_program
from render.graph.program import Program
from render.graph.store import SegmentStore
from render.link import FolderSources
from render.media.marks import Authority
from render.pixels.jpeg import jpeg
from render.presets.exports import PRESETS
from render.timeline import codec
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND

PREVIEW_PX: Final = (540, 960)
FRAMES: Final = 200
SEEKS: Final = 100
WARMING: Final = 5
JOURNEY_S: Final = 400

Figures = dict[str, Any]


def whole_product(*, device: str = "cpu") -> Figures:
    """W5: our demo document from its words to its film, over its length: all from nothing, its speech kept, all kept."""
    document = codec.read((ROOT / "bench/documents/lamp-en.json").read_bytes())
    figures: Figures = {}
    with TemporaryDirectory(prefix="piying-whole-") as folder:
        stand = Stand(document, Path(folder))
        for name, pieces in (("first", "one"), ("speech_kept", "two"), ("all_kept", "two")):
            figures |= {f"{name}_{unit}": value for unit, value in _exported(stand, pieces, device).items()}
    return figures


def _exported(stand: Stand, pieces: str, device: str) -> Figures:
    start, cpu = time.perf_counter(), time.process_time()
    result = engine.export(
        stand.document,
        preset=PRESETS["1080p"],
        language=stand.document.language,
        sources=stand.sources,
        avatars=stand.avatars,
        store=SegmentStore(stand.folder / pieces),
        out_folder=stand.folder / "films",
        authority=Authority(stand.folder / "authority"),
        producer="Piying bench",
        produce_id="bench",
        speech=stand.speech,
        speech_folder=stand.speech_folder,
        workers=2,
        device=device,
    )
    seconds = result.duration / TICKS_PER_SECOND
    wall, cpu = (time.perf_counter() - start) / seconds, (time.process_time() - cpu) / seconds
    return {"wall_ratio": round(wall, 3), "cpu_ratio": round(cpu, 3), "length_s": round(seconds, 1)}


def preview_rate(*, device: str = "cpu") -> Figures:
    """P1: processor time of a frame of W1 at preview size, composed and as JPEG, frame after frame."""
    program, taken = _preview(device), []
    for index in range(60, 60 + FRAMES + WARMING):
        start = time.process_time()
        jpeg(program.frame(index))
        taken.append((time.process_time() - start) * 1_000)
    per_frame = sum(taken[WARMING:]) / FRAMES
    return {"cpu_ms_per_frame": round(per_frame, 2), "frames_per_s_per_core": round(1_000 / per_frame)}


def preview_seek(*, device: str = "cpu") -> Figures:
    """P2: wall time from a random place of W1 to its JPEG."""
    program, choice, taken = _preview(device), random.Random(1), []  # noqa: S311 - a repeatable choice
    for _ in range(SEEKS + WARMING):
        start = time.perf_counter()
        jpeg(program.frame(choice.randrange(program.frame_count)))
        taken.append((time.perf_counter() - start) * 1_000)
    return {"p50_ms": round(median(taken[WARMING:]), 2), "p95_ms": round(quantiles(taken[WARMING:], n=20, method="inclusive")[-1], 2)}


def preview_chain(*, device: str = "cpu") -> Figures:
    """P3: what a person in a browser waits for, as `python -m bench journeys` measures it."""
    if device != "cpu":
        return {"not_measured": "the studio chooses its device by PIYING_DEVICE"}
    with TemporaryDirectory(prefix="piying-journeys-") as folder:
        out = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "bench", "journeys", "--json", str(out)]
        subprocess.run(command, check=False, timeout=JOURNEY_S, stdout=subprocess.DEVNULL)
        return json.loads(out.read_text()) if out.exists() else {"not_measured": "the journeys did not end in time"}


def _preview(device: str) -> Program:
    """W1 at preview size, from the presenter's half-size proxy as previews have it."""
    document = scripts.w1(presenter="presenter_proxy.mp4")
    sources = FolderSources(ASSETS, MODELS / "music", None, ASSETS)
    timeline = resolve(document, scripts.manifest(document))
    avatars = WarpEngine(MODELS, ASSETS)
    return compile_program(timeline, size_px=PREVIEW_PX, sources=sources, avatars=avatars, label=None, device=device)


def cost_growth(*, device: str = "cpu") -> Figures:
    """W6: how cost grows with length, layers and clips."""
    del device
    return dict(_grown())


def _grown() -> Iterator[tuple[str, Any]]:
    yield "canvas", "270x480, 25 frames a second"
    for name, measured in growth.measures():
        print(f"W6 {name}: {measured}", flush=True)
        yield name, measured


MEASURES: Final[dict[str, Callable[..., Figures]]] = {
    "W5": whole_product,
    "W6": cost_growth,
    "P1": preview_rate,
    "P2": preview_seek,
    "P3": preview_chain,
    "P4": previews.way_to_the_screen,
    "P5": previews.several_at_once,
}
