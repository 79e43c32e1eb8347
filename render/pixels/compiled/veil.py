"""The loop of transitions that come over the picture pixel by pixel."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]


@numba.njit(cache=True, nogil=True)
def veiled(first: Bytes, second: Bytes, arrivals: Words, weights: Words, out: Bytes) -> None:
    """`out` = round((first * (256 - w) + second * w) / 256) with w = weights[arrivals], one dimension, w 0..256."""
    whole, half = np.uint32(256), np.uint32(128)
    for i in range(out.size):
        weight = np.uint32(weights[arrivals[i]])
        out[i] = np.uint8((np.uint32(first[i]) * (whole - weight) + np.uint32(second[i]) * weight + half) >> np.uint32(8))
