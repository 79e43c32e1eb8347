"""The loop of `render.pixels.affine`."""

import math

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def warped(plane: Bytes, matrix: tuple[float, float, float, float, float, float], out: Bytes) -> None:
    """Bilinear samples of `plane` at `matrix` times each pixel centre; 0 outside."""
    a, b, c, d, e, f = matrix
    height, width = plane.shape
    for row in range(out.shape[0]):
        start_x, start_y = b * (row + 0.5) + c - 0.5, e * (row + 0.5) + f - 0.5
        for column in range(out.shape[1]):
            x, y = a * (column + 0.5) + start_x, d * (column + 0.5) + start_y
            if x <= -1 or y <= -1 or x >= width or y >= height:
                out[row, column] = 0
                continue
            left, top = math.floor(x), math.floor(y)
            share_x, share_y = np.float32(x - left), np.float32(y - top)
            if left >= 0 and top >= 0 and left + 1 < width and top + 1 < height:
                upper = plane[top, left] * (1 - share_x) + plane[top, left + 1] * share_x
                lower = plane[top + 1, left] * (1 - share_x) + plane[top + 1, left + 1] * share_x
            else:
                upper = _at(plane, top, left) * (1 - share_x) + _at(plane, top, left + 1) * share_x
                lower = _at(plane, top + 1, left) * (1 - share_x) + _at(plane, top + 1, left + 1) * share_x
            out[row, column] = np.uint8(upper * (1 - share_y) + lower * share_y + 0.5)


@numba.njit(cache=True, nogil=True)
def _at(plane: Bytes, row: int, column: int) -> int:
    if row < 0 or column < 0 or row >= plane.shape[0] or column >= plane.shape[1]:
        return 0
    return int(plane[row, column])
