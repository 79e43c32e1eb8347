"""What the compiled loops share: words, grids of displacements, samples, rounding.

A picture is an array of words, one more row and column than the picture has (nothing there): Y, U, V and alpha, code values, in four lanes
of 16 bits, so that a bilinear sample of all four is four multiplications. Loops run over plain rows from their start, for the compiler to
see vectors in them.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Words = NDArray[np.uint64]
Colour = tuple[np.float32, np.float32, np.float32, np.float32]

LANE, BYTE = np.uint64(0xFFFF), np.uint64(8)
U_BITS, V_BITS, A_BITS = np.uint64(16), np.uint64(32), np.uint64(48)
_ONE, _HALF, _ZERO = np.float32(1.0), np.float32(0.5), np.float32(0.0)
_FINE, _WHOLE = np.float32(256.0), np.uint64(256)


@njit(nogil=True, fastmath=True)
def lines_at(  # noqa: PLR0917 - compiled code takes its arrays in order
    shifts: Floats, step_px: int, row: int, left: int, wide: Floats, kept: NDArray[np.int64]
) -> tuple[int, np.float32]:
    """Have the two lines of `shifts` around a picture's row in `wide` (2, n, columns), at the picture's columns from `left` on.

    `kept` says which lines are there already. Returns the one above and how far the row lies towards the other.
    """
    rows = shifts.shape[1]
    at = (np.float32(row) + _HALF) / np.float32(step_px) - _HALF
    at = min(max(at, _ZERO), np.float32(rows - 1))
    above = min(np.int64(at), max(0, rows - 2))
    for line in (above, above + 1):
        if kept[line & 1] != line:
            for axis in range(shifts.shape[0]):
                _widen(shifts[axis, min(line, rows - 1)], step_px, left, wide[line & 1, axis])
            kept[line & 1] = line
    return above & 1, at - np.float32(above)


@njit(nogil=True, fastmath=True)
def _widen(line: Floats, step_px: int, left: int, wide: Floats) -> None:
    """A line of the grid at every column of the picture."""
    last, per_step = line.shape[0] - 1, _ONE / np.float32(step_px)
    for column in range(wide.shape[0]):
        at = min(max((np.float32(left + column) + _HALF) * per_step - _HALF, _ZERO), np.float32(last))
        before = np.uint64(at)
        after = min(before + np.uint64(1), np.uint64(last))
        wide[column] = line[before] + (line[after] - line[before]) * (at - np.float32(before))


@njit(nogil=True, fastmath=True)
def aim(  # noqa: PLR0917 - compiled code takes its arrays in order
    above: Floats, below: Floats, part: np.float32, row: int, left: int, shape: tuple[int, int], places: Ints
) -> None:
    """Where a row takes its colours from: the word's index, then the way to its right and lower neighbours in 256ths."""
    x_above, y_above, x_below, y_below = above[0], above[1], below[0], below[1]
    x_last, y_last, stride = np.float32((shape[1] - 2) * 256), np.float32((shape[0] - 2) * 256), np.int32(shape[1])
    index, right, down = places[0], places[1], places[2]
    for column in range(index.shape[0]):
        x = (x_above[column] + (x_below[column] - x_above[column]) * part + np.float32(left + column)) * _FINE + _HALF
        y = (y_above[column] + (y_below[column] - y_above[column]) * part + np.float32(row)) * _FINE + _HALF
        i, j = np.int32(min(max(y, _ZERO), y_last)), np.int32(min(max(x, _ZERO), x_last))
        index[column] = (i >> 8) * stride + (j >> 8)
        right[column], down[column] = j & 255, i & 255


@njit(nogil=True, fastmath=True)
def fetch(words: Words, stride: int, places: Ints, sampled: Words) -> None:
    """Bilinear samples where `aim` says: lanes of 256 times a code value."""
    index, right, down, below = places[0], places[1], places[2], words[stride:]
    for column in range(sampled.shape[0]):
        at, x, y = np.uint64(index[column]), np.uint64(right[column]), np.uint64(down[column])
        both = x * y >> BYTE
        upper = words[at] * (_WHOLE - x - y + both) + words[at + np.uint64(1)] * (x - both)
        sampled[column] = upper + below[at] * (y - both) + below[at + np.uint64(1)] * both


@njit(nogil=True, fastmath=True, inline="always")
def sample(picture: Words, x: np.float32, y: np.float32) -> np.uint64:
    """One bilinear sample at (x, y), pixel centres being whole numbers, the border held: lanes of 256 times a code value."""
    x_last, y_last = np.float32((picture.shape[1] - 2) * 256), np.float32((picture.shape[0] - 2) * 256)
    i, j = np.uint64(min(max(y * _FINE + _HALF, _ZERO), y_last)), np.uint64(min(max(x * _FINE + _HALF, _ZERO), x_last))
    right, down = j & np.uint64(255), i & np.uint64(255)
    i, j, both = i >> BYTE, j >> BYTE, right * down >> BYTE
    upper: np.uint64 = picture[i, j] * (_WHOLE - right - down + both) + picture[i, j + np.uint64(1)] * (right - both)
    lower: np.uint64 = picture[i + np.uint64(1), j] * (down - both) + picture[i + np.uint64(1), j + np.uint64(1)] * both
    return upper + lower


@njit(nogil=True, fastmath=True, inline="always")
def codes(sampled: np.uint64) -> Colour:
    """Y, U, V and alpha, 0 to 255, of a sample."""
    scale = _ONE / _FINE
    return (
        np.float32(sampled & LANE) * scale,
        np.float32(sampled >> U_BITS & LANE) * scale,
        np.float32(sampled >> V_BITS & LANE) * scale,
        np.float32(sampled >> A_BITS) * scale,
    )


@njit(nogil=True, fastmath=True)
def write_pair(  # noqa: PLR0917 - compiled code takes its arrays in order
    mixed: Floats, row: int, left: int, y: Bytes, u: Bytes, v: Bytes, a: Bytes
) -> None:
    """Write two rows of code values (2, columns, 4), Y, U, V and alpha, from (left, row) on, both even."""
    for line in range(2):
        for column in range(mixed.shape[1]):
            y[row + line, left + column] = rounded(mixed[line, column, 0])
            a[row + line, left + column] = rounded(mixed[line, column, 3])
    for column in range(mixed.shape[1] // 2):
        across = mixed[0, 2 * column, 1] + mixed[0, 2 * column + 1, 1] + mixed[1, 2 * column, 1] + mixed[1, 2 * column + 1, 1]
        along = mixed[0, 2 * column, 2] + mixed[0, 2 * column + 1, 2] + mixed[1, 2 * column, 2] + mixed[1, 2 * column + 1, 2]
        u[row // 2, left // 2 + column] = rounded(across * np.float32(0.25))
        v[row // 2, left // 2 + column] = rounded(along * np.float32(0.25))


@njit(nogil=True, fastmath=True, inline="always")
def rounded(value: np.float32) -> np.uint8:
    """The nearest code value."""
    return np.uint8(min(max(value + _HALF, _ZERO), np.float32(255.0)))


@njit(nogil=True, fastmath=True, inline="always")
def eased(low: np.float32, high: np.float32, value: np.float32) -> np.float32:
    """`anatomy.smooth` of one number."""
    t = min(max((value - low) / (high - low), _ZERO), _ONE)
    return t * t * (np.float32(3.0) - np.float32(2.0) * t)
