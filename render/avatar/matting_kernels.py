"""The compiled loops of `closed_form` and `matting`. Pictures are (H, W, 3) float, R'G'B' 0 to 1."""

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from render.avatar.sampling import Floats

REACH: Final = 2
"""A pixel's equation knows its neighbours so far to each side."""
STILL: Final = 0.018
"""A change by so much, of full scale, and the outline hardly keeps what it was."""
HOLD: Final = 0.55
"""Of its former alpha, a pixel in a picture that stands keeps so much."""
OWN_FROM: Final = 0.9
"""From this alpha on a pixel's own colour is the person's, more and more."""
_SIDE: Final = 3
_SPAN: Final = 2 * REACH + 1
_BLUR: Final = 4
_ONE, _ZERO, _HALF = np.float32(1.0), np.float32(0.0), np.float32(0.5)
_STILL, _HOLD, _OWN = np.float32(STILL), np.float32(HOLD), np.float32(OWN_FROM)
_BLURRED: Final = np.float32((2 * _BLUR + 1) ** 2)
Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]


@njit(cache=True, nogil=True, fastmath=True)
def equations(  # noqa: PLR0917 - compiled code takes its arrays in order
    picture: Doubles, places: Longs, known: Doubles, epsilon: float, weights: Doubles, right: Doubles
) -> None:
    """Write the matting Laplacian's rows of the pixels in doubt (Levin and others, 2008, equation 12), and what the known pixels add.

    `places` (h, w) numbers the pixels in doubt, -1 elsewhere; `known` (h, w) is the alpha of the others. `weights` (n, 25) are by
    neighbour, row by row from the upper left; `right` (n,) is what stands on the other side of the equations.
    """
    weights[:], right[:] = 0.0, 0.0
    centred, turned = np.empty((9, 3)), np.empty((9, 3))
    for y in range(1, picture.shape[0] - 1):
        for x in range(1, picture.shape[1] - 1):
            if _in_doubt(places, y, x):
                _window(picture, y, x, epsilon, centred, turned)
                for i in range(9):
                    row = places[y + i // _SIDE - 1, x + i % _SIDE - 1]
                    if row < 0:
                        continue
                    for j in range(9):
                        down, across = j // _SIDE - i // _SIDE, j % _SIDE - i % _SIDE
                        alike = turned[i, 0] * centred[j, 0] + turned[i, 1] * centred[j, 1] + turned[i, 2] * centred[j, 2]
                        weight = (1.0 if i == j else 0.0) - (1.0 + alike) / 9.0
                        y_of, x_of = y + j // _SIDE - 1, x + j % _SIDE - 1
                        if places[y_of, x_of] < 0:
                            right[row] -= weight * known[y_of, x_of]
                        else:
                            weights[row, (down + REACH) * _SPAN + across + REACH] += weight


@njit(nogil=True, inline="always")
def _in_doubt(places: Longs, y: int, x: int) -> bool:
    for down in range(-1, 2):
        for across in range(-1, 2):
            if places[y + down, x + across] >= 0:
                return True
    return False


@njit(nogil=True, fastmath=True)
def _window(  # noqa: PLR0917
    picture: Doubles, y: int, x: int, epsilon: float, centred: Doubles, turned: Doubles
) -> None:
    """The colours of 3 x 3 pixels about their mean, as they are and times the inverse of their covariance."""
    for part in range(3):
        mean = 0.0
        for i in range(9):
            centred[i, part] = picture[y + i // _SIDE - 1, x + i % _SIDE - 1, part]
            mean += centred[i, part]
        for i in range(9):
            centred[i, part] -= mean / 9.0
    a, b, c, d, e, f = epsilon, 0.0, 0.0, epsilon, 0.0, epsilon
    for i in range(9):
        red, green, blue = centred[i, 0], centred[i, 1], centred[i, 2]
        a, b, c = a + red * red, b + red * green, c + red * blue
        d, e, f = d + green * green, e + green * blue, f + blue * blue
    over = 9.0 / (a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d))
    for i in range(9):
        red, green, blue = centred[i, 0], centred[i, 1], centred[i, 2]
        turned[i, 0] = over * ((d * f - e * e) * red + (c * e - b * f) * green + (b * e - c * d) * blue)
        turned[i, 1] = over * ((c * e - b * f) * red + (a * f - c * c) * green + (b * c - a * e) * blue)
        turned[i, 2] = over * ((b * e - c * d) * red + (b * c - a * e) * green + (a * d - b * b) * blue)


@njit(cache=True, nogil=True)
def envelope(starts: Longs, columns: Longs, order: Longs) -> tuple[Longs, Longs]:
    """Of a symmetric matrix (compressed rows) in another `order`: the first column of each row, and where each row's entries begin."""
    count = len(order)
    place, firsts, begins = np.empty(count, np.int64), np.empty(count, np.int64), np.zeros(count + 1, np.int64)
    for i in range(count):
        place[order[i]] = i
    for i in range(count):
        firsts[i] = i
        for k in range(starts[order[i]], starts[order[i] + 1]):
            firsts[i] = min(firsts[i], place[columns[k]])
        begins[i + 1] = begins[i] + i - firsts[i] + 1
    return firsts, begins


@njit(cache=True, nogil=True, fastmath=True)
def solve(rows: tuple[Longs, Longs, Doubles], order: Longs, shape: tuple[Longs, Longs], right: Doubles, answer: Doubles) -> None:
    """Solve a symmetric positive definite matrix (compressed rows), factorised (Cholesky) within its envelope (`shape`) in this `order`."""
    firsts, begins = shape
    count = len(order)
    factor, found = _lower(rows, order, shape), np.empty(count)
    for i in range(count):
        at, first = begins[i] - firsts[i], firsts[i]
        for j in range(first, i):
            factor[at + j] -= _product(factor, at, begins[j] - firsts[j], max(first, firsts[j]), j)
            factor[at + j] /= factor[begins[j + 1] - 1]
        factor[at + i] = np.sqrt(factor[at + i] - _product(factor, at, at, first, i))
        total = right[order[i]]
        for j in range(first, i):
            total -= factor[at + j] * found[j]
        found[i] = total / factor[at + i]
    for i in range(count - 1, -1, -1):
        at = begins[i] - firsts[i]
        found[i] /= factor[at + i]
        for j in range(firsts[i], i):
            found[j] -= factor[at + j] * found[i]
        answer[order[i]] = found[i]


@njit(nogil=True)
def _lower(rows: tuple[Longs, Longs, Doubles], order: Longs, shape: tuple[Longs, Longs]) -> Doubles:
    """The lower half of the matrix, filled up with zeros to its envelope."""
    starts, columns, values = rows
    firsts, begins = shape
    place, lower = np.empty(len(order), np.int64), np.zeros(begins[-1])
    for i in range(len(order)):
        place[order[i]] = i
    for i in range(len(order)):
        for k in range(starts[order[i]], starts[order[i] + 1]):
            if place[columns[k]] <= i:
                lower[begins[i] - firsts[i] + place[columns[k]]] = values[k]
    return lower


@njit(nogil=True, fastmath=True)
def _product(factor: Doubles, one: int, other: int, start: int, end: int) -> float:
    """Of two rows, from column `start` up to `end`."""
    first, second = factor[one + start : one + end], factor[other + start : other + end]
    total = 0.0
    for k in range(end - start):
        total += first[k] * second[k]
    return total


@njit(cache=True, nogil=True, fastmath=True)
def steady(picture: Floats, before: Floats, alpha_before: Floats, alpha: Floats) -> None:
    """Have `alpha` (H, W) keep part of `alpha_before` where the picture is what it was `before`."""
    height, width = alpha.shape
    rows = np.zeros(width, np.float32)
    changed = np.empty((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            changed[y, x] = max(
                abs(picture[y, x, 0] - before[y, x, 0]), abs(picture[y, x, 1] - before[y, x, 1]), abs(picture[y, x, 2] - before[y, x, 2])
            )
    for y in range(min(_BLUR, height)):
        rows += changed[y]
    for y in range(height):
        if y + _BLUR < height:
            rows += changed[y + _BLUR]
        if y > _BLUR:
            rows -= changed[y - _BLUR - 1]
        _kept(rows, alpha_before[y], alpha[y])


@njit(nogil=True, fastmath=True)
def _kept(rows: Floats, before: Floats, alpha: Floats) -> None:
    """One row of `steady`: `rows` sums the change over the rows around."""
    width = rows.shape[0]
    moved = _ZERO
    for x in range(min(_BLUR, width)):
        moved += rows[x]
    for x in range(width):
        if x + _BLUR < width:
            moved += rows[x + _BLUR]
        if x > _BLUR:
            moved -= rows[x - _BLUR - 1]
        if before[x] != alpha[x]:
            part = max(moved, _ZERO) / _BLURRED / _STILL
            alpha[x] += (before[x] - alpha[x]) * _HOLD * np.exp(-part * part)


@njit(cache=True, nogil=True, fastmath=True)
def coloured(picture: Floats, own: Floats, alpha: Floats, cut: Floats) -> None:
    """Write straight colours and alpha, `cut` (H, W, 4): along the outline the person's `own` colours (h, w, 3), known more coarsely."""
    height, width = alpha.shape
    for y in range(height):
        for x in range(width):
            cover = alpha[y, x]
            cut[y, x, 3] = cover
            share = min(max((cover - _OWN) / (_ONE - _OWN), _ZERO), _ONE)
            for part in range(3):
                cut[y, x, part] = picture[y, x, part] * share
            if cover > _ZERO and share < _ONE:
                _lay(own, y, x, _ONE - share, cut)


@njit(nogil=True, fastmath=True, inline="always")
def _lay(own: Floats, y: int, x: int, share: np.float32, cut: Floats) -> None:
    """Add a share of `own`, linear between its pixels."""
    row = max((np.float32(y) + _HALF) * np.float32(own.shape[0]) / np.float32(cut.shape[0]) - _HALF, _ZERO)
    column = max((np.float32(x) + _HALF) * np.float32(own.shape[1]) / np.float32(cut.shape[1]) - _HALF, _ZERO)
    i, j = np.int64(row), np.int64(column)
    below, beside = min(i + 1, own.shape[0] - 1), min(j + 1, own.shape[1] - 1)
    down, right = row - np.float32(i), column - np.float32(j)
    for part in range(3):
        upper = own[i, j, part] + (own[i, beside, part] - own[i, j, part]) * right
        lower = own[below, j, part] + (own[below, beside, part] - own[below, j, part]) * right
        cut[y, x, part] += share * (upper + (lower - upper) * down)
