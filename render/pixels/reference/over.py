"""`render.pixels.over` in plain torch."""

import torch
from torch import Tensor

from render.pixels.over import common, halved, slices
from render.pixels.planes import Planes


def over(below: Planes[Tensor], above: Planes[Tensor], x: int, y: int, opacity: int = 255) -> None:
    """In place."""
    if x % 2 or y % 2:
        above, x, y = on_even_grid(above, x % 2, y % 2), x - x % 2, y - y % 2
    left, top, right, bottom = box = common(below, above, x, y)
    if left >= right or top >= bottom or opacity <= 0:
        return
    here, there = slices(box, 0, 0), slices(box, x, y)
    half_here, half_there = halved(here), halved(there)
    alpha = None if above.a is None else above.a[there].int()
    _blend(below.y[here], above.y[there], None if alpha is None else alpha * 4, opacity)
    sums = None if alpha is None else sum_2x2(alpha)
    _blend(below.u[half_here], above.u[half_there], sums, opacity)
    _blend(below.v[half_here], above.v[half_there], sums, opacity)


def on_even_grid(source: Planes[Tensor], shift_x: int, shift_y: int) -> Planes[Tensor]:
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


def _doubled(plane: Tensor, height: int, width: int) -> Tensor:
    return plane[:, None, :, None].expand(-1, 2, -1, 2).reshape(height, width)


def _blend(below: Tensor, above: Tensor, alpha_4: Tensor | None, opacity: int) -> None:
    """In place; `alpha_4` is four times the alpha, 0..1020, or None for opaque."""
    whole = 1020 * 255
    cover = 1020 * opacity if alpha_4 is None else alpha_4 * opacity
    total = below.int() * (whole - cover) + above.int() * (1020 * opacity)
    below.copy_(((total + whole // 2) // whole).clamp(max=255))
