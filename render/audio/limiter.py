"""A look-ahead limiter that sees between the samples."""

from functools import cache
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Samples = NDArray[np.float32]

OVERSAMPLING: Final = 4
STEP_SAMPLES: Final = 48  # gains are decided per millisecond
LOOK_AHEAD_SAMPLES: Final = 144  # 3 ms on either side of a peak for holding, as much again for the slope
RELEASE_DB_PER_SECOND: Final = 40.0
_SAMPLE_RATE: Final = 48_000
REACH_SAMPLES: Final = 16  # on either side, that an in-between value is made of
_MARGIN_DB: Final = 0.1  # room for what changing the gain adds between the samples
_LOOK_AHEAD_STEPS: Final = LOOK_AHEAD_SAMPLES // STEP_SAMPLES
_ROWS: Final = 1 << 16


def oversampled_peaks(samples: Samples, floor: float = 0.0) -> NDArray[np.float32]:
    """The largest magnitude over channels on each sample and before the next, 4 times oversampled: (channels, n) to (n,).

    Samples below `floor` are taken as they are: around them nothing can stand out that a caller with a higher ceiling minds.
    """
    peaks: NDArray[np.float32] = np.abs(samples).max(axis=0, initial=0.0).astype(np.float32)
    for channel in samples if peaks.size else ():
        windows = sliding_window_view(np.pad(channel, (REACH_SAMPLES - 1, REACH_SAMPLES)), 2 * REACH_SAMPLES)
        places = np.flatnonzero(np.abs(channel) >= floor)
        for start in range(0, places.size, _ROWS):
            rows = places[start : start + _ROWS]
            between = np.abs(windows[rows] @ _interpolators()).max(axis=1)
            peaks[rows] = np.maximum(peaks[rows], between)
    return peaks


def highest_per_step(peaks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest peak in each step of 1 ms: (n,) to (ceil(n / 48),)."""
    steps = -(-peaks.size // STEP_SAMPLES)
    return np.asarray(np.pad(peaks, (0, steps * STEP_SAMPLES - peaks.size)).reshape(steps, STEP_SAMPLES).max(axis=1, initial=0.0))


def limiting_gain(step_peaks: NDArray[np.float32], peak_dbtp: float) -> NDArray[np.float32]:
    """The gain at the middle of each step, 0 to 1, that keeps what `step_peaks` stand for below `peak_dbtp`.

    In decibels: a running maximum of what each peak needs, one step wider than the smoothing kernel; a straight release; the kernel.
    All values the kernel averages around a peak are enough for that peak, so their mean is, and so are the means beside it.
    """
    ceiling = 10 ** ((peak_dbtp - _MARGIN_DB) / 20)
    needed_db = 20 * np.log10(np.maximum(step_peaks.astype(np.float64) / ceiling, 1))
    if not needed_db.any():
        return np.ones(step_peaks.shape, np.float32)
    reach = _LOOK_AHEAD_STEPS + 1
    held = _released(sliding_window_view(np.pad(needed_db, reach, mode="edge"), 2 * reach + 1).max(axis=1))
    kernel = np.hanning(2 * _LOOK_AHEAD_STEPS + 3)[1:-1]
    smooth = np.convolve(np.pad(held, _LOOK_AHEAD_STEPS, mode="edge"), kernel / kernel.sum(), "valid")
    return np.asarray(10 ** (-smooth / 20), np.float32)


def spread(step_gain: NDArray[np.float32], first: int, count: int) -> NDArray[np.float32]:
    """Gain for each of `count` samples from `first` on: straight lines from the middle of a step to the next."""
    middles = np.arange(step_gain.size) * STEP_SAMPLES + (STEP_SAMPLES - 1) / 2
    return np.asarray(np.interp(np.arange(first, first + count), middles, step_gain) if count else np.zeros(0), np.float32)


def limit(samples: Samples, peak_dbtp: float = -1.0) -> Samples:
    """(channels, n) with no true peak above `peak_dbtp`, in new memory."""
    gain = limiting_gain(highest_per_step(oversampled_peaks(samples)), peak_dbtp)
    return np.asarray(samples * spread(gain, 0, samples.shape[1]), np.float32)


def _released(needed_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """Falling at most `RELEASE_DB_PER_SECOND`: out[i] = max(in[i], out[i - 1] - step), written as a running maximum of a tilted line."""
    tilt = np.arange(needed_db.size) * (RELEASE_DB_PER_SECOND * STEP_SAMPLES / _SAMPLE_RATE)
    return np.asarray(np.maximum(np.maximum.accumulate(needed_db + tilt) - tilt, 0))


@cache
def _interpolators() -> NDArray[np.float32]:
    """A windowed sinc for each place between two samples: (window, OVERSAMPLING - 1), each of sum 1."""
    places = np.arange(-REACH_SAMPLES * OVERSAMPLING, REACH_SAMPLES * OVERSAMPLING + 1)
    taps = np.sinc(places / OVERSAMPLING) * np.kaiser(places.size, 5.0)
    columns = [taps[phase::OVERSAMPLING][: 2 * REACH_SAMPLES] for phase in range(OVERSAMPLING - 1, 0, -1)]
    return np.asarray(np.stack([column / column.sum() for column in columns], axis=1), np.float32)
