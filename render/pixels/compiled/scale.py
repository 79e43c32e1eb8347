"""Loops of `render.pixels.scale`: strips of rows are blended, turned over, blended again and turned back, all inside the cache.

Blending whole rows runs at the width of the vector unit; a gather along a row would not. Turning is done 8x8 bytes at a time in
64-bit words (Hacker's Delight, 7-3).
"""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Long = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]

STRIP_ROWS = 128


@numba.njit(cache=True, nogil=True)
def blended(rows: Bytes, first: int, weights: Words, total: Words, out: Bytes) -> None:
    """One output row: the sum of `rows[first + k] * weights[k]`, over 256. `total` is scratch as wide as `out`."""
    one, one_weight = rows[first], weights[0]
    width = out.size
    if weights.size == 2:
        two, two_weight = rows[first + 1], weights[1]
        for i in range(width):
            out[i] = np.uint8((np.uint16(one[i]) * one_weight + np.uint16(two[i]) * two_weight + np.uint16(128)) >> np.uint16(8))
        return
    for i in range(width):
        total[i] = np.uint16(one[i]) * one_weight + np.uint16(128)
    for k in range(1, weights.size):
        row, weight = rows[first + k], weights[k]
        for i in range(width):
            total[i] += np.uint16(row[i]) * weight
    for i in range(width):
        out[i] = np.uint8(total[i] >> np.uint16(8))


@numba.njit(cache=True, nogil=True)
def turned(source: Long, target: Long) -> None:
    """Transpose bytes: `source` is (8 m, n) words, `target` (8 n, m)."""
    for block in range(source.shape[0] // 8):
        row = 8 * block
        for column in range(source.shape[1]):
            a, b, c, d = source[row, column], source[row + 1, column], source[row + 2, column], source[row + 3, column]
            e, f, g, h = source[row + 4, column], source[row + 5, column], source[row + 6, column], source[row + 7, column]
            a, e = _swapped(a, e, np.uint64(32), np.uint64(0x00000000FFFFFFFF))
            b, f = _swapped(b, f, np.uint64(32), np.uint64(0x00000000FFFFFFFF))
            c, g = _swapped(c, g, np.uint64(32), np.uint64(0x00000000FFFFFFFF))
            d, h = _swapped(d, h, np.uint64(32), np.uint64(0x00000000FFFFFFFF))
            a, c = _swapped(a, c, np.uint64(16), np.uint64(0x0000FFFF0000FFFF))
            b, d = _swapped(b, d, np.uint64(16), np.uint64(0x0000FFFF0000FFFF))
            e, g = _swapped(e, g, np.uint64(16), np.uint64(0x0000FFFF0000FFFF))
            f, h = _swapped(f, h, np.uint64(16), np.uint64(0x0000FFFF0000FFFF))
            a, b = _swapped(a, b, np.uint64(8), np.uint64(0x00FF00FF00FF00FF))
            c, d = _swapped(c, d, np.uint64(8), np.uint64(0x00FF00FF00FF00FF))
            e, f = _swapped(e, f, np.uint64(8), np.uint64(0x00FF00FF00FF00FF))
            g, h = _swapped(g, h, np.uint64(8), np.uint64(0x00FF00FF00FF00FF))
            out = 8 * column
            target[out, block], target[out + 1, block], target[out + 2, block], target[out + 3, block] = a, b, c, d
            target[out + 4, block], target[out + 5, block], target[out + 6, block], target[out + 7, block] = e, f, g, h


@numba.njit(cache=True, nogil=True, inline="always")
def _swapped(upper: np.uint64, lower: np.uint64, shift: np.uint64, mask: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Exchange the high parts of `upper` with the low parts of `lower`."""
    moved = ((upper >> shift) ^ lower) & mask
    return upper ^ (moved << shift), lower ^ moved


@numba.njit(cache=True, nogil=True)
def scaled(plane: Bytes, row_first: Places, row_weights: Words, column_first: Places, column_weights: Words, out: Bytes) -> None:
    """Resample `plane` into `out`; the weights of each output row and column sum to 256."""
    height, width = out.shape
    left, right = column_first.min(), column_first.max() + column_weights.shape[1]
    used, wide = (right - left + 7) // 8, (width + 7) // 8
    strip = np.zeros((STRIP_ROWS, 8 * used), np.uint8)
    strip_turned = np.empty((8 * used, STRIP_ROWS), np.uint8)
    sized_turned = np.zeros((8 * wide, STRIP_ROWS), np.uint8)
    sized = np.empty((STRIP_ROWS, 8 * wide), np.uint8)
    total = np.empty(max(plane.shape[1], STRIP_ROWS), np.uint16)
    columns = plane[:, left:right]
    for top in range(0, height, STRIP_ROWS):
        rows = min(STRIP_ROWS, height - top)
        for row in range(rows):
            blended(columns, row_first[top + row], row_weights[top + row], total, strip[row, : right - left])
        turned(strip.view(np.uint64), strip_turned.view(np.uint64))
        for column in range(width):
            blended(strip_turned, column_first[column] - left, column_weights[column], total, sized_turned[column])
        turned(sized_turned.view(np.uint64), sized.view(np.uint64))
        for row in range(rows):
            out[top + row] = sized[row, :width]
