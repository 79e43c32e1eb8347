"""The loop of `render.pixels.blur`: rows, then columns, each the weighed sum of its neighbours."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@numba.njit(cache=True, nogil=True)
def softened(padded: Bytes, weights: Floats, out: Bytes) -> None:
    """`out` (H, W): `padded` (H + n - 1, W + n - 1) weighed by the n `weights`, which sum to 1, along both axes; rounded."""
    height, width = out.shape
    across = np.zeros((padded.shape[0], width), np.float32)
    for row in range(padded.shape[0]):
        for tap in range(weights.size):
            _added(padded[row, tap : tap + width], weights[tap], across[row])
    total = np.empty(width, np.float32)
    for row in range(height):
        total[:] = np.float32(0.5)
        for tap in range(weights.size):
            _added(across[row + tap], weights[tap], total)
        for i in range(width):
            out[row, i] = np.uint8(total[i])


@numba.njit(cache=True, nogil=True)
def _added(samples: npt.NDArray[np.generic], weight: np.float32, total: Floats) -> None:
    for i in range(total.size):
        total[i] += np.float32(samples[i]) * weight
