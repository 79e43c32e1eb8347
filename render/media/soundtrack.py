"""Sound of originals as we keep it: WAV, stereo, 48 kHz, 16 bit, beginning with the picture; and its waveform."""

import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

SAMPLE_RATE: Final = 48_000
BUCKET_SAMPLES: Final = 960
"""Of one pair of the waveform: 20 ms."""
CHANNELS: Final = 2
SAMPLES_MAX: Final = 2**30
"""What a WAV file can hold, with room to spare."""


class SoundWriter:
    """Writes the frames of a stream to a WAV file from the moment `zero` (seconds) on, and keeps the waveform. Gaps become silence."""

    def __init__(self, path: Path, zero: Fraction) -> None:
        self._zero = zero
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        self._left = np.zeros((0, CHANNELS), np.int16)
        self._pairs: list[NDArray[np.int8]] = []
        self.samples = 0
        self._file = wave.open(str(path), "wb")  # noqa: SIM115 - closed on leaving the block
        self._file.setnchannels(CHANNELS)
        self._file.setsampwidth(2)
        self._file.setframerate(SAMPLE_RATE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, frame: av.AudioFrame) -> None:
        """Hear this frame at its own moment; one that breaks the stream's format begins a new chain at the place reached."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            self._flush()
            self._shape, self._graph = shape, self._planned(frame)
        base = frame.time_base or Fraction(1, frame.sample_rate)
        moment = (frame.pts * base if frame.pts is not None else Fraction(self.samples, SAMPLE_RATE)) - self._zero
        frame.time_base = Fraction(1, frame.sample_rate)
        frame.pts = round(moment * frame.sample_rate)
        assert self._graph is not None  # noqa: S101 - planned above
        self._graph.push(frame)
        self._drain()

    def finish(self) -> NDArray[np.int8]:
        """Write what is still held; the waveform, (buckets, 2)."""
        self._flush()
        if len(self._left):
            self._pairs.append(_pair(self._left[None]))
            self._left = self._left[:0]
        return np.concatenate(self._pairs) if self._pairs else np.zeros((0, 2), np.int8)

    def _planned(self, frame: av.AudioFrame) -> Graph:
        graph = Graph()
        first = graph.add_abuffer(
            sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name, time_base=Fraction(1, frame.sample_rate)
        )
        steady = graph.add("aresample", f"{SAMPLE_RATE}:async=1:first_pts={self.samples}")
        form = graph.add("aformat", f"sample_fmts=s16:channel_layouts=stereo:sample_rates={SAMPLE_RATE}")
        sink = graph.add("abuffersink")
        for one, next_one in ((first, steady), (steady, form), (form, sink)):
            one.link_to(next_one)
        graph.configure()
        return graph

    def _flush(self) -> None:
        if self._graph is not None:
            self._graph.push(None)
            self._drain()
            self._graph = None

    def _drain(self) -> None:
        for part in self._pulled():
            room = SAMPLES_MAX - self.samples
            self._file.writeframesraw(part[:room].tobytes())
            self.samples += len(part[:room])
            self._watch(part[:room])

    def _pulled(self) -> Iterator[NDArray[np.int16]]:
        while self._graph is not None:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            yield frame.to_ndarray().reshape(-1, CHANNELS).astype(np.int16, copy=False)

    def _watch(self, part: NDArray[np.int16]) -> None:
        heard = np.concatenate([self._left, part])
        whole = len(heard) // BUCKET_SAMPLES * BUCKET_SAMPLES
        if whole:
            self._pairs.append(_pair(heard[:whole].reshape(-1, BUCKET_SAMPLES, CHANNELS)))
        self._left = heard[whole:]


def _pair(buckets: NDArray[np.int16]) -> NDArray[np.int8]:
    """Lowest and highest value of each bucket: (n, samples, channels) to (n, 2)."""
    ends = np.stack([buckets.min(axis=(1, 2)), buckets.max(axis=(1, 2))], axis=1)
    return (ends // 256).astype(np.int8)
