"""A look-ahead limiter that sees between the samples."""

from functools import cache
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d
from scipy.signal import firwin, oaconvolve

Samples = NDArray[np.float32]

OVERSAMPLING: Final = 4
LOOK_AHEAD_SAMPLES: Final = 240  # 5 ms: the gain falls this much before a peak
RELEASE_DB_PER_SECOND: Final = 40.0
_SAMPLE_RATE: Final = 48_000
_REACH: Final = 16  # samples on either side that an in-between value is made of
_MARGIN_DB: Final = 0.1  # room for what changing the gain adds between the samples
_ROWS: Final = 1 << 16


def oversampled_peaks(samples: Samples, floor: float = 0.0) -> NDArray[np.float32]:
    """The largest magnitude over channels on each sample and before the next, 4 times oversampled: (channels, n) to (n,).

    Samples below `floor` are taken as they are: around them nothing can stand out that a caller with a higher ceiling minds.
    """
    peaks: NDArray[np.float32] = np.abs(samples).max(axis=0, initial=0.0).astype(np.float32)
    for channel in samples if peaks.size else ():
        windows = sliding_window_view(np.pad(channel, (_REACH - 1, _REACH)), 2 * _REACH)
        places = np.flatnonzero(np.abs(channel) >= floor)
        for start in range(0, places.size, _ROWS):
            rows = places[start : start + _ROWS]
            between = np.abs(windows[rows] @ _interpolators()).max(axis=1)
            peaks[rows] = np.maximum(peaks[rows], between)
    return peaks


def limiting_gain(peaks: NDArray[np.float32], peak_dbtp: float) -> NDArray[np.float32]:
    """The gain per sample, 0 to 1, that keeps `peaks` (n,) below `peak_dbtp`.

    In decibels: a running maximum of what each peak needs over the reach of the smoothing kernel, a straight release, then the
    kernel. Every value the kernel averages around a peak is enough for that peak, so their mean is.
    """
    ceiling = 10 ** ((peak_dbtp - _MARGIN_DB) / 20)
    needed_db = 20 * np.log10(np.maximum(peaks / np.float32(ceiling), np.float32(1)))
    if not needed_db.any():
        return np.ones(peaks.shape, np.float32)
    held = _released(maximum_filter1d(needed_db, LOOK_AHEAD_SAMPLES + 1, mode="nearest"))
    smooth = oaconvolve(np.pad(held, LOOK_AHEAD_SAMPLES // 2, mode="edge"), _kernel(), "valid")
    return np.asarray(10 ** (-np.maximum(smooth, 0.0) / 20), np.float32)


def limit(samples: Samples, peak_dbtp: float = -1.0) -> Samples:
    """(channels, n) with no true peak above `peak_dbtp`, in new memory."""
    return np.asarray(samples * limiting_gain(oversampled_peaks(samples), peak_dbtp), np.float32)


def _released(needed_db: NDArray[np.float32]) -> NDArray[np.float64]:
    """Falling at most `RELEASE_DB_PER_SECOND`: out[i] = max(in[i], out[i - 1] - step), written as a running maximum of a tilted line."""
    tilt = np.arange(needed_db.size) * (RELEASE_DB_PER_SECOND / _SAMPLE_RATE)
    return np.asarray(np.maximum.accumulate(needed_db + tilt) - tilt)


@cache
def _interpolators() -> NDArray[np.float32]:
    """A windowed sinc for each place between two samples: (window, OVERSAMPLING - 1), each of sum 1."""
    taps = firwin(2 * _REACH * OVERSAMPLING + 1, 1 / OVERSAMPLING, window=("kaiser", 5.0))
    columns = [taps[phase::OVERSAMPLING][: 2 * _REACH] for phase in range(OVERSAMPLING - 1, 0, -1)]
    return np.asarray(np.stack([column / column.sum() for column in columns], axis=1), np.float32)


@cache
def _kernel() -> NDArray[np.float64]:
    """A Hann window of sum 1."""
    window = np.hanning(LOOK_AHEAD_SAMPLES + 3)[1:-1]
    return np.asarray(window / window.sum())
