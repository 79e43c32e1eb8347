"""Which source samples make an output sample, and how much each weighs: the filter of `scale` along one axis."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

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
    reach = max(abs(step), 1.0)
    centre = start - 0.5 + step * (np.arange(target_px, dtype=np.float64) + 0.5)
    if reach == 1 and source_px > 1:
        return _bilinear(centre, source_px)
    low = np.floor(centre - reach).astype(np.int64) + 1
    places = low[:, None] + np.arange(int(np.ceil(2 * reach)))
    weights = np.maximum(0, 1 - np.abs(places - centre[:, None]) / reach)
    return _inside(places, weights / weights.sum(axis=1, keepdims=True), source_px)


def _bilinear(centre: npt.NDArray[np.float64], source_px: int) -> Taps:
    """Two taps each; a place outside is moved to the edge, which gives the same."""
    place = np.clip(centre, 0, source_px - 1)
    first = np.minimum(place.astype(np.int32), source_px - 2)
    second = np.rint((place - first) * WEIGHT_SUM)
    return Taps(first, np.stack([WEIGHT_SUM - second, second], axis=1).astype(np.uint16))


def _inside(places: npt.NDArray[np.int64], weights: npt.NDArray[np.float64], source_px: int) -> Taps:
    """Move the weight of places outside the source to its edge, and round so that running sums stay true."""
    count = min(places.shape[1], source_px)
    first = np.clip(places[:, 0], 0, source_px - count)
    slots = np.clip(np.clip(places, 0, source_px - 1) - first[:, None], 0, count - 1)
    moved = np.zeros((places.shape[0], count))
    np.add.at(moved, (np.arange(places.shape[0])[:, None], slots), weights)
    sums = np.rint(np.cumsum(moved, axis=1) * WEIGHT_SUM)
    return Taps(first.astype(np.int32), np.diff(sums, axis=1, prepend=0).astype(np.uint16))
