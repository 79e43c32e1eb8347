"""Which source samples make an output sample, and how much each weighs: the filter of `scale` along one axis."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from render.pixels.compiled.taps import weighed

WEIGHT_SUM: Final = 256
"""The weights of one output sample are whole numbers that sum to this: a sample's place is exact to 1/256 of a source pixel."""


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """For each of n output samples: its first source sample and k weights (n, k) that sum to `WEIGHT_SUM`."""

    first: npt.NDArray[np.int32]
    weights: npt.NDArray[np.uint16]


@lru_cache(maxsize=64)
def taps(source_px: int, target_px: int, start: float, end: float) -> Taps:
    """A triangle filter: as wide as an output sample when reducing, bilinear when enlarging.

    Output sample i lies at `start` + (i + 0.5) * (`end` - `start`) / `target_px` in source pixels, centres at whole + 0.5; what would
    lie outside the source repeats its edge.
    """
    step = (end - start) / target_px
    first = np.empty(target_px, np.int32)
    weights = np.empty((target_px, min(math.ceil(2 * max(abs(step), 1.0)), source_px)), np.uint16)
    weighed(source_px, start, step, WEIGHT_SUM, first, weights)
    return Taps(first, weights)
