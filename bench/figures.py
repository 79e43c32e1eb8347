"""The figures: each function measures one thing on a stand and gives numbers by name, units last."""

import random
import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Final
from uuid import uuid4

from bench.stand import Stand, without_presenters
from render import engine
from render.graph.program import Program
from render.graph.store import SegmentStore
from render.graph.workshop import Workshop
from render.media.marks import Authority
from render.pixels.jpeg import jpeg
from render.presets.exports import ExportPreset
from render.timeline.edits import SpliceText, apply
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND

Figures = dict[str, float]

WARMING_FRAMES: Final = 5
SEEK_SHORT_SIDE_PX: Final = 540


def composing(stand: Stand, short_side_px: int, frames: int) -> Figures:
    """Processor time per frame, frame after frame from the middle of the film, with the presenter and without."""
    manifest = stand.voiced()
    whole = resolve(stand.document, manifest)
    timelines = {"with_presenter": whole, "without_presenter": without_presenters(whole, stand.document, manifest)}
    figures = {}
    for name, timeline in timelines.items():
        program = stand.program(timeline, short_side_px, Workshop())
        figures[f"{name}_ms_per_frame"] = _milliseconds_per_frame(program, frames)
    return figures


def seeking(stand: Stand, seeks: int) -> Figures:
    """Wall time from a random place to its JPEG, everything loaded."""
    program = stand.program(resolve(stand.document, stand.voiced()), SEEK_SHORT_SIDE_PX, Workshop())
    places = random.Random(1).choices(range(program.frame_count), k=seeks + WARMING_FRAMES)  # noqa: S311 - a repeatable choice
    taken = [_milliseconds_to_jpeg(program, place) for place in places][WARMING_FRAMES:]
    return {"p50_ms": median(taken), "p95_ms": quantiles(taken, n=20, method="inclusive")[-1]}


def recompiling(stand: Stand, edits: int) -> Figures:
    """Wall time from a typed letter to the program, and to its first frame in the scene typed in; new words are estimated."""
    stand.voiced()
    document, language = stand.document, stand.document.language
    blocks = [block.id for scene in document.scenes for block in scene.blocks if language in block.texts]
    workshop, compiled, shown = Workshop(), [], []
    for number in range(edits if blocks else 0):
        document, _ = apply(document, SpliceText(block=blocks[number % len(blocks)], language=language, at=0, insert="A"))
        start = time.perf_counter()
        program = stand.program(resolve(document, stand.estimated(document)), SEEK_SHORT_SIDE_PX, workshop)
        compiled.append((time.perf_counter() - start) * 1_000)
        program.frame(0)
        shown.append((time.perf_counter() - start) * 1_000)
    return {"compiled_p50_ms": median(compiled), "shown_p50_ms": median(shown)} if blocks else {}


def exporting(stand: Stand, preset: ExportPreset) -> Figures:
    """Wall time over the film's length: with empty folders and engines not yet loaded, and again with every segment kept."""
    return {name: _exported(stand, preset) for name in ("first_ratio", "cached_ratio")}


def _exported(stand: Stand, preset: ExportPreset) -> float:
    start = time.perf_counter()
    result = engine.export(
        stand.document,
        preset=preset,
        language=stand.document.language,
        sources=stand.sources,
        avatars=stand.avatars,
        store=SegmentStore(stand.folder / "pieces"),
        out_folder=stand.folder / "films",
        authority=Authority(stand.folder / "authority"),
        producer="Piying bench",
        produce_id=uuid4().hex,
        speech=stand.speech,
        speech_folder=stand.speech_folder,
    )
    return (time.perf_counter() - start) / (result.duration / TICKS_PER_SECOND)


def _milliseconds_per_frame(program: Program, frames: int) -> float:
    """The median over the frames: what others do on the machine falls on a few."""
    return median(list(_each_frame(program, frames))[WARMING_FRAMES:])


def _each_frame(program: Program, frames: int) -> Iterator[float]:
    start = max(0, program.frame_count // 2 - frames)
    for place in range(frames + WARMING_FRAMES):
        before = time.process_time()
        program.frame((start + place) % program.frame_count)
        yield (time.process_time() - before) * 1_000


def _milliseconds_to_jpeg(program: Program, place: int) -> float:
    start = time.perf_counter()
    jpeg(program.frame(place))
    return (time.perf_counter() - start) * 1_000
