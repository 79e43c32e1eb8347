"""The compiled lid (`lids.closed` and `reference.lid` in torch)."""

import numpy as np
from numba import njit

from render.avatar.lids import HOLLOW, LASH, LASH_LINE, LID_EDGE_PX, LINE, OVERLAP, REACH
from render.avatar.sampling import Bytes, Colour, Floats, Ints, Words, codes, eased, lines_at, sample, write_pair

_ONE, _ZERO, _HALF, _TWO = np.float32(1.0), np.float32(0.0), np.float32(0.5), np.float32(2.0)
_Y_OFFSET, _UV_OFFSET = np.float32(16 / 255), np.float32(128 / 255)
_LASH, _OVERLAP, _LASH_LINE, _HOLLOW, _LINE = (np.float32(part) for part in (LASH, OVERLAP, LASH_LINE, HOLLOW, LINE))
_REACH, _FADE_FROM, _FADE_TO, _EDGE = np.float32(REACH), np.float32(0.41), np.float32(0.56), np.float32(LID_EDGE_PX)


@njit(cache=True, nogil=True, fastmath=True)
def close_lid(  # noqa: PLR0917 - compiled code takes its arrays in order
    picture: Words,
    shifts: Floats,
    step_px: int,
    box: Ints,
    axes: Floats,
    curves: Floats,
    amount: np.float32,
    y: Bytes,
    u: Bytes,
    v: Bytes,
    a: Bytes,
) -> None:
    """Write a box (left, top, width, height) with the lid `amount` (0 to 1) down.

    `axes` is the eye's centre, right and down (x, y each) and its width; `curves` as in `lids.Eye`; `shifts` (2, rows, columns).
    """
    width = box[2]
    wide, kept, mixed = np.zeros((2, 2, width), np.float32), np.full(2, -1, np.int64), np.zeros((2, width, 4), np.float32)
    for line in range(box[3]):
        above, part = lines_at(shifts, step_px, box[1] + line, box[0], wide, kept)
        for column in range(width):
            x = wide[above, 0, column] + (wide[1 - above, 0, column] - wide[above, 0, column]) * part + np.float32(box[0] + column)
            down = wide[above, 1, column] + (wide[1 - above, 1, column] - wide[above, 1, column]) * part + np.float32(box[1] + line)
            taken, cover, shade = _closed(axes, curves, amount, x, down)
            seen = codes(sample(picture, x, down))
            lid = codes(sample(picture, x + axes[4] * taken, down + axes[5] * taken)) if cover > _ZERO else seen
            _shade(mixed[line & 1, column], seen, lid, cover, shade)
        if line & 1:
            write_pair(mixed, box[1] + line - 1, box[0], y, u, v, a)


@njit(nogil=True, fastmath=True)
def _closed(axes: Floats, curves: Floats, amount: np.float32, x: np.float32, y: np.float32) -> tuple[np.float32, np.float32, np.float32]:
    """How far down along the eye a pixel's colour is taken from, how much of the pixel is lid, the shade on it."""
    x, y = x + _HALF - axes[0], y + _HALF - axes[1]
    along, below, width = x * axes[2] + y * axes[3], x * axes[4] + y * axes[5], axes[6]
    place = min(max((along / width + _HALF) * np.float32(curves.shape[1] - 1), _ZERO), np.float32(curves.shape[1] - 1.001))
    index = np.int64(place)
    part = place - np.float32(index)
    top, upper, lower = (
        curves[0, index] + (curves[0, index + 1] - curves[0, index]) * part,
        curves[1, index] + (curves[1, index + 1] - curves[1, index]) * part,
        curves[2, index] + (curves[2, index + 1] - curves[2, index]) * part,
    )
    if below <= top or abs(along) >= _REACH * width:
        return _ZERO, _ZERO, _ONE
    lash, fade = _LASH * width, _ONE - eased(_FADE_FROM * width, _FADE_TO * width, abs(along))
    lid = upper + amount * fade * (lower + _OVERLAP * width - upper)
    taken = (below - top) * ((upper - lash - top) / max(lid - lash - top, _ONE)) + top
    if below > lid - lash:
        taken = below - (lid - upper)
    cover = _ONE - eased(-_EDGE, _EDGE, below - lid)
    hollow = _HOLLOW * eased(_ZERO, _ONE, (below - upper) / max(lid - upper, _ONE))
    away = (below - lid) / (_LASH_LINE * width)
    line = _LINE * np.exp(-away * away) * fade if lid - upper > _ONE else _ZERO
    return taken - below, cover, _ONE - amount * (hollow * cover + line)


@njit(nogil=True, fastmath=True, inline="always")
def _shade(mixed: Floats, seen: Colour, lid: Colour, cover: np.float32, shade: np.float32) -> None:
    """The lid over what is seen; the shade falls on colours, not on the offsets of their codes."""
    alpha = seen[3] + (lid[3] - seen[3]) * cover
    for channel in range(3):
        offset = (_Y_OFFSET if channel == 0 else _UV_OFFSET) * alpha
        mixed[channel] = (seen[channel] + (lid[channel] - seen[channel]) * cover - offset) * shade + offset
    mixed[3] = alpha
