"""Loops over flat planes: crossfade and fade."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def mixed(first: Bytes, second: Bytes, weight: int, out: Bytes) -> None:
    """`out` = round((first * (65536 - weight) + second * weight) / 65536), one dimension, `weight` 0..65536."""
    kept, given = np.uint32(65536 - weight), np.uint32(weight)
    for i in range(out.size):
        out[i] = np.uint8((np.uint32(first[i]) * kept + np.uint32(second[i]) * given + np.uint32(32768)) >> np.uint32(16))


@numba.njit(cache=True, nogil=True)
def faded(plane: Bytes, opacity: int, out: Bytes) -> None:
    """`out` = round(plane * opacity / 255), one dimension."""
    factor = np.uint16(opacity)
    for i in range(out.size):
        total = np.uint32(np.uint16(plane[i]) * factor) + np.uint32(128)
        out[i] = np.uint8((total + (total >> 8)) >> 8)
