"""A picture, or a part of it, at another size; exact to a part of a pixel."""

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from torch import Tensor

from render.pixels.compiled import scale as loops
from render.pixels.compiled.bands import Places, Words, band_width, banded, scaled_by_bands
from render.pixels.compiled.vectors import LANES
from render.pixels.planes import Planes
from render.pixels.taps import WEIGHT_SUM, Taps, taps

Window = tuple[float, float, float, float]
"""Left, top, right, bottom in source pixels; need not be whole."""
ROWS_NEAR: Final = (2, 3)
RUNS_NEAR: Final = 20
"""Near its own size a picture is scaled by bands: as far as an output row takes so many source rows, and a block so many runs."""


def scale(source: Planes, width_px: int, height_px: int, window: Window | None = None) -> Planes:
    """`window` of `source` (all of it by default) at `width_px` x `height_px`, both even; alpha too, where there is one.

    The result has memory of its own, also where nothing is to be scaled.
    """
    if (source.width_px, source.height_px) == (width_px, height_px) and window in {None, (0, 0, width_px, height_px)}:
        return source.clone()
    if not source.y.is_cpu:
        return scale_reference(source, width_px, height_px, window)
    return _each_plane(_scaled_compiled, source, width_px, height_px, window)


def scale_reference(source: Planes, width_px: int, height_px: int, window: Window | None = None) -> Planes:
    """`scale` in plain torch."""
    return _each_plane(_scaled, source, width_px, height_px, window)


def _each_plane(
    scaled: Callable[[Tensor, int, int, Window], Tensor], source: Planes, width_px: int, height_px: int, window: Window | None
) -> Planes:
    box = window or (0.0, 0.0, float(source.width_px), float(source.height_px))
    half: Window = (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2)
    y = scaled(source.y, width_px, height_px, box)
    u, v = (scaled(plane, width_px // 2, height_px // 2, half) for plane in (source.u, source.v))
    return Planes(y, u, v, None if source.a is None else scaled(source.a, width_px, height_px, box))


def _scaled_compiled(plane: Tensor, width: int, height: int, window: Window) -> Tensor:
    left, top, right, bottom = window
    rows, columns = taps(plane.shape[0], height, top, bottom), taps(plane.shape[1], width, left, right)
    out = torch.empty((height, width), dtype=torch.uint8)
    runs = band_width(columns.first, columns.weights.shape[1])
    if plane.shape[1] >= LANES and rows.weights.shape[1] in ROWS_NEAR and runs <= RUNS_NEAR:
        starts, band = _banded(columns, runs)
        scaled_by_bands(plane.numpy(), rows.first, rows.weights, starts, band, out.numpy())
    else:
        loops.scaled(plane.numpy(), rows.first, rows.weights, columns.first, columns.weights, out.numpy())
    return out


def _banded(columns: Taps, runs: int) -> tuple[Places, Words]:
    blocks = -(-columns.first.size // LANES)
    starts, band = np.empty(blocks, np.int32), np.empty((blocks, runs, LANES), np.uint16)
    banded(columns.first, columns.weights, starts, band)
    return starts, band


def _scaled(plane: Tensor, width: int, height: int, window: Window) -> Tensor:
    left, top, right, bottom = window
    rows = _combined(plane.float(), taps(plane.shape[0], height, top, bottom))
    return (_combined(rows.t(), taps(plane.shape[1], width, left, right)).t() + 0.5).to(torch.uint8).contiguous()


def _combined(rows: Tensor, axis: Taps) -> Tensor:
    """(m, w) float to (n, w): each output row the weighed sum of its source rows."""
    first = torch.from_numpy(axis.first).to(rows.device)
    weights = torch.from_numpy(axis.weights.astype(np.float32) / WEIGHT_SUM).to(rows.device)
    total = rows.index_select(0, first) * weights[:, :1]
    for tap in range(1, weights.shape[1]):
        total = total + rows.index_select(0, first + tap) * weights[:, tap : tap + 1]
    return total
