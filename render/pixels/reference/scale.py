"""`render.pixels.scale` in plain torch."""

import numpy as np
import torch
from torch import Tensor

from render.pixels.planes import Planes
from render.pixels.scale import Size, Window, axes, halved
from render.pixels.taps import WEIGHT_SUM, Taps


def sampled(source: Planes[Tensor], size_px: Size, window: Window) -> Planes[Tensor]:
    """Rows first, then columns."""
    source_px, (left, top, right, bottom) = (source.width_px, source.height_px), window
    luma = axes(source_px, size_px, window)
    chroma = axes(halved(source_px), halved(size_px), (left / 2, top / 2, right / 2, bottom / 2))
    u, v = (_plane(plane, *chroma) for plane in (source.u, source.v))
    return Planes(_plane(source.y, *luma), u, v, None if source.a is None else _plane(source.a, *luma))


def _plane(plane: Tensor, rows: Taps, columns: Taps) -> Tensor:
    return (_combined(_combined(plane.float(), rows).t(), columns).t() + 0.5).to(torch.uint8).contiguous()


def _combined(rows: Tensor, axis: Taps) -> Tensor:
    """(m, w) float to (n, w): each output row the weighed sum of its source rows."""
    first = torch.from_numpy(axis.first).to(rows.device)
    weights = torch.from_numpy(axis.weights.astype(np.float32) / WEIGHT_SUM).to(rows.device)
    total = rows.index_select(0, first) * weights[:, :1]
    for tap in range(1, weights.shape[1]):
        total = total + rows.index_select(0, first + tap) * weights[:, tap : tap + 1]
    return total
