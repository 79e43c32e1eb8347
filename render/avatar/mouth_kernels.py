"""The compiled mouth: both sides of the lips in one pass, what shows between them in a second (`reference.mouth` in torch)."""

import numpy as np
from numba import njit

from render.avatar.sampling import Bytes, Colour, Floats, Ints, Words, aim, codes, eased, fetch, lines_at, sample, write_pair

_ONE, _ZERO, _HALF, _FULL = np.float32(1.0), np.float32(0.0), np.float32(0.5), np.float32(255.0)
_Y_OFFSET, _UV_OFFSET = np.float32(16 / 255), np.float32(128 / 255)
_TOGETHER = np.float32(1e-4)
"""Squared pixels between the sides' sources below which they are one."""


@njit(cache=True, nogil=True, fastmath=True)
def part_lips(  # noqa: PLR0917 - compiled code takes its arrays in order
    picture: Words, masks: Floats, near: Ints, shifts: Floats, step_px: int, box: Ints, sides: Words, covers: Floats, hole: Floats
) -> None:
    """Fetch the upper and the lower side of a box (left, top): `sides` (2, h, w); hole (h / 4, w / 4) is how far each 4x4 pixels part.

    `covers` (2, h, w) is how far the upper lip leaves a pixel free, and how far the lower one covers it. `masks` (2, …) lie at `near`
    (left, top); `shifts` (4, rows, columns) are the upper and the lower side's.
    """
    height, width = covers.shape[1:]
    wide, kept = np.zeros((2, 4, width), np.float32), np.full(2, -1, np.int64)
    places, words = np.zeros((3, width), np.int32), picture.ravel()
    hole[:] = _ZERO
    for line in range(height):
        row = box[1] + line
        above, part = lines_at(shifts, step_px, row, box[0], wide, kept)
        for side in range(2):
            first, last = 2 * side, 2 * side + 2
            aim(wide[above, first:last], wide[1 - above, first:last], part, row, box[0], picture.shape, places)
            fetch(words, picture.shape[1], places, sides[side, line])
        shift = wide[above] + (wide[1 - above] - wide[above]) * part
        _cover_line(shift, masks, box[0] - near[0], row - near[1], covers[:, line])
        _count_hole(covers[:, line], hole[line // 4])
    _mean_of_hole(hole, height, width)


@njit(nogil=True, fastmath=True)
def _cover_line(shift: Floats, masks: Floats, left: int, row: int, covers: Floats) -> None:
    for column in range(shift.shape[1]):
        x, y = shift[0, column] - shift[2, column], shift[1, column] - shift[3, column]
        apart = x * x + y * y
        free = covered = _ZERO
        if apart > _TOGETHER:
            covered = _mask_at(masks[1], shift[2, column] + np.float32(left + column), shift[3, column] + np.float32(row))
            free = eased(np.float32(0.04), _ONE, apart)
        if free > _ZERO:
            free *= _ONE - _mask_at(masks[0], shift[0, column] + np.float32(left + column), shift[1, column] + np.float32(row))
        covers[0, column], covers[1, column] = free, covered


@njit(nogil=True, fastmath=True, inline="always")
def _mask_at(mask: Floats, x: np.float32, y: np.float32) -> np.float32:
    x = min(max(x, _ZERO), np.float32(mask.shape[1] - 1))
    y = min(max(y, _ZERO), np.float32(mask.shape[0] - 1))
    i, j = min(np.int64(y), mask.shape[0] - 2), min(np.int64(x), mask.shape[1] - 2)
    down, right = y - np.float32(i), x - np.float32(j)
    upper = mask[i, j] + (mask[i, j + 1] - mask[i, j]) * right
    lower = mask[i + 1, j] + (mask[i + 1, j + 1] - mask[i + 1, j]) * right
    value: np.float32 = upper + (lower - upper) * down
    return value


@njit(nogil=True, fastmath=True)
def _count_hole(covers: Floats, hole: Floats) -> None:
    for column in range(covers.shape[1]):
        hole[column // 4] += covers[0, column] * (_ONE - covers[1, column])


@njit(nogil=True, fastmath=True)
def _mean_of_hole(hole: Floats, height: int, width: int) -> None:
    for line in range(hole.shape[0]):
        for column in range(hole.shape[1]):
            hole[line, column] /= np.float32(min(4, height - 4 * line) * min(4, width - 4 * column))


@njit(cache=True, nogil=True, fastmath=True)
def fill_mouth(  # noqa: PLR0917 - compiled code takes its arrays in order
    sides: Words,
    covers: Floats,
    edge: Floats,
    shifts: Floats,
    step_px: int,
    box: Ints,
    layers: Words,
    around: Floats,
    inside: Floats,
    y: Bytes,
    u: Bytes,
    v: Bytes,
    a: Bytes,
) -> None:
    """Write a box (left, top): the upper side, behind it and before the inside of the mouth the lower one, faded out towards `edge`.

    `layers` (3, h + 1, w + 1) are upper teeth, lower teeth and tongue as words; `shifts` (2, rows, columns) lead to the resting head;
    `around` (h / 4, w / 4) says how open the mouth is; `inside` is the cavity's Y, U, V less their offsets, how far teeth are seen, then
    how far each layer has moved (x, y).
    """
    height, width = edge.shape
    wide, kept, mixed = np.zeros((2, 2, width), np.float32), np.full(2, -1, np.int64), np.zeros((2, width, 4), np.float32)
    for line in range(height):
        above, part = lines_at(shifts, step_px, box[1] + line, box[0], wide, kept)
        for column in range(width):
            upper = codes(sides[0, line, column])
            free, covered, shown = covers[0, line, column], covers[1, line, column], edge[line, column]
            if shown > _ZERO and free + covered > _ZERO:
                lower, behind = codes(sides[1, line, column]), upper
                if free > _ZERO and covered < _ONE:
                    x = wide[above, 0, column] + (wide[1 - above, 0, column] - wide[above, 0, column]) * part + np.float32(column)
                    down = wide[above, 1, column] + (wide[1 - above, 1, column] - wide[above, 1, column]) * part + np.float32(line)
                    light = _light(around, line, column, height, width)
                    behind = _mixed(upper, _interior(layers, inside, light, x, down), free)
                upper = _mixed(upper, _mixed(behind, lower, covered), shown)
            for channel in range(4):
                mixed[line & 1, column, channel] = upper[channel]
        if line & 1:
            write_pair(mixed, box[1] + line - 1, box[0], y, u, v, a)


@njit(nogil=True, fastmath=True, inline="always")
def _mixed(below: Colour, above: Colour, share: np.float32) -> Colour:
    return (
        below[0] + (above[0] - below[0]) * share,
        below[1] + (above[1] - below[1]) * share,
        below[2] + (above[2] - below[2]) * share,
        below[3] + (above[3] - below[3]) * share,
    )


@njit(nogil=True, fastmath=True, inline="always")
def _light(around: Floats, line: int, column: int, height: int, width: int) -> np.float32:
    """How open the mouth is around a pixel, 0 to 1."""
    rows, columns = around.shape
    y = (np.float32(line) + _HALF) * np.float32(rows) / np.float32(height) - _HALF
    x = (np.float32(column) + _HALF) * np.float32(columns) / np.float32(width) - _HALF
    open_part = min(max(_mask_at(around, x, y) * np.float32(1.5), _ZERO), _ONE)
    return open_part ** np.float32(0.7)


@njit(nogil=True, fastmath=True)
def _interior(layers: Words, inside: Floats, light: np.float32, x: np.float32, y: np.float32) -> Colour:
    """Code values: cavity, tongue, lower teeth, upper teeth."""
    lit, seen = np.float32(0.55) + light, inside[3]
    colour = (inside[0] * lit, inside[1] * lit, inside[2] * lit)
    tongue, lower, upper = (
        np.float32(0.30) + np.float32(0.55) * light,
        np.float32(0.45) + _HALF * light,
        np.float32(0.55) + np.float32(0.45) * light,
    )
    colour = _layered(colour, layers[2], x - inside[8], y - inside[9], tongue, _ONE)
    colour = _layered(colour, layers[1], x - inside[6], y - inside[7], seen * lower, seen)
    colour = _layered(colour, layers[0], x - inside[4], y - inside[5], seen * upper, seen)
    return colour[0] + _Y_OFFSET * _FULL, colour[1] + _UV_OFFSET * _FULL, colour[2] + _UV_OFFSET * _FULL, _FULL


@njit(nogil=True, fastmath=True, inline="always")
def _layered(  # noqa: PLR0917 - compiled code
    below: tuple[np.float32, np.float32, np.float32], layer: Words, x: np.float32, y: np.float32, light: np.float32, opacity: np.float32
) -> tuple[np.float32, np.float32, np.float32]:
    if x < _ZERO or y < _ZERO or x > np.float32(layer.shape[1] - 2) or y > np.float32(layer.shape[0] - 2):
        return below
    luma, blue, red, alpha = codes(sample(layer, x, y))
    through = _ONE - opacity * alpha / _FULL
    return (
        (luma - _Y_OFFSET * alpha) * light + below[0] * through,
        (blue - _UV_OFFSET * alpha) * light + below[1] * through,
        (red - _UV_OFFSET * alpha) * light + below[2] * through,
    )
