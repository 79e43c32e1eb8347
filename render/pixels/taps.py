"""Which source samples make an output sample, and how much each weighs: the filter of `scale` along one axis."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

WEIGHT_SUM = 128
"""Weights are whole parts of this."""


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """For each of n output samples: its first source sample and k weights (n, k) in float32 that sum to 1."""

    first: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


@lru_cache(maxsize=64)
def taps(source_px: int, target_px: int, start: float, end: float) -> Taps:
    """A triangle filter: as wide as an output sample when reducing, bilinear when enlarging.

    Output sample i lies at `start` + (i + 0.5) * (`end` - `start`) / `target_px` in source pixels, centres at whole + 0.5; what would
    lie outside the source repeats its edge.
    """
    step = (end - start) / target_px
    reach = max(abs(step), 1.0)
    centre = start + (np.arange(target_px) + 0.5) * step - 0.5
    count = int(np.ceil(2 * reach)) + 1
    low = np.ceil(centre - reach).astype(np.int64)
    places = low[:, None] + np.arange(count)
    weights = np.maximum(0, 1 - np.abs(places - centre[:, None]) / reach)
    return _inside(places, weights / weights.sum(axis=1, keepdims=True), source_px)


def _inside(places: npt.NDArray[np.int64], weights: npt.NDArray[np.float64], source_px: int) -> Taps:
    """Move the weight of places outside the source to its edge."""
    count = min(places.shape[1], source_px)
    first = np.clip(places[:, 0], 0, source_px - count)
    moved = np.zeros((places.shape[0], count))
    slots = np.clip(np.clip(places, 0, source_px - 1) - first[:, None], 0, count - 1)
    np.add.at(moved, (np.arange(places.shape[0])[:, None], slots), weights)
    return Taps(first.astype(np.int32), moved.astype(np.float32))
