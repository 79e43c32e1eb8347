"""The compiled loops of `warping`: fields blended, turned back, and laid on a frame's grid (`warping.shifts_reference` in torch).

Fields (2, rows, columns) hold x and y at the centres of a grid's cells, counted in cells; between centres they are linear.
"""

import numpy as np
from numba import njit

from render.avatar.sampling import Floats, Ints

_ONE, _HALF, _ZERO = np.float32(1.0), np.float32(0.5), np.float32(0.0)


@njit(cache=True, nogil=True, fastmath=True)
def turned_back(fields: Floats, weights: Floats, per_cell: np.float32, steps: int, damping: np.float32) -> Floats:
    """The field b (2, rows, columns) with b(y) = -f(y + b(y)), by damped fixed-point steps.

    f is the sum of `fields` (n, 2, rows, columns) times `weights` (n,) times `per_cell`, which makes cells of the fields' own unit.
    """
    rows, columns = fields.shape[2:]
    forward, back, better = np.zeros((2, rows, columns), np.float32), np.empty((2, rows, columns), np.float32), np.empty_like(fields[0])
    for number in range(fields.shape[0]):
        if weights[number] != _ZERO:
            _add(fields[number].ravel(), weights[number] * per_cell, forward.ravel())
    back[:] = forward * -damping
    for _ in range(steps):
        for row in range(rows):
            for column in range(columns):
                x, y = np.float32(column) + back[0, row, column], np.float32(row) + back[1, row, column]
                taken_x, taken_y = _held(forward, x, y)
                better[0, row, column] = back[0, row, column] * (_ONE - damping) - taken_x * damping
                better[1, row, column] = back[1, row, column] * (_ONE - damping) - taken_y * damping
        back, better = better, back
    return back


@njit(cache=True, nogil=True, fastmath=True)
def spread_out(coarse: Floats, finer: int, per_cell: np.float32, fine: Floats) -> None:
    """Lay a field on grids `finer` times as fine, `fine` (n, 2, rows, columns), all alike, in pixels: `per_cell` of them are one cell."""
    last_row, line = coarse.shape[1] - 1, np.empty(coarse.shape[2], np.float32)
    before, along = _cells(coarse.shape[2], finer, fine.shape[3])
    for row in range(fine.shape[2]):
        y = max((np.float32(row) + _HALF) / np.float32(finer) - _HALF, _ZERO)
        above = min(np.int64(y), last_row)
        for axis in range(2):
            _blend(coarse[axis, above], coarse[axis, min(above + 1, last_row)], y - np.float32(above), per_cell, line)
            _widen(line, before, along, fine[0, axis, row])
            for other in range(1, fine.shape[0]):
                fine[other, axis, row] = fine[0, axis, row]


@njit(cache=True, nogil=True, fastmath=True)
def follow(back: Floats, square: Floats, step_px: int, patch: Ints, moved: Floats) -> None:
    """Add to `moved` (2, rows, columns), in pixels, where `back` leads from where it led; nothing outside the square.

    `back`'s grid lies over `square` (left, top, side, in pixels), `patch` (left, top, width, height, in cells of `moved`) around it.
    """
    per_pixel = np.float32(back.shape[2]) / square[2]
    for row in range(patch[1], patch[1] + patch[3]):
        for column in range(patch[0], patch[0] + patch[2]):
            x = (np.float32(column) + _HALF) * np.float32(step_px) + moved[0, row, column]
            y = (np.float32(row) + _HALF) * np.float32(step_px) + moved[1, row, column]
            further_x, further_y = _faded(back, (x - square[0]) * per_pixel - _HALF, (y - square[1]) * per_pixel - _HALF)
            moved[0, row, column] += further_x / per_pixel
            moved[1, row, column] += further_y / per_pixel


@njit(nogil=True, fastmath=True)
def _cells(coarse: int, finer: int, fine: int) -> tuple[Ints, Floats]:
    """For each fine cell the coarse one before its centre that has one after it, and how far it lies towards that."""
    before, along = np.empty(fine, np.int32), np.empty(fine, np.float32)
    for column in range(fine):
        x = min(max((np.float32(column) + _HALF) / np.float32(finer) - _HALF, _ZERO), np.float32(coarse - 1))
        before[column] = min(int(x), max(coarse - 2, 0))
        along[column] = x - np.float32(before[column])
    return before, along


@njit(nogil=True, fastmath=True)
def _blend(upper: Floats, lower: Floats, down: np.float32, per_cell: np.float32, line: Floats) -> None:
    for column in range(line.size):
        line[column] = (upper[column] + (lower[column] - upper[column]) * down) * per_cell


@njit(nogil=True, fastmath=True)
def _widen(line: Floats, before: Ints, along: Floats, wide: Floats) -> None:
    after = line[1:]
    for column in range(wide.size):
        one = line[before[column]]
        wide[column] = one + (after[before[column]] - one) * along[column]


@njit(nogil=True, fastmath=True)
def _add(field: Floats, weight: np.float32, total: Floats) -> None:
    for place in range(total.size):
        total[place] += field[place] * weight


@njit(nogil=True, fastmath=True, inline="always")
def _held(field: Floats, x: np.float32, y: np.float32) -> tuple[np.float32, np.float32]:
    """What a field holds at a place, x and y; beyond the border it stays as it is there."""
    last_row, last_column = field.shape[1] - 1, field.shape[2] - 1
    x, y = min(max(x, _ZERO), np.float32(last_column)), min(max(y, _ZERO), np.float32(last_row))
    i, j = min(np.int64(y), last_row - 1), min(np.int64(x), last_column - 1)
    down, right = y - np.float32(i), x - np.float32(j)
    return _between(field[0], i, j, down, right), _between(field[1], i, j, down, right)


@njit(nogil=True, fastmath=True, inline="always")
def _faded(field: Floats, x: np.float32, y: np.float32) -> tuple[np.float32, np.float32]:
    """What a field holds at a place, x and y; over one cell beyond the border it goes to nothing."""
    rows, columns = np.float32(field.shape[1]), np.float32(field.shape[2])
    inside = min(max(min(x, columns - _ONE - x) + _ONE, _ZERO), _ONE) * min(max(min(y, rows - _ONE - y) + _ONE, _ZERO), _ONE)
    if inside <= _ZERO:
        return _ZERO, _ZERO
    along, across = _held(field, x, y)
    return along * inside, across * inside


@njit(nogil=True, fastmath=True, inline="always")
def _between(axis: Floats, i: int, j: int, down: np.float32, right: np.float32) -> np.float32:
    upper = axis[i, j] + (axis[i, j + 1] - axis[i, j]) * right
    lower = axis[i + 1, j] + (axis[i + 1, j + 1] - axis[i + 1, j]) * right
    value: np.float32 = upper + (lower - upper) * down
    return value
