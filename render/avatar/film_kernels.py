"""The compiled loops of `film_frames` (`film_frames.widened_reference` in torch)."""

from typing import Final

import numpy as np
from numba import njit

from render.avatar.sampling import Bytes, Floats

SPREAD_PX: Final = 8
GREY: Final = 128
CERTAIN: Final = 64
"""Of 255: from this alpha on a pixel keeps its own colour."""
SOMEBODY: Final = 1e-3
_ONE, _ZERO, _HALF, _FULL = np.float32(1.0), np.float32(0.0), np.float32(0.5), np.float32(255.0)
_GREY, _SOMEBODY, _NINE = np.float32(GREY), np.float32(SOMEBODY), np.float32(9.0)


@njit(cache=True, nogil=True, fastmath=True)
def in_bytes(cut: Floats, whole: Bytes) -> None:
    """Write colours and alpha (H, W, 4), 0 to 1, as bytes."""
    for row in range(cut.shape[0]):
        for column in range(cut.shape[1]):
            for part in range(4):
                whole[row, column, part] = np.uint8(min(max(cut[row, column, part], _ZERO), _ONE) * _FULL + _HALF)


@njit(cache=True, nogil=True, fastmath=True)
def widen(cut: Bytes, rgb: Bytes) -> None:
    """Write colours (H, W, 3): those of `cut` (H, W, 4) near its outline spread a few pixels outwards, grey farther away."""
    rows, columns = -(-cut.shape[0] // SPREAD_PX), -(-cut.shape[1] // SPREAD_PX)
    squares, near = np.zeros((rows, columns, 4), np.float32), np.empty((rows, columns, 3), np.float32)
    _gather(cut, squares)
    _spread(squares, near)
    for row in range(cut.shape[0]):
        y = max((np.float32(row) + _HALF) * np.float32(rows) / np.float32(cut.shape[0]) - _HALF, _ZERO)
        i = np.int64(y)
        below, down = min(i + 1, rows - 1), y - np.float32(i)
        for column in range(cut.shape[1]):
            if cut[row, column, 3] >= CERTAIN:
                for part in range(3):
                    rgb[row, column, part] = cut[row, column, part]
                continue
            x = max((np.float32(column) + _HALF) * np.float32(columns) / np.float32(cut.shape[1]) - _HALF, _ZERO)
            j = np.int64(x)
            beside, right = min(j + 1, columns - 1), x - np.float32(j)
            own = np.float32(cut[row, column, 3]) / np.float32(CERTAIN)
            for part in range(3):
                upper = near[i, j, part] + (near[i, beside, part] - near[i, j, part]) * right
                lower = near[below, j, part] + (near[below, beside, part] - near[below, j, part]) * right
                outside = upper + (lower - upper) * down
                rgb[row, column, part] = np.uint8(outside + (np.float32(cut[row, column, part]) - outside) * own + _HALF)


@njit(nogil=True, fastmath=True)
def _gather(cut: Bytes, squares: Floats) -> None:
    """The mean of alpha (0 to 1) and of colours times alpha in each square."""
    for row in range(cut.shape[0]):
        for column in range(cut.shape[1]):
            cover = np.float32(cut[row, column, 3]) / _FULL
            if cover > _ZERO:
                square = squares[row // SPREAD_PX, column // SPREAD_PX]
                for part in range(3):
                    square[part] += np.float32(cut[row, column, part]) * cover
                square[3] += cover
    for i in range(squares.shape[0]):
        high = min(SPREAD_PX, cut.shape[0] - i * SPREAD_PX)
        for j in range(squares.shape[1]):
            squares[i, j] /= np.float32(high * min(SPREAD_PX, cut.shape[1] - j * SPREAD_PX))


@njit(nogil=True, fastmath=True)
def _spread(squares: Floats, near: Floats) -> None:
    """The colour around each square: that of those who are in its neighbourhood of three by three, or grey."""
    total = np.empty(4, np.float32)
    for i in range(squares.shape[0]):
        for j in range(squares.shape[1]):
            total[:] = _ZERO
            for other in range(max(i - 1, 0), min(i + 2, squares.shape[0])):
                for beside in range(max(j - 1, 0), min(j + 2, squares.shape[1])):
                    total += squares[other, beside]
            somebody = total[3] / _NINE > _SOMEBODY
            for part in range(3):
                near[i, j, part] = total[part] / total[3] if somebody else _GREY
