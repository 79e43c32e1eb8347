"""One picture over another (Porter and Duff's *over* on premultiplied code values), in place and inside its box.

With opacity o and alpha a of 0..255:  below := round((below * (255 * 255 - a * o) + above * 255 * o) / (255 * 255)).
Chroma takes the mean alpha of the 2x2 pixels under it. A layer at an odd place is first laid on the picture's own chroma grid.
"""

from typing import Any, Final

import numpy as np

from render.pixels.compiled import over as loops
from render.pixels.compiled.over import Box, Bytes, Words
from render.pixels.device import also_on_devices
from render.pixels.planes import Planes

OPAQUE: Final = 255


@also_on_devices
def over(below: Planes, above: Planes, x: int, y: int, opacity: int = 255) -> None:
    """Draw `above` on `below` with its top left at (x, y), which may be odd or outside; `below` has no alpha and is changed."""
    box = common(below, above, x, y)
    if box[0] >= box[2] or box[1] >= box[3] or opacity <= 0:
        return
    move_x, move_y = x % 2, y % 2
    if above.a is None and opacity == OPAQUE and not move_x and not move_y:
        _copy(below, above, box, x, y)
        return
    alpha = np.full(above.y.shape, OPAQUE, np.uint8) if above.a is None else above.a
    loops.over_luma(below.y, above.y, alpha, x, y, box, opacity)
    sums = _sums(alpha)
    chroma: list[Bytes] = [above.u, above.v]
    if move_x or move_y:
        moved = np.pad(alpha, ((move_y, move_y), (move_x, move_x)))
        chroma = [_regridded(plane, sums, moved, move_x, move_y) for plane in chroma]
        sums = _sums(moved)
    half = box[0] // 2, box[1] // 2, (box[2] + move_x) // 2, (box[3] + move_y) // 2
    for target, source in zip((below.u, below.v), chroma, strict=True):
        loops.over_chroma(target, source, sums, x // 2, y // 2, half, opacity)


def _sums(alpha: Bytes) -> Words:
    height, width = alpha.shape
    sums = np.empty((height // 2, width // 2), np.uint16)
    loops.alpha_sums(alpha, sums)
    return sums


def _regridded(plane: Bytes, sums: Words, moved: Bytes, move_x: int, move_y: int) -> Bytes:
    """`plane` on the chroma grid of `moved`, its own alpha moved by (move_x, move_y)."""
    height, width = moved.shape[0] // 2, moved.shape[1] // 2
    shares = np.zeros((height + move_y, width + move_x), np.float32)
    loops.chroma_shares(plane, sums, move_x, move_y, shares)
    out = np.empty((height, width), np.uint8)
    loops.chroma_moved(shares, moved, move_x, move_y, out)
    return out


def _copy(below: Planes, above: Planes, box: Box, x: int, y: int) -> None:
    here, there = slices(box, 0, 0), slices(box, x, y)
    below.y[here] = above.y[there]
    half_here, half_there = halved(here), halved(there)
    below.u[half_here] = above.u[half_there]
    below.v[half_here] = above.v[half_there]


def common(below: Planes[Any], above: Planes[Any], x: int, y: int) -> Box:
    """What of `below` lies under `above`: left, top, right, bottom; empty where right <= left."""
    right, bottom = min(x + above.width_px, below.width_px), min(y + above.height_px, below.height_px)
    return max(x, 0), max(y, 0), right, bottom


def slices(box: Box, x: int, y: int) -> tuple[slice, slice]:
    """The box's rows and columns in a picture that starts at (x, y)."""
    left, top, right, bottom = box
    return slice(top - y, bottom - y), slice(left - x, right - x)


def halved(box: tuple[slice, slice]) -> tuple[slice, slice]:
    """The same rows and columns of a chroma plane."""
    rows, columns = box
    return slice(rows.start // 2, rows.stop // 2), slice(columns.start // 2, columns.stop // 2)
