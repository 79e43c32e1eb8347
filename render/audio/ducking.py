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


def ducking_gain(voice: Samples) -> NDArray[np.float32]:
    """Gain per sample (n,) for what ducks under `voice` (channels, n): 1 in silence, -12 dB under speech, in smooth ramps of 0.4 s."""
    length = voice.shape[1]
    steps = -(-length // STEP_SAMPLES)
    speaking = _rms_per_step(voice, steps) > 10 ** (_SPEAKING_DBFS / 20)
    if not speaking.any():
        return np.ones(length, np.float32)
    held = sliding_window_view(np.pad(speaking, (_HOLD_STEPS, _AHEAD_STEPS)), _HOLD_STEPS + 1 + _AHEAD_STEPS).any(axis=1).astype(np.float64)
    ramp = np.hanning(_RAMP_STEPS + 2)[1:-1]
    smooth = np.convolve(np.pad(held, _RAMP_STEPS // 2, mode="edge"), ramp / ramp.sum(), "valid")
    centres = np.arange(steps) * STEP_SAMPLES + STEP_SAMPLES / 2
    depth_db = np.interp(np.arange(length), centres, smooth * DEPTH_DB)
    return np.asarray(10 ** (depth_db / 20), np.float32)


def _rms_per_step(voice: Samples, steps: int) -> NDArray[np.float64]:
    padded = np.pad(voice, ((0, 0), (0, steps * STEP_SAMPLES - voice.shape[1])))
    power = np.square(padded, dtype=np.float64).reshape(voice.shape[0], steps, STEP_SAMPLES).mean(axis=(0, 2))
    return np.asarray(np.sqrt(power))
