"""How steadily somebody speaks in a recording, told from loudness alone: how much of the time, with what pauses, above what else."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.audio.weighting import Meter, Samples

SAMPLE_RATE: Final = 48_000
STRETCH_S: Final = 30
_STEP_MS: Final = 20
_STEP_SAMPLES: Final = SAMPLE_RATE * _STEP_MS // 1_000
_QUIETEST, _LOUDEST = 0.10, 0.95
"""Quantiles of the steps' levels: what is heard between words, and the voice."""
_SILENCE_DB: Final = -120.0
_FAINT_DB: Final = -55.0
"""A voice that nobody would hear, to full scale."""
_REACH_DB: Final = 30.0
"""So far below the voice its quietest sounds may lie,"""
_BETWEEN: Final = 0.4
"""but at least this far up from what is heard between words."""
_GAP_MS: Final = 300
"""Between words and within them: no pause."""
_BURST_MS: Final = 60
"""A click: no speech."""

Levels = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Of the 30 seconds with most speech (of a shorter recording: all of it) the part that is speech, in per cent, and the longest pause.

    `above_db` says how far the voice stands above what is heard between words, in all of the recording.
    """

    speech_percent: int = 0
    pause_ms: int = 0
    above_db: int = 0


def steadiness(samples: Samples) -> Steadiness:
    """Measure a recording, (channels, n) at 48 kHz. Nothing heard at all: all of it is 0."""
    levels = _levels(samples)
    if not levels.size:
        return Steadiness()
    between, voice = (float(level) for level in np.quantile(levels, (_QUIETEST, _LOUDEST)))
    if voice < _FAINT_DB:
        return Steadiness()
    spoken = _joined(levels > max(voice - _REACH_DB, between + _BETWEEN * (voice - between)))
    stretch = _steadiest(spoken, STRETCH_S * 1_000 // _STEP_MS)
    pauses = [end - start for start, end in _runs(~stretch)]
    return Steadiness(round(100 * float(stretch.mean())), _STEP_MS * max(pauses, default=0), round(voice - between))


def _levels(samples: Samples) -> Levels:
    """K-weighted loudness of each step in decibels to full scale."""
    energy = Meter(samples.shape[0]).step_energy(samples, _STEP_SAMPLES) / (_STEP_SAMPLES * samples.shape[0])
    levels: Levels = 10 * np.log10(np.maximum(energy, 10 ** (_SILENCE_DB / 10)))
    return levels


def _joined(loud: Flags) -> Flags:
    """Steps of speech: sounds with the gaps that belong to them, without clicks."""
    whole = ~_without_short(~loud, _GAP_MS // _STEP_MS)
    return _without_short(whole, _BURST_MS // _STEP_MS)


def _without_short(flags: Flags, steps: int) -> Flags:
    left = flags.copy()
    for start, end in _runs(flags):
        if end - start < steps:
            left[start:end] = False
    return left


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """Where they are set: first and one past the last, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _steadiest(spoken: Flags, steps: int) -> Flags:
    """The stretch of so many steps with most speech in it."""
    if spoken.size <= steps:
        return spoken
    total = np.concatenate(([0], np.cumsum(spoken)))
    start = int((total[steps:] - total[:-steps]).argmax())
    return spoken[start : start + steps]
