"""The compiled loop over all that moves (`reference.base` in torch), and how to have every loop compiled."""

import numpy as np
from numba import njit

from render.avatar.film_kernels import in_bytes, widen
from render.avatar.keying_kernels import key, unmix
from render.avatar.lid_kernels import close_lid
from render.avatar.matting_kernels import coloured, envelope, equations, solve, steady
from render.avatar.mouth_kernels import fill_mouth, part_lips
from render.avatar.sampling import A_BITS, BYTE, LANE, U_BITS, V_BITS, Bytes, Floats, Ints, Words, aim, fetch, lines_at
from render.avatar.shift_kernels import follow, spread_out, turned_back

_ROUND_1, _ROUND_4, _FOUR_BYTES = np.uint64(128), np.uint64(512), np.uint64(10)


def warm() -> None:
    """Compile every loop, or load it from the cache (in `NUMBA_CACHE_DIR` where it is set), so that no frame waits for it."""
    plane, half = np.zeros((4, 4), np.uint8), np.zeros((2, 2), np.uint8)
    planes = (plane, half, half.copy(), plane.copy())
    picture, shifts, box = np.zeros((5, 5), np.uint64), np.zeros((6, 2, 2), np.float32), np.array([0, 0, 4, 4], np.int32)
    whole, layers, floats = np.zeros((2, 4, 4), np.float32), np.zeros((3, 5, 5), np.uint64), np.ones(10, np.float32)
    sides = np.zeros((2, 4, 4), np.uint64)
    follow(turned_back(shifts[None, :2], floats[:1], floats[0], 1, floats[0]), floats[:3], 2, box, shifts[:2])
    spread_out(shifts[:2], 1, floats[0], shifts[None, :2].copy())
    warp(picture, shifts[:2], 2, np.array([[0, 4], [0, 4]], np.int32), *planes)
    part_lips(picture, whole, box, shifts[2:], 2, box, sides, whole.copy(), whole[0, :1, :1].copy())
    fill_mouth(sides, whole, whole[0], shifts[:2], 2, box, layers, whole[0], floats, *planes)
    close_lid(picture, shifts[:2], 2, box, floats, np.zeros((3, 33), np.float32), np.float32(0.5), *planes)
    key(np.zeros((4, 4, 3), np.float32), whole, whole[0], whole[1], np.zeros((1, 1), np.float32))
    unmix(np.zeros((4, 4, 3), np.float32), np.zeros((3, 4, 4), np.float32), whole[0], whole[0], 1, np.zeros((4, 4, 4), np.float32))
    widen(np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), np.uint8))
    in_bytes(np.zeros((4, 4, 4), np.float32), np.zeros((4, 4, 4), np.uint8))
    _warm_matting()


def _warm_matting() -> None:
    """The same for cutting out without a screen: one pixel in doubt among nine."""
    picture, alpha, places = np.zeros((3, 3, 3), np.float32), np.zeros((3, 3), np.float32), np.full((3, 3), -1)
    steady(picture, picture, alpha, alpha.copy())
    coloured(picture, picture, alpha, np.zeros((3, 3, 4), np.float32))
    places[1, 1] = 0
    weights, right = np.zeros((1, 25)), np.zeros(1)
    equations(picture.astype(np.float64), places, np.zeros((3, 3)), 1e-6, weights, right)
    starts, first = np.array([0, 1]), np.zeros(1, np.int64)
    solve((starts, first, np.ones(1)), first, envelope(starts, first, first), right, weights[0])


@njit(cache=True, nogil=True, fastmath=True)
def warp(  # noqa: PLR0917 - compiled code takes its arrays in order
    picture: Words, shifts: Floats, step_px: int, spans: Ints, y: Bytes, u: Bytes, v: Bytes, a: Bytes
) -> None:
    """Write planes from `picture` (H + 1, W + 1) in pairs of rows, within the columns `spans` (H / 2, 2).

    `shifts` (2, rows, columns) says how far off, in pixels, each place takes its colours from: x and y at the centres of squares of
    `step_px`, linear between, held beyond.
    """
    left, right = int(spans[:, 0].min()), int(spans[:, 1].max())
    wide, kept, sampled = np.zeros((2, 2, right - left), np.float32), np.full(2, -1, np.int64), np.zeros((2, right - left), np.uint64)
    places, words = np.zeros((3, right - left), np.int32), picture.ravel()
    for pair in range(spans.shape[0]):
        first, last = spans[pair, 0] - left, spans[pair, 1] - left
        if last <= first:
            continue
        for line in range(2):
            row = 2 * pair + line
            above, part = lines_at(shifts, step_px, row, left, wide, kept)
            aim(wide[above, :, first:last], wide[1 - above, :, first:last], part, row, left + first, picture.shape, places[:, first:last])
            fetch(words, picture.shape[1], places[:, first:last], sampled[line, first:last])
            _write_luma(sampled[line, first:last], y[row, left + first : left + last], a[row, left + first : left + last])
        here = slice((left + first) // 2, (left + last) // 2)
        _write_chroma(sampled[0, first:last], sampled[1, first:last], u[pair, here], v[pair, here])


@njit(nogil=True, fastmath=True)
def _write_luma(sampled: Words, y: Bytes, a: Bytes) -> None:
    for column in range(sampled.shape[0]):
        y[column] = (sampled[column] & LANE) + _ROUND_1 >> BYTE
        a[column] = (sampled[column] >> A_BITS) + _ROUND_1 >> BYTE


@njit(nogil=True, fastmath=True)
def _write_chroma(upper: Words, lower: Words, u: Bytes, v: Bytes) -> None:
    for column in range(u.shape[0]):
        first, second, third, fourth = upper[2 * column], upper[2 * column + 1], lower[2 * column], lower[2 * column + 1]
        across = (first >> U_BITS & LANE) + (second >> U_BITS & LANE) + (third >> U_BITS & LANE) + (fourth >> U_BITS & LANE)
        along = (first >> V_BITS & LANE) + (second >> V_BITS & LANE) + (third >> V_BITS & LANE) + (fourth >> V_BITS & LANE)
        u[column] = across + _ROUND_4 >> _FOUR_BYTES
        v[column] = along + _ROUND_4 >> _FOUR_BYTES
