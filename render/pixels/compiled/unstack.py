"""The loops of `render.pixels.unstack`."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def luma_unstacked(stacked: Bytes, y: Bytes, alpha: Bytes) -> None:
    """The first rows' beginnings: the upper half of `stacked` times the lower one over 255; the lower one as it is."""
    height = y.shape[0]
    for row in range(height):
        colour, cover, target, kept = stacked[row], stacked[height + row], y[row], alpha[row]
        for i in range(target.size):
            total = np.uint16(np.uint16(colour[i]) * np.uint16(cover[i]) + np.uint16(128))
            target[i] = np.uint8(np.uint16(total + (total >> np.uint16(8))) >> np.uint16(8))
            kept[i] = cover[i]


@numba.njit(cache=True, nogil=True)
def chroma_unstacked(stacked: Bytes, sums: npt.NDArray[np.uint16], out: Bytes) -> None:
    """The upper half of a chroma plane times `sums`, four alphas added up, over 1020."""
    for row in range(out.shape[0]):
        colour, cover, target = stacked[row], sums[row], out[row]
        for i in range(target.size):
            quarter = np.uint32(np.uint32(colour[i]) * np.uint32(cover[i]) + np.uint32(2)) >> np.uint32(2)
            total = quarter + np.uint32(128)
            target[i] = np.uint8((total + (total >> np.uint32(8))) >> np.uint32(8))
