"""The compiled loops of `keying.keyed` (`keying.keyed_reference` in torch). Pictures are (H, W, 3) float32, R'G'B' 0 to 1."""

from typing import Final

import numpy as np
from numba import njit

from render.avatar.sampling import Floats

COARSE: Final = 4
"""Pixels across the squares by which the outline is looked for."""
CLEAR, SOLID = 0.86, 0.12
"""Shares of screen at which a pixel is all screen, and none of it."""
GIVEN_BACK: Final = 0.15
"""Of the light taken away, to all channels alike: an outline without spill shall not turn dark."""
UNMIXED_BELOW: Final = 0.98
"""Above this alpha there is nothing to unmix."""
_ONE, _ZERO, _HALF = np.float32(1.0), np.float32(0.0), np.float32(0.5)
_LEAST, _MOST, _GIVEN, _WHOLE = np.float32(0.15), np.float32(1.2), np.float32(GIVEN_BACK), np.float32(UNMIXED_BELOW)
_MORE, _LESS = np.float32(0.6), np.float32(0.4)
_SOLID, _SPAN = np.float32(SOLID), np.float32(CLEAR - SOLID)
_UR, _UG, _UB = np.float32(-0.168736), np.float32(-0.331264), np.float32(0.5)
_VR, _VG, _VB = np.float32(0.5), np.float32(-0.418688), np.float32(-0.081312)


@njit(cache=True, nogil=True, fastmath=True)
def key(picture: Floats, direction: Floats, garbage: Floats, alpha: Floats, solid: Floats) -> None:
    """Write alpha (H, W), and the least of it in each square of 4 x 4, `solid` (ceil H / 4, ceil W / 4).

    `direction` (2, H, W) is the screen's chroma over its squared length; `garbage` (H, W) is 0 where nobody can be.
    """
    solid[:] = _ONE
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            red, green, blue = picture[row, column, 0], picture[row, column, 1], picture[row, column, 2]
            u, v = _UR * red + _UG * green + _UB * blue, _VR * red + _VG * green + _VB * blue
            along = u * direction[0, row, column] + v * direction[1, row, column]
            aside = u * direction[1, row, column] - v * direction[0, row, column]
            share = min(max(along - abs(aside), _ZERO), _MOST)
            alpha[row, column] = min(max(_ONE - (share - _SOLID) / _SPAN, _ZERO), _ONE) * garbage[row, column]
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            square = row // COARSE, column // COARSE
            solid[square] = min(solid[square], alpha[row, column])


@njit(cache=True, nogil=True, fastmath=True)
def unmix(  # noqa: PLR0917 - compiled code takes its arrays in order
    picture: Floats, plate: Floats, alpha: Floats, rim: Floats, channel: int, cut: Floats
) -> None:
    """Write straight colours and alpha, `cut` (H, W, 4): the screen's light taken out, and along the `rim` its spill; 0 where nobody is.

    `plate` is (3, H, W), `rim` (rows, columns) lies evenly over the picture, 1 along the outline and linear between centres.
    """
    first, second = (channel + 1) % 3, (channel + 2) % 3
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            cover = alpha[row, column]
            cut[row, column, 3] = cover
            if cover <= _ZERO:
                cut[row, column, 0] = cut[row, column, 1] = cut[row, column, 2] = _ZERO
                continue
            for part in range(3):
                colour = picture[row, column, part]
                if cover <= _WHOLE:
                    colour = min(max((colour - plate[part, row, column] * (_ONE - cover)) / max(cover, _LEAST), _ZERO), _ONE)
                cut[row, column, part] = colour
            near = _between(rim, row, column, picture.shape[0], picture.shape[1])
            if near > _ZERO:
                _despill(cut[row, column], channel, first, second, near)


@njit(nogil=True, fastmath=True, inline="always")
def _despill(colour: Floats, channel: int, first: int, second: int, near: np.float32) -> None:
    """The screen's channel is never stronger than the others allow; a part of what goes is given back to all alike."""
    most = _MORE * max(colour[first], colour[second]) + _LESS * min(colour[first], colour[second])
    spill = max(colour[channel] - most, _ZERO)
    for part in range(3):
        cleaned = min(max(colour[part] - (spill if part == channel else _ZERO) + _GIVEN * spill, _ZERO), _ONE)
        colour[part] += (cleaned - colour[part]) * near


@njit(nogil=True, fastmath=True, inline="always")
def _between(rim: Floats, row: int, column: int, rows: int, columns: int) -> np.float32:
    y = max((np.float32(row) + _HALF) * np.float32(rim.shape[0]) / np.float32(rows) - _HALF, _ZERO)
    x = max((np.float32(column) + _HALF) * np.float32(rim.shape[1]) / np.float32(columns) - _HALF, _ZERO)
    i, j = np.int64(y), np.int64(x)
    below, beside = min(i + 1, rim.shape[0] - 1), min(j + 1, rim.shape[1] - 1)
    down, right = y - np.float32(i), x - np.float32(j)
    upper = rim[i, j] + (rim[i, beside] - rim[i, j]) * right
    lower = rim[below, j] + (rim[below, beside] - rim[below, j]) * right
    value: np.float32 = upper + (lower - upper) * down
    return value
