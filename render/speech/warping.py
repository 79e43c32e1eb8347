"""Warping: two recordings of the same words laid over each other, moment by moment.

Features are mel-frequency cepstra with their slopes (Davis and Mermelstein 1980), the path is found by dynamic time warping (Sakoe and
Chiba 1978). Sounds are float32 (n,) at 48 kHz; a frame is 10 ms.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 48_000
FRAME_SAMPLES: Final = RATE // 100
_WINDOW: Final = 2_048
_BANDS: Final = 40
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 7_600.0
_CEPSTRA: Final = 20
_EMPHASIS: Final = 0.97
_ENERGY_WEIGHT: Final = 0.3
"""Some of the loudness is kept, so that pauses find pauses."""
_SLOPE_WEIGHT: Final = 2.0

Samples = NDArray[np.float32]
Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Overlay:
    """Where each frame of the one is heard in the other (frames, rising), and how far apart they are there (0 is the same)."""

    places: NDArray[np.float64]
    distances: NDArray[np.float64]

    @property
    def distance(self) -> float:
        """How far apart the two are on the whole."""
        return float(self.distances.mean())


def overlay(one: Samples, other: Samples) -> Overlay:
    """Lay `other` over `one`. Both hold speech from their first to their last moment; time and memory grow with their product."""
    costs = _costs(features(one), features(other))
    return _along(costs, _path(_sums(costs)))


def features(sound: Samples) -> Features:
    """(frames, 40) of a sound, each column of mean 0 and deviation 1: neither the microphone nor the level of a voice counts."""
    emphasised = np.append(sound[:1], sound[1:] - _EMPHASIS * sound[:-1]).astype(np.float32)
    padded = np.pad(emphasised, _WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::FRAME_SAMPLES] * np.hanning(_WINDOW).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(windows)))
    cepstra = np.log(power @ _filters() + 1e-6) @ _cosines()
    cepstra[:, 0] *= _ENERGY_WEIGHT
    both = np.hstack([cepstra, _SLOPE_WEIGHT * np.gradient(cepstra, axis=0)])
    return np.asarray((both - both.mean(0)) / (both.std(0) + 1e-6), np.float32)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangles evenly spaced in mel, (frequencies, bands)."""
    lowest, highest = (2_595 * np.log10(1 + hertz / 700) for hertz in (_LOWEST_HZ, _HIGHEST_HZ))
    corners = 700 * (10 ** (np.linspace(lowest, highest, _BANDS + 2) / 2_595) - 1)
    hertz = np.fft.rfftfreq(_WINDOW, 1 / RATE)[:, None]
    rising = (hertz - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - hertz) / (corners[2:] - corners[1:-1])
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None))


@cache
def _cosines() -> NDArray[np.float64]:
    """The discrete cosine transform, (bands, cepstra)."""
    return np.asarray(np.cos(np.pi / _BANDS * (np.arange(_BANDS)[:, None] + 0.5) * np.arange(_CEPSTRA)))


def _costs(one: Features, other: Features) -> NDArray[np.float32]:
    squares = np.square(one).sum(1)[:, None] + np.square(other).sum(1)[None] - 2 * one @ other.T
    return np.asarray(np.sqrt(np.maximum(squares, 0) / one.shape[1]), np.float32)


def _sums(costs: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the cheapest way to each pair of frames costs, with a border of infinity; one diagonal at a time."""
    rows, columns = costs.shape
    sums = np.full((rows + 1, columns + 1), np.inf, np.float32)
    sums[0, 0] = 0
    for diagonal in range(2, rows + columns + 1):
        row = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        column = diagonal - row
        before = np.minimum(np.minimum(sums[row - 1, column], sums[row, column - 1]), sums[row - 1, column - 1])
        sums[row, column] = costs[row - 1, column - 1] + before
    return sums


def _path(sums: NDArray[np.float32]) -> NDArray[np.int64]:
    """The pairs of the cheapest way, (steps, 2), from first to last."""
    row, column = sums.shape[0] - 1, sums.shape[1] - 1
    steps = []
    while row and column:
        steps.append((row - 1, column - 1))
        ways = ((row - 1, column - 1), (row - 1, column), (row, column - 1))
        row, column = min(ways, key=lambda way: float(sums[way]))
    return np.array(steps[::-1])


def _along(costs: NDArray[np.float32], path: NDArray[np.int64]) -> Overlay:
    rows = path[:, 0]
    times = np.bincount(rows)
    places = np.bincount(rows, weights=path[:, 1]) / times
    return Overlay(places, np.bincount(rows, weights=costs[rows, path[:, 1]]) / times)
