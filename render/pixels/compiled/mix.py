"""Loops over flat planes: crossfade and fade."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def mixed(first: Bytes, second: Bytes, weight: int, out: Bytes) -> None:
    """`out` = round((first * (256 - weight) + second * weight) / 256), one dimension, `weight` 0..256."""
    kept, given = np.uint16(256 - weight), np.uint16(weight)
    for i in range(out.size):
        out[i] = np.uint8((np.uint16(first[i]) * kept + np.uint16(second[i]) * given + np.uint16(128)) >> np.uint16(8))


@numba.njit(cache=True, nogil=True)
def faded(plane: Bytes, opacity: int, out: Bytes) -> None:
    """`out` = round(plane * opacity / 255), one dimension."""
    factor = np.uint16(opacity)
    for i in range(out.size):
        total = np.uint32(np.uint16(plane[i]) * factor) + np.uint32(128)
        out[i] = np.uint8((total + (total >> 8)) >> 8)
