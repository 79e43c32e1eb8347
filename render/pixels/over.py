"""One picture over another (Porter and Duff's *over* on premultiplied code values), in place and inside its box.

With opacity o and alpha a of 0..255:  below := round((below * (255 * 255 - a * o) + above * 255 * o) / (255 * 255)).
Chroma takes the mean alpha of the 2x2 pixels under it. A layer at an odd place is first laid on the picture's own chroma grid.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from render.pixels.compiled import over as loops
from render.pixels.compiled.over import Box, Bytes, Words
from render.pixels.planes import Planes

OPAQUE: Final = 255


def over(below: Planes, above: Planes, x: int, y: int, opacity: int = 255) -> None:
    """Draw `above` on `below` with its top left at (x, y), which may be odd or outside; `below` has no alpha and is changed."""
    if below.y.is_cpu:
        _over_compiled(below, above, x, y, opacity)
    else:
        over_reference(below, above, x, y, opacity)


def over_reference(below: Planes, above: Planes, x: int, y: int, opacity: int = 255) -> None:
    """`over` in plain torch."""
    if x % 2 or y % 2:
        above, x, y = on_even_grid(above, x % 2, y % 2), x - x % 2, y - y % 2
    left, top, right, bottom = box = _common(below, above, x, y)
    if left >= right or top >= bottom or opacity <= 0:
        return
    here, there = _slices(box, 0, 0), _slices(box, x, y)
    half_here, half_there = _halved(here), _halved(there)
    alpha = None if above.a is None else above.a[there].int()
    _blend(below.y[here], above.y[there], None if alpha is None else alpha * 4, opacity)
    sums = None if alpha is None else sum_2x2(alpha)
    _blend(below.u[half_here], above.u[half_there], sums, opacity)
    _blend(below.v[half_here], above.v[half_there], sums, opacity)


def _over_compiled(below: Planes, above: Planes, x: int, y: int, opacity: int) -> None:
    box = _common(below, above, x, y)
    if box[0] >= box[2] or box[1] >= box[3] or opacity <= 0:
        return
    move_x, move_y = x % 2, y % 2
    if above.a is None and opacity == OPAQUE and not move_x and not move_y:
        _copy(below, above, box, x, y)
        return
    alpha = np.full(above.y.shape, OPAQUE, np.uint8) if above.a is None else above.a.numpy()
    loops.over_luma(below.y.numpy(), above.y.numpy(), alpha, x, y, box, opacity)
    sums = _sums(alpha)
    chroma: list[Bytes] = [above.u.numpy(), above.v.numpy()]
    if move_x or move_y:
        moved = np.pad(alpha, ((move_y, move_y), (move_x, move_x)))
        chroma = [_regridded(plane, sums, moved, move_x, move_y) for plane in chroma]
        sums = _sums(moved)
    half = box[0] // 2, box[1] // 2, (box[2] + move_x) // 2, (box[3] + move_y) // 2
    for target, source in zip((below.u, below.v), chroma, strict=True):
        loops.over_chroma(target.numpy(), source, sums, x // 2, y // 2, half, opacity)


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
    here, there = _slices(box, 0, 0), _slices(box, x, y)
    below.y[here] = above.y[there]
    half_here, half_there = _halved(here), _halved(there)
    below.u[half_here] = above.u[half_there]
    below.v[half_here] = above.v[half_there]


def _common(below: Planes, above: Planes, x: int, y: int) -> Box:
    """What of `below` lies under `above`: left, top, right, bottom; empty where right <= left."""
    right, bottom = min(x + above.width_px, below.width_px), min(y + above.height_px, below.height_px)
    return max(x, 0), max(y, 0), right, bottom


def _slices(box: Box, x: int, y: int) -> tuple[slice, slice]:
    """The box's rows and columns in a picture that starts at (x, y)."""
    left, top, right, bottom = box
    return slice(top - y, bottom - y), slice(left - x, right - x)


def on_even_grid(source: Planes, shift_x: int, shift_y: int) -> Planes:
    """`source` moved right and down by 0 or 1 pixels on a larger, transparent picture of even size.

    A chroma sample of the new grid is the mean of its pixels' premultiplied chroma; a pixel's is its block's chroma times its own
    alpha over the block's mean alpha.
    """
    height, width = source.height_px, source.width_px
    alpha = torch.full_like(source.y, 255) if source.a is None else source.a
    pad = (shift_x, shift_x, shift_y, shift_y)
    moved = [torch.nn.functional.pad(plane, pad) for plane in (source.y, alpha)]
    share = alpha.float() / _doubled(sum_2x2(alpha.int()).clamp(min=1).float(), height, width) * 4
    chroma = [torch.nn.functional.pad(_doubled(plane.float(), height, width) * share, pad) for plane in (source.u, source.v)]
    u, v = ((sum_2x2(plane) / 4 + 0.5).clamp(0, 255).to(torch.uint8) for plane in chroma)
    return Planes(moved[0], u, v, moved[1])


def sum_2x2(plane: Tensor) -> Tensor:
    """(H, W) to (H/2, W/2)."""
    return plane[0::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 0::2] + plane[1::2, 1::2]


def _halved(box: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = box
    return slice(rows.start // 2, rows.stop // 2), slice(columns.start // 2, columns.stop // 2)


def _doubled(plane: Tensor, height: int, width: int) -> Tensor:
    return plane[:, None, :, None].expand(-1, 2, -1, 2).reshape(height, width)


def _blend(below: Tensor, above: Tensor, alpha_4: Tensor | None, opacity: int) -> None:
    """In place; `alpha_4` is four times the alpha, 0..1020, or None for opaque."""
    whole = 1020 * 255
    cover = 1020 * opacity if alpha_4 is None else alpha_4 * opacity
    total = below.int() * (whole - cover) + above.int() * (1020 * opacity)
    below.copy_(((total + whole // 2) // whole).clamp(max=255))
