"""The loop of `render.pixels.taps`: moving windows ask for other taps in every frame."""

import math

import numba
import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint16]


@numba.njit(cache=True, nogil=True)
def weighed(source_px: int, start: float, step: float, whole: int, first: Places, weights: Words) -> None:  # noqa: PLR0917 - by position
    """Fill `first` (n,) and `weights` (n, k), k at most `source_px`; the weights sum to `whole`.

    What lies outside the source goes to its edge; rounding the running sums keeps them true.
    """
    reach, count = max(abs(step), 1.0), weights.shape[1]
    weights[:] = 0
    for i in range(first.size):
        centre = start - 0.5 + step * (i + 0.5)
        low = math.floor(centre - reach) + 1
        end = low + math.ceil(2 * reach)
        total = 0.0
        for place in range(low, end):
            total += max(0.0, 1 - abs(place - centre) / reach)
        first[i] = min(max(low, 0), source_px - count)
        running, given = 0.0, 0
        for place in range(low, end):
            running += max(0.0, 1 - abs(place - centre) / reach)
            reached = round(running / total * whole)
            slot = min(max(min(max(place, 0), source_px - 1) - first[i], 0), count - 1)
            weights[i, slot] += np.uint16(reached - given)
            given = reached
