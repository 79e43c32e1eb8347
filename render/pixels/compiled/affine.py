"""The loop of `render.pixels.affine`: places in 32-bit fractions, weights of 11 bits."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

_ONE = 1 << 32
_WEIGHT = 2048


@numba.njit(cache=True, nogil=True)
def warped(plane: Bytes, matrix: tuple[float, float, float, float, float, float], out: Bytes) -> None:
    """Bilinear samples of `plane` at `matrix` times each pixel centre; 0 outside."""
    a, b, c, d, e, f = matrix
    height, width = plane.shape
    step_x, step_y = int(a * _ONE), int(d * _ONE)
    for row in range(out.shape[0]):
        x = int((a * 0.5 + b * (row + 0.5) + c - 0.5) * _ONE)
        y = int((d * 0.5 + e * (row + 0.5) + f - 0.5) * _ONE)
        target = out[row]
        first, end = _inside(x, step_x, (width - 1) << 32, target.size)
        low, high = _inside(y, step_y, (height - 1) << 32, target.size)
        first, end = max(first, low), min(end, high)
        end = max(first, end)
        for i in range(first):
            target[i] = _at_edge(plane, x + i * step_x, y + i * step_y)
        _row_inside(plane.ravel(), width, x + first * step_x, y + first * step_y, step_x, step_y, target[first:end])
        for i in range(end, target.size):
            target[i] = _at_edge(plane, x + i * step_x, y + i * step_y)


@numba.njit(cache=True, nogil=True)
def _row_inside(samples: Bytes, width: int, x: int, y: int, step_x: int, step_y: int, target: Bytes) -> None:  # noqa: PLR0917
    """Places whose four neighbours all lie in the plane."""
    pitch = np.uint64(width)
    for i in range(target.size):
        at = np.uint64(y >> 32) * pitch + np.uint64(x >> 32)
        share_x, share_y = np.int32((x >> 21) & 2047), np.int32((y >> 21) & 2047)
        one, two = np.int32(samples[at]), np.int32(samples[at + np.uint64(1)])
        three, four = np.int32(samples[at + pitch]), np.int32(samples[at + pitch + np.uint64(1)])
        upper, lower = one * (_WEIGHT - share_x) + two * share_x, three * (_WEIGHT - share_x) + four * share_x
        target[i] = np.uint8((upper * (_WEIGHT - share_y) + lower * share_y + (1 << 21)) >> 22)
        x += step_x
        y += step_y


@numba.njit(cache=True, nogil=True)
def _inside(start: int, step: int, high: int, count: int) -> tuple[int, int]:
    """The steps i of 0..count for which 0 <= start + i * step < high: first, and one past the last."""
    if step == 0:
        return (0, count) if 0 <= start < high else (0, 0)
    if step > 0:
        first, end = -(start // step), -((start - high) // step)
    else:
        first, end = (start - high) // -step + 1, start // -step + 1
    return min(max(first, 0), count), min(max(end, 0), count)


@numba.njit(cache=True, nogil=True)
def _at_edge(plane: Bytes, x: int, y: int) -> int:
    """One sample anywhere."""
    left, top = x >> 32, y >> 32
    if left < -1 or top < -1 or left >= plane.shape[1] or top >= plane.shape[0]:
        return 0
    share_x, share_y = (x >> 21) & 2047, (y >> 21) & 2047
    upper = _at(plane, top, left) * (_WEIGHT - share_x) + _at(plane, top, left + 1) * share_x
    lower = _at(plane, top + 1, left) * (_WEIGHT - share_x) + _at(plane, top + 1, left + 1) * share_x
    return (upper * (_WEIGHT - share_y) + lower * share_y + (1 << 21)) >> 22


@numba.njit(cache=True, nogil=True)
def _at(plane: Bytes, row: int, column: int) -> int:
    if row < 0 or column < 0 or row >= plane.shape[0] or column >= plane.shape[1]:
        return 0
    return int(plane[row, column])
