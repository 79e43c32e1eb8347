"""The mouth: sounds become shapes without a gap, at rest in silence, and lips closed long enough to be seen. Times are ticks."""

from collections.abc import Sequence
from typing import Final

from render.speech.symbols import shapes
from render.timeline.spoken import Phoneme, Viseme, VisemeTime
from render.timeline.time import TICKS_PER_SECOND

CLOSURE_MIN: Final = TICKS_PER_SECOND * 60 // 1_000
"""Lips that close for p, b or m stay closed for two frames at 30 fps."""

SHAPE_MIN: Final = TICKS_PER_SECOND * 10 // 1_000

_Track = list[tuple[Viseme, int]]
"""Shapes with the tick at which each begins."""


def visemes(phonemes: Sequence[Phoneme], duration: int) -> tuple[VisemeTime, ...]:
    """Shapes from 0 to `duration`, `sil` first and last and wherever no phoneme sounds."""
    track: _Track = [("sil", 0)]
    at = 0
    for phoneme in phonemes:
        if phoneme.at > at:
            track.append(("sil", at))
        both = shapes(phoneme.symbol)
        track += [(shape, phoneme.at + phoneme.duration * index // len(both)) for index, shape in enumerate(both)]
        at = phoneme.at + phoneme.duration
    return _timed(_closed(_merged([*track, ("sil", at)], duration), duration), duration)


def _merged(track: _Track, duration: int) -> _Track:
    """Without shapes that last no time, and with equal neighbours as one."""
    merged: _Track = []
    for (shape, at), end in zip(track, [*(at for _, at in track[1:]), duration], strict=True):
        if end > at and not (merged and merged[-1][0] == shape):
            merged.append((shape, at))
    return merged


def _closed(track: _Track, duration: int) -> _Track:
    """Every PP for CLOSURE_MIN: it begins earlier as far as the shape before allows, then lasts longer into the one after."""
    starts = [at for _, at in track] + [duration]
    for index, (shape, _) in enumerate(track):
        if shape != "PP":
            continue
        before = starts[index - 1] if index else 0
        lacking = CLOSURE_MIN - (starts[index + 1] - starts[index])
        starts[index] -= min(max(lacking, 0), max(starts[index] - before - SHAPE_MIN, 0))
        lacking = CLOSURE_MIN - (starts[index + 1] - starts[index])
        if index + 2 < len(starts):
            starts[index + 1] += min(max(lacking, 0), max(starts[index + 2] - starts[index + 1] - SHAPE_MIN, 0))
    return [(shape, start) for (shape, _), start in zip(track, starts[:-1], strict=True)]


def _timed(track: _Track, duration: int) -> tuple[VisemeTime, ...]:
    ends = [at for _, at in track[1:]] + [duration]
    return tuple(VisemeTime(shape, at, end - at) for (shape, at), end in zip(track, ends, strict=True))
