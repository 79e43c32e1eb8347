"""Loudness after ITU-R BS.1770-4: how loud a programme is, how high its true peak goes, and bringing both to a target."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.audio.limiter import REACH_SAMPLES, STEP_SAMPLES, highest_per_step, limiting_gain, oversampled_peaks, spread
from render.audio.weighting import Meter

Samples = NDArray[np.float32]
Heard = Callable[[int, int], Samples]
"""A sound from one sample up to another: float32 (channels, n), however it is come by."""

STRETCH_SAMPLES: Final = 491_520
"""What is heard at a time: some ten seconds, whole steps of 1 and of 10 ms, whole frames of AAC and of Opus."""
SAMPLE_RATE: Final = 48_000
SILENCE_LUFS: Final = -70.0
"""The absolute gate: whatever is below is silence."""
_BLOCK_STEPS: Final = 400  # 400 ms
_HOP_STEPS: Final = 100  # a block begins every 100 ms: they overlap by 75 %
_RELATIVE_GATE_LU: Final = -10.0
_OFFSET_LUFS: Final = -0.691
_NOTHING: Final = 1e-20
_ROUNDS: Final = 6
_CLOSE_LU: Final = 0.05
_PUSH_DB_MAX: Final = 12.0
"""How much harder than the plain gain the limiter may be driven: clicks in silence are never turned into a wall."""
_FLOOR_OF_PEAK: Final = 0.4
"""In-between values are looked for around samples that come this near to the ceiling."""


def integrated_lufs(samples: Samples) -> float:
    """Gated loudness of (channels, n) at 48 kHz, each channel of weight 1 (mono, left, right); -inf for silence.

    Shorter than one block of 400 ms: the block is filled up with silence.
    """
    channels = np.atleast_2d(samples)
    return _gated_lufs(Meter(channels.shape[0]).step_energy(channels, STEP_SAMPLES))


def true_peak_dbtp(samples: Samples) -> float:
    """The highest value on and between the samples, 4 times oversampled (BS.1770-4, annex 2), in dB to full scale; -inf for silence."""
    channels = np.atleast_2d(samples)
    floor = _FLOOR_OF_PEAK * float(np.abs(channels).max(initial=0.0))
    return _decibels(float(oversampled_peaks(channels, floor).max(initial=0.0)))


def normalise(samples: Samples, target_lufs: float = -14.0, peak_dbtp: float = -1.0) -> Samples:
    """(channels, n) as `mastered` gives it, whole, in new memory."""
    heard = mastered(lambda start, stop: samples[:, start:stop], samples.shape[1], target_lufs, peak_dbtp)
    return np.concatenate([samples[:, :0], *heard], axis=1)


def mastered(heard: Heard, length: int, target_lufs: float, peak_dbtp: float) -> Iterator[Samples]:
    """Bring what is `heard` to `target_lufs` with no true peak above `peak_dbtp`: stretches, one after the other. Silence stays silent.

    Every stretch is heard three times: for the loudness of all, for its peaks, and for good. So an hour of film needs little more memory
    than a minute. Limiting takes some loudness away, so gain and limiter are settled together in a few rounds. They work on the weighted
    energy: the limiter's gain changes slowly enough to be put before the weighting or after it.
    """
    if not length:
        return
    energy = _energy(heard, length)
    curve = _settled(energy, partial(_peaks, heard, length), target_lufs, peak_dbtp)
    for start, stop in _stretches(length):
        yield np.asarray(heard(start, stop) * spread(curve, start, stop - start), np.float32)


def _settled(energy: NDArray[np.float64], peaks_above: Callable[[float], Samples], target_lufs: float, peak_dbtp: float) -> Samples:
    """The gain at the middle of each step."""
    measured = _gated_lufs(energy)
    if not np.isfinite(measured):
        return np.zeros(1, np.float32)
    plain_db = gain_db = target_lufs - measured
    peaks = peaks_above(_FLOOR_OF_PEAK * 10 ** ((peak_dbtp - plain_db) / 20))
    for _ in range(_ROUNDS):
        gain = np.float32(10 ** (gain_db / 20))
        curve = gain * limiting_gain(peaks * gain, peak_dbtp)
        missing_lu = target_lufs - _gated_lufs(energy * np.square(curve[: energy.size]))
        if abs(missing_lu) <= _CLOSE_LU:
            break
        gain_db = min(gain_db + missing_lu, plain_db + _PUSH_DB_MAX)
    return np.asarray(curve, np.float32)


def _energy(heard: Heard, length: int) -> NDArray[np.float64]:
    """The K-weighted sound squared and summed over channels and each whole step of 1 ms."""
    stretches = (heard(start, stop) for start, stop in _stretches(length))
    first = next(stretches)
    meter = Meter(first.shape[0])
    return np.concatenate([meter.step_energy(stretch, STEP_SAMPLES) for stretch in chain([first], stretches)])


def _peaks(heard: Heard, length: int, floor: float) -> Samples:
    """The highest peak in each step of 1 ms, at most of the samples and of what lies between those from `floor` on."""
    found = []
    for start, stop in _stretches(length):
        around = max(0, start - REACH_SAMPLES)
        peaks = oversampled_peaks(heard(around, min(stop + REACH_SAMPLES, length)), floor)
        found.append(highest_per_step(peaks[start - around : stop - around]))
    return np.concatenate(found)


def _stretches(length: int) -> Iterator[tuple[int, int]]:
    for start in range(0, length, STRETCH_SAMPLES):
        yield start, min(start + STRETCH_SAMPLES, length)


def _gated_lufs(energy: NDArray[np.float64]) -> float:
    power = _block_power(energy)
    loud = power[_lufs(power) > SILENCE_LUFS]
    if not loud.size:
        return -np.inf
    gate = _lufs(loud.mean()) + _RELATIVE_GATE_LU
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _block_power(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean power per block of 400 ms."""
    filled = np.pad(energy, (0, max(0, _BLOCK_STEPS - energy.size)))
    hops = filled.size // _HOP_STEPS
    per_hop = filled[: hops * _HOP_STEPS].reshape(hops, _HOP_STEPS).sum(axis=1)
    return np.convolve(per_hop, np.ones(_BLOCK_STEPS // _HOP_STEPS), "valid") / (_BLOCK_STEPS * STEP_SAMPLES)


def _lufs(power: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return np.asarray(_OFFSET_LUFS + 10 * np.log10(np.maximum(power, _NOTHING)))


def _decibels(magnitude: float) -> float:
    return 20 * float(np.log10(magnitude)) if magnitude > 0 else -np.inf
