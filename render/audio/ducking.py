"""Ducking: music gives way while somebody speaks."""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Samples = NDArray[np.float32]

STEP_SAMPLES: Final = 480  # everything here is decided per 10 ms
DEPTH_DB: Final = -12.0
_SPEAKING_DBFS: Final = -45.0
_AHEAD_STEPS: Final = 15  # music is down when the first sound comes
_HOLD_STEPS: Final = 45  # and stays down between words and short sentences
_RAMP_STEPS: Final = 41


def speaking_steps(voice: Samples) -> NDArray[np.bool_]:
    """Whether somebody speaks in each step of (channels, n); what is left at the end is filled up with silence."""
    steps = -(-voice.shape[1] // STEP_SAMPLES)
    return np.asarray(_rms_per_step(voice, steps) > 10 ** (_SPEAKING_DBFS / 20))


def ducking_curve(speaking: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far what ducks goes down in each step, in decibels."""
    if not speaking.any():
        return np.zeros(speaking.size)
    held = sliding_window_view(np.pad(speaking, (_HOLD_STEPS, _AHEAD_STEPS)), _HOLD_STEPS + 1 + _AHEAD_STEPS).any(axis=1)
    ramp = np.hanning(_RAMP_STEPS + 2)[1:-1]
    return np.asarray(DEPTH_DB * np.convolve(np.pad(held.astype(np.float64), _RAMP_STEPS // 2, mode="edge"), ramp / ramp.sum(), "valid"))


def gain_between(curve: NDArray[np.float64], first: int, count: int) -> NDArray[np.float32]:
    """Gain for each of `count` samples from `first` on: straight lines, in decibels, between the middles of steps."""
    if not curve.any():
        return np.ones(count, np.float32)
    middles = np.arange(curve.size) * STEP_SAMPLES + STEP_SAMPLES / 2
    depth_db = np.interp(np.arange(first, first + count), middles, curve)
    return np.asarray(10 ** (depth_db / 20), np.float32)


def _rms_per_step(voice: Samples, steps: int) -> NDArray[np.float64]:
    padded = np.pad(voice, ((0, 0), (0, steps * STEP_SAMPLES - voice.shape[1])))
    power = np.square(padded, dtype=np.float64).reshape(voice.shape[0], steps, STEP_SAMPLES).mean(axis=(0, 2))
    return np.asarray(np.sqrt(power))
