"""Rendering: segments are drawn and encoded into a store, in one line or several, each a thread that draws with an encoder beside it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Full, Queue
from threading import Event, Lock
from types import TracebackType
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
PICTURES_AHEAD: Final = 6
"""So many are drawn, at most, before the encoder takes them, three megabytes each at 1080p.

While the encoder ends a segment, twice as many could be drawn; a second encoder for the next one would take more than a hundred megabytes.
"""
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


def compose_segments(
    program: Program,
    store: SegmentStore,
    preset: ExportPreset,
    *,
    progress: Told = tell_nobody,
    cancelled: Callable[[], bool] = never,
) -> int:
    """Draw and encode every segment the store lacks, in order; how many there were. `progress` hears of frames drawn."""
    done = 0

    def advance(frames: int) -> None:
        nonlocal done
        done += frames
        progress(done, program.frame_count)

    progress(0, program.frame_count)
    return _compose(program, program.segments, store, preset, cancelled=cancelled, advance=advance)


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
    """The same in several lines, the longest segments first: drawing and encoding hold no lock of the interpreter.

    Each line has a program and a workshop of its own, and engines that nobody else uses; the first has those of the caller, who waits.
    A little work is done by one alone.
    """
    named = {segment_name(segment, preset): segment for segment in program.segments}
    missing = [segment for name, segment in named.items() if not store.has(name)]
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
    _compose(program, iter(share.take, None), share.store, share.preset, cancelled=share.stop.is_set, advance=share.advance)


def _help(order: ProgramOrder, share: _Share) -> None:
    """The same with a program of its own, of an order that no other thread has: engines serve one thread at a time."""
    workshop = Workshop(order.device)
    try:
        _take_part(order.program(workshop), share)
    finally:
        workshop.close()


def _compose(
    program: Program,
    segments: Iterable[Segment],
    store: SegmentStore,
    preset: ExportPreset,
    *,
    cancelled: Callable[[], bool],
    advance: Callable[[int], None],
) -> int:
    """Draw in this thread what the store lacks, and have it encoded beside it; how many segments that were.

    While the last pictures of one segment are encoded, the next one's first are drawn. The first of all tells which films go on.
    `advance` hears of frames newly drawn.
    """
    begun: set[str] = set()
    encoded: deque[_Encoding] = deque()
    with ThreadPoolExecutor(1, "encoding") as pool:
        for segment in segments:
            name = segment_name(segment, preset)
            if name in begun or store.has(name):
                advance(segment.frame_count)
                continue
            begun.add(name)
            while len(encoded) > 1:
                encoded.popleft().made.result()
            encoding = _Encoding()
            encoding.made = pool.submit(store.put, name, _encoder(encoding, program, segment, preset))
            encoded.append(encoding)
            with encoding:
                for place, shown in enumerate(_frames(program, segment, cancelled, advance)):
                    encoding.give(shown)
                    encoded[0].trouble()
                    if not place:
                        program.let_films_go()
            program.tidy()
        for encoding in encoded:
            encoding.made.result()
    return len(begun)


def _encoder(encoding: "_Encoding", program: Program, segment: Segment, preset: ExportPreset) -> Callable[[Path], None]:
    size_px, rate = program.size_px, program.frame_rate
    return partial(encode_segment, encoding, size_px=size_px, frame_rate=rate, preset=preset, mostly_copied=segment.mostly_copied)


class _Encoding:
    """A segment that is encoded in another thread while it is drawn in this one: its pictures in order, a few of them waiting."""

    def __init__(self) -> None:
        self.made: Future[Path]
        self._pictures: Queue[Planes | Copied | BaseException | None] = Queue(PICTURES_AHEAD)

    def __iter__(self) -> Iterator[Planes | Copied]:
        """What the encoder takes. Raises what drawing raised."""
        while (shown := self._pictures.get()) is not None:
            if isinstance(shown, BaseException):
                raise shown
            yield shown

    def __enter__(self) -> None:
        """Pictures may be given."""

    def __exit__(self, _kind: type[BaseException] | None, failure: BaseException | None, _trace: TracebackType | None) -> None:
        """There are no more, or there will never be."""
        self.give(failure)

    def give(self, shown: Planes | Copied | BaseException | None) -> None:
        """Wait until the encoder has room for it. Raises what the encoder raised."""
        while True:
            self.trouble()
            with suppress(Full):
                self._pictures.put(shown, timeout=PATIENCE_SECONDS)
                return

    def trouble(self) -> None:
        """Raise what the encoder, or putting its piece into the store, has raised."""
        if self.made.done():
            self.made.result()


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
