"""A picture, or a part of it, at another size; exact to a part of a pixel."""

import torch
from torch import Tensor

from render.pixels.planes import Planes
from render.pixels.taps import Taps, taps

Window = tuple[float, float, float, float]
"""Left, top, right, bottom in source pixels; need not be whole."""


def scale(source: Planes, width_px: int, height_px: int, window: Window | None = None) -> Planes:
    """`window` of `source` (all of it by default) at `width_px` x `height_px`, both even; alpha too, where there is one."""
    return scale_reference(source, width_px, height_px, window)


def scale_reference(source: Planes, width_px: int, height_px: int, window: Window | None = None) -> Planes:
    """`scale` in plain torch."""
    box = window or (0.0, 0.0, float(source.width_px), float(source.height_px))
    half: Window = (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2)
    y = _scaled(source.y, width_px, height_px, box)
    u, v = (_scaled(plane, width_px // 2, height_px // 2, half) for plane in (source.u, source.v))
    return Planes(y, u, v, None if source.a is None else _scaled(source.a, width_px, height_px, box))


def _scaled(plane: Tensor, width: int, height: int, window: Window) -> Tensor:
    left, top, right, bottom = window
    rows = _combined(plane.float(), taps(plane.shape[0], height, top, bottom))
    return (_combined(rows.t(), taps(plane.shape[1], width, left, right)).t() + 0.5).to(torch.uint8).contiguous()


def _combined(rows: Tensor, axis: Taps) -> Tensor:
    """(m, w) float to (n, w): each output row the weighed sum of its source rows."""
    first = torch.from_numpy(axis.first).to(rows.device)
    weights = torch.from_numpy(axis.weights).to(rows.device)
    total = rows.index_select(0, first) * weights[:, :1]
    for tap in range(1, weights.shape[1]):
        total = total + rows.index_select(0, first + tap) * weights[:, tap : tap + 1]
    return total
