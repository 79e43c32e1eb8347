"""Rendering: segments are drawn and encoded into a store, one after the other or in several threads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from copy import deepcopy
from dataclasses import dataclass
from threading import Event, Lock
from typing import Final

from render.errors import Cancelled
from render.graph.compile import compile_program
from render.graph.program import Program
from render.graph.segments import Segment
from render.graph.store import SegmentStore, segment_name
from render.graph.workshop import Workshop
from render.media.encode import Copied, encode_segment
from render.media.groups import whole_groups
from render.pixels.planes import Planes
from render.ports.avatar import AvatarEngine
from render.ports.sources import Sources
from render.presets.exports import ExportPreset
from render.timeline.placed import PlacedTimeline

FRAMES_PER_REPORT: Final = 12
"""Progress is told this often, and at the end of each segment."""
PATIENCE_SECONDS: Final = 0.2
"""Between two looks at how far the threads are."""
WORKER_FRAMES_MIN: Final = 100
"""Fewer are not worth another thread, which begins without anything prepared."""

Told = Callable[[int, int], None]
"""Hears how many frames are done, of how many."""


def never() -> bool:
    """Go on to the end."""
    return False


def tell_nobody(_done: int, _total: int) -> None:
    """Keep it to oneself."""


@dataclass(frozen=True, slots=True)
class ProgramOrder:
    """All that a program is compiled from: a plain value, so that it can be copied for each thread that compiles the same one."""

    timeline: PlacedTimeline
    size_px: tuple[int, int]
    sources: Sources
    avatars: AvatarEngine
    label: str | None
    device: str = "cpu"

    def program(self, workshop: Workshop | None = None) -> Program:
        """Compile it."""
        size_px, sources, avatars, label = self.size_px, self.sources, self.avatars, self.label
        shop = workshop or Workshop(self.device)
        return compile_program(self.timeline, size_px=size_px, sources=sources, avatars=avatars, label=label, workshop=shop)


def render_segment(
    program: Program,
    segment: Segment,
    store: SegmentStore,
    preset: ExportPreset,
    *,
    cancelled: Callable[[], bool] = never,
    advance: Callable[[int], None] = lambda _frames: None,
) -> bool:
    """Draw and encode one segment unless the store has it; whether it was needed. `advance` hears of frames newly done."""
    name = segment_name(segment, preset)
    if store.has(name):
        advance(segment.frame_count)
        return False
    frames = _frames(program, segment, cancelled, advance)
    size_px, frame_rate = program.size_px, program.frame_rate
    store.put(name, lambda path: encode_segment(frames, path, size_px=size_px, frame_rate=frame_rate, preset=preset))
    program.tidy()
    return True


def compose_segments(
    program: Program,
    store: SegmentStore,
    preset: ExportPreset,
    *,
    progress: Told = tell_nobody,
    cancelled: Callable[[], bool] = never,
) -> int:
    """Draw and encode every segment the store lacks, in order; how many there were. `progress` hears of frames."""
    done = 0

    def advance(frames: int) -> None:
        nonlocal done
        done += frames
        progress(done, program.frame_count)

    progress(0, program.frame_count)
    return sum(render_segment(program, segment, store, preset, cancelled=cancelled, advance=advance) for segment in program.segments)


def compose_in_parallel(
    order: ProgramOrder,
    program: Program,
    store: SegmentStore,
    preset: ExportPreset,
    *,
    workers: int,
    progress: Told = tell_nobody,
    cancelled: Callable[[], bool] = never,
) -> int:
    """The same in several threads, the longest segments first: drawing and encoding hold no lock of the interpreter.

    Each thread has a program and a workshop of its own, and engines that nobody else uses; the first has those of the caller, who waits.
    A little work is done by one alone.
    """
    missing = [segment for segment in program.segments if not store.has(segment_name(segment, preset))]
    frames = sum(segment.frame_count for segment in missing)
    count = min(workers, len(missing), frames // WORKER_FRAMES_MIN)
    if count <= 1:
        return compose_segments(program, store, preset, progress=progress, cancelled=cancelled)
    share = _Share(missing, store, preset, program.frame_count - frames)
    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(_take_part, program, share), *(pool.submit(_help, deepcopy(order), share) for _ in range(count - 1))]
        try:
            waiting = set(running)
            while waiting:
                done, waiting = wait(waiting, timeout=PATIENCE_SECONDS)
                progress(share.frames, program.frame_count)
                if cancelled() or any(future.exception() for future in done):
                    share.stop.set()
        finally:
            share.stop.set()
    failures = [failure for future in running if (failure := future.exception())]
    if failures:
        raise min(failures, key=lambda failure: isinstance(failure, Cancelled))
    return len(missing)


class _Share:
    """What the threads of one export have in common."""

    def __init__(self, missing: list[Segment], store: SegmentStore, preset: ExportPreset, frames: int) -> None:
        self.store, self.preset, self.frames, self.stop = store, preset, frames, Event()
        self._left, self._lock = sorted(missing, key=lambda segment: segment.frame_count), Lock()

    def advance(self, frames: int) -> None:
        """So many more are done."""
        with self._lock:
            self.frames += frames

    def take(self) -> Segment | None:
        """The longest segment that nobody has taken."""
        with self._lock:
            return self._left.pop() if self._left else None


def _take_part(program: Program, share: _Share) -> None:
    """Render segments until none is left."""
    while segment := share.take():
        render_segment(program, segment, share.store, share.preset, cancelled=share.stop.is_set, advance=share.advance)


def _help(order: ProgramOrder, share: _Share) -> None:
    """The same with a program of its own, of an order that no other thread has: engines serve one thread at a time."""
    workshop = Workshop(order.device)
    try:
        _take_part(order.program(workshop), share)
    finally:
        workshop.close()


def _frames(program: Program, segment: Segment, cancelled: Callable[[], bool], advance: Callable[[int], None]) -> Iterator[Planes | Copied]:
    """What a segment shows, drawn, or copied where a film is shown as it is; the caller may stop, and hears how far it is."""
    untold = 0
    for piece in _pieces(program, segment):
        for shown in (piece,) if isinstance(piece, Copied) else map(program.frame, piece):
            if cancelled():
                raise Cancelled
            yield shown
            untold += len(piece.pictures) if isinstance(piece, Copied) else 1
            if untold >= FRAMES_PER_REPORT:
                advance(untold)
                untold = 0
    advance(untold)


def _pieces(program: Program, segment: Segment) -> Iterator[range | Copied]:
    """A segment as frames of the program to be drawn, and what can be copied between them."""
    first = done = segment.first_frame
    for passage in segment.copied:
        size_px, rate = program.size_px, program.frame_rate
        groups = whole_groups(passage.path, passage.source_ticks, passage.frame_count, size_px=size_px, frame_rate=rate)
        if groups and groups.copied.sets.digest() == passage.sets:
            start = first + passage.first_frame + groups.start
            yield range(done, start)
            yield groups.copied
            done = start + len(groups.copied.pictures)
    yield range(done, first + segment.frame_count)
