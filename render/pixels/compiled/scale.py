"""Loops of `render.pixels.scale`: strips of rows are blended, turned over, blended again and turned back, all inside the cache.

Blending whole rows runs at the width of the vector unit; a gather along a row would not. Turning exchanges bytes of 64-bit words
in 8x8 blocks (Hacker's Delight, 7-3), then moves the words.
"""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Long = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]

STRIP_ROWS = 128

_BILINEAR = 2

_MASKS = np.array([0x00000000FFFFFFFF, 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF], np.uint64)


@numba.njit(cache=True, nogil=True)
def scaled(  # noqa: PLR0917 - numba calls by position
    plane: Bytes, row_first: Places, row_weights: Words, column_first: Places, column_weights: Words, out: Bytes
) -> None:
    """Resample `plane` into `out`; the weights of each output row and column sum to 256."""
    height, width = out.shape
    used, wide = (plane.shape[1] + 7) // 8, (width + 7) // 8
    strip = np.zeros((STRIP_ROWS, 8 * used), np.uint8)
    strip_turned = np.empty((8 * used, STRIP_ROWS), np.uint8)
    sized_turned = np.zeros((8 * wide, STRIP_ROWS), np.uint8)
    sized = np.empty((STRIP_ROWS, 8 * wide), np.uint8)
    for top in range(0, height, STRIP_ROWS):
        rows = min(STRIP_ROWS, height - top)
        rows_blended(plane, row_first[top : top + rows], row_weights[top : top + rows], strip, plane.shape[1])
        turned(strip.view(np.uint64), strip_turned.view(np.uint64))
        rows_blended(strip_turned, column_first, column_weights, sized_turned, STRIP_ROWS)
        turned(sized_turned.view(np.uint64), sized.view(np.uint64))
        for row in range(rows):
            out[top + row] = sized[row, :width]


@numba.njit(cache=True, nogil=True)
def rows_blended(rows: Bytes, first: Places, weights: Words, out: Bytes, width: int) -> None:
    """Each output row: the sum of `rows[first + k] * weights[k]`, over 256, in its first `width` columns."""
    if weights.shape[1] == _BILINEAR:
        _two_blended(rows, first, weights, out, width)
    else:
        _many_blended(rows, first, weights, out, width)


@numba.njit(cache=True, nogil=True)
def _two_blended(rows: Bytes, first: Places, weights: Words, out: Bytes, width: int) -> None:
    for row in range(first.size):
        low, one, two = first[row], weights[row, 0], weights[row, 1]
        for i in range(width):
            total = np.uint16(rows[low, i]) * one + np.uint16(rows[low + 1, i]) * two + np.uint16(128)
            out[row, i] = np.uint8(total >> np.uint16(8))


@numba.njit(cache=True, nogil=True)
def _many_blended(rows: Bytes, first: Places, weights: Words, out: Bytes, width: int) -> None:
    total = np.empty(width, np.uint16)
    for row in range(first.size):
        total[:] = np.uint16(128)
        for k in range(weights.shape[1]):
            source, weight = first[row] + k, weights[row, k]
            for i in range(width):
                total[i] += np.uint16(rows[source, i]) * weight
        for i in range(width):
            out[row, i] = np.uint8(total[i] >> np.uint16(8))


@numba.njit(cache=True, nogil=True)
def turned(source: Long, target: Long) -> None:
    """Transpose bytes: `source` is (8 m, n) words and is spoilt, `target` (8 n, m)."""
    for block in range(source.shape[0] // 8):
        row = 8 * block
        for i in range(4):
            _swapped(source[row + i], source[row + i + 4], np.uint64(32), _MASKS[0])
        for i in range(4):
            _swapped(source[row + i + i // 2 * 2], source[row + i + i // 2 * 2 + 2], np.uint64(16), _MASKS[1])
        for i in range(4):
            _swapped(source[row + 2 * i], source[row + 2 * i + 1], np.uint64(8), _MASKS[2])
    for column in range(source.shape[1]):
        for i in range(8):
            for block in range(source.shape[0] // 8):
                target[8 * column + i, block] = source[8 * block + i, column]


@numba.njit(cache=True, nogil=True)
def _swapped(upper: Long, lower: Long, shift: np.uint64, mask: np.uint64) -> None:
    """Exchange the high parts of the words of `upper` with the low parts of those of `lower`."""
    for i in range(upper.size):
        moved = ((upper[i] >> shift) ^ lower[i]) & mask
        upper[i] ^= moved << shift
        lower[i] ^= moved
