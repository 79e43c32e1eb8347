"""Our own music: six tracks, made by code, free to use in every film."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.audio import scores
from render.audio.loudness import integrated_lufs, true_peak_dbtp
from render.audio.sequencer import Loop
from render.errors import MissingSource

Samples = NDArray[np.float32]

TARGET_LUFS: Final = -18.0
PEAK_DBTP: Final = -2.0


_SCORES: Final[dict[str, tuple[Callable[[], Loop], float]]] = {
    "bright-morning": (scores.bright_morning, 1.4),
    "quiet-water": (scores.quiet_water, 3.2),
    "steady-ground": (scores.steady_ground, 1.6),
    "warm-afternoon": (scores.warm_afternoon, 1.8),
    "night-signal": (scores.night_signal, 2.2),
    "lantern-feast": (scores.lantern_feast, 1.8),
}
"""Score and reverberation time in seconds, by track."""


def compose(name: str) -> Samples:
    """Synthesise a track: float32 (2, n) at 48 kHz, a loop without a seam, at -18 LUFS or as near as a true peak of -2 dBTP lets it come.

    The same every time. Raises MissingSource for a track that is not ours.
    """
    if name not in _SCORES:
        raise MissingSource(what="music", name=name)
    score, reverb_seconds = _SCORES[name]
    loop = score().finished(reverb_seconds)
    gain_db = min(TARGET_LUFS - integrated_lufs(loop), PEAK_DBTP - true_peak_dbtp(loop))
    return np.asarray(loop * np.float32(10 ** (gain_db / 20)), np.float32)
