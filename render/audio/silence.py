"""Where nothing is heard: what a sound may be cut at."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.timeline.time import TimeRange

Samples = NDArray[np.float32]

STEP_SAMPLES: Final = 480  # 10 ms
STEP_TICKS: Final = 2_400
UNDER_PEAK_DB: Final = -38.0
"""What lies so far under the loudest tenth of a sound is silence in it, whatever hum the room had."""
FLOOR_DBFS: Final = -60.0
LASTING_STEPS: Final = 25
EDGE_STEPS: Final = 6
"""Left of a silence on both sides, so that no word loses its first or last breath."""


def silences(sound: Samples) -> tuple[TimeRange, ...]:
    """The silences of `sound` (channels, n) at 48 kHz that last a quarter of a second and more, in ticks from its start."""
    steps = sound.shape[1] // STEP_SAMPLES
    if not steps:
        return ()
    power = np.square(sound[:, : steps * STEP_SAMPLES], dtype=np.float64).reshape(sound.shape[0], steps, STEP_SAMPLES).mean(axis=(0, 2))
    level_db = 10 * np.log10(power + 1e-12)
    quiet = level_db < max(FLOOR_DBFS, float(np.percentile(level_db, 90)) + UNDER_PEAK_DB)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    runs = ((int(start), int(end)) for start, end in edges.reshape(-1, 2) if end - start >= LASTING_STEPS)
    return tuple(_trimmed(start, end, steps) for start, end in runs)


def _trimmed(start: int, end: int, steps: int) -> TimeRange:
    first, last = start + EDGE_STEPS * (start > 0), end - EDGE_STEPS * (end < steps)
    return TimeRange(first * STEP_TICKS, (last - first) * STEP_TICKS)
