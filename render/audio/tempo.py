"""Sound played faster or slower at its own pitch."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

HOP: Final = 960  # 20 ms of 48 kHz
WINDOW: Final = 2 * HOP
_REACH: Final = 720  # 15 ms: a whole period of the deepest voice
_COARSE: Final = 4  # the best place is sought at 12 kHz


def at_speed(sound: Samples, speed: int) -> Samples:
    """`sound`, float32 (channels, n), at `speed` per mille of its pace: about n * 1000 / speed samples of the same pitch.

    Waveform-similarity overlap-add (Verhelst and Roelands, 1993): pieces of 40 ms are laid over each other at half their length, each
    taken from where, near its due place, it continues the one before best.
    """
    length = sound.shape[1] * 1_000 // speed
    if speed == 1_000 or not length:  # noqa: PLR2004 - per mille
        return sound
    padded = np.pad(sound, ((0, 0), (_REACH, 2 * WINDOW + _REACH)))
    mono = padded.mean(axis=0)[: padded.shape[1] // _COARSE * _COARSE].reshape(-1, _COARSE).mean(axis=1)
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    out = np.zeros((sound.shape[0], length + 2 * WINDOW), np.float32)
    out[:, :HOP] = padded[:, _REACH : _REACH + HOP] * window[HOP:]
    before = _REACH - HOP
    for start in range(0, length + HOP, HOP):
        due = min(start * speed // 1_000, sound.shape[1]) + _REACH
        place = _like(mono, before + HOP, due) if start else due
        out[:, start : start + WINDOW] += padded[:, place : place + WINDOW] * window
        before = place
    return np.ascontiguousarray(out[:, :length])


def _like(mono: NDArray[np.float32], wanted: int, due: int) -> int:
    """Where, within reach of `due`, the sound is most like that at `wanted`, in samples."""
    first, size = max(0, (due - _REACH) // _COARSE), WINDOW // _COARSE
    pattern = mono[wanted // _COARSE : wanted // _COARSE + size]
    field = mono[first : first + size + 2 * _REACH // _COARSE]
    if pattern.size < size or field.size < size:
        return due
    energy = np.convolve(field**2, np.ones(size, np.float32), "valid")
    likeness = np.correlate(field, pattern, "valid") / np.sqrt(energy + 1e-9)
    return (first + int(likeness.argmax())) * _COARSE if likeness.max() > 0 else due
