"""A picture, or a part of it, at another size; exact to a part of a pixel."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from render.pixels.compiled import scale as loops
from render.pixels.compiled.bands import Places, Words, band_width, banded, scaled_by_bands
from render.pixels.compiled.vectors import LANES
from render.pixels.planes import Planes
from render.pixels.taps import WEIGHT_SUM, Taps, taps

Window = tuple[float, float, float, float]
"""Left, top, right, bottom in source pixels; need not be whole."""
Size = tuple[int, int]
"""Width and height."""
Sampler = Callable[[Tensor], Tensor]
"""Scales one plane."""
ROWS_NEAR: Final = (2, 3)
RUNS_NEAR: Final = 20
"""Near its own size a picture is scaled by bands: as far as an output row takes so many source rows, and a block so many runs."""


def scale(source: Planes, width_px: int, height_px: int, window: Window | None = None) -> Planes:
    """`window` of `source` (all of it by default) at `width_px` x `height_px`, both even; alpha too, where there is one.

    The result has memory of its own, also where nothing is to be scaled.
    """
    if (source.width_px, source.height_px) == (width_px, height_px) and window in {None, (0, 0, width_px, height_px)}:
        return source.clone()
    return _each_plane(_compiled if source.y.is_cpu else _plain, source, (width_px, height_px), window)


def scale_reference(source: Planes, width_px: int, height_px: int, window: Window | None = None) -> Planes:
    """`scale` in plain torch."""
    return _each_plane(_plain, source, (width_px, height_px), window)


def _each_plane(sampler: Callable[[Size, Size, Window], Sampler], source: Planes, size_px: Size, window: Window | None) -> Planes:
    """What is worked out for one plane serves all planes of its size."""
    source_px = source.width_px, source.height_px
    left, top, right, bottom = window or (0.0, 0.0, float(source.width_px), float(source.height_px))
    luma = sampler(source_px, size_px, (left, top, right, bottom))
    chroma = sampler(_halved(source_px), _halved(size_px), (left / 2, top / 2, right / 2, bottom / 2))
    return Planes(luma(source.y), chroma(source.u), chroma(source.v), None if source.a is None else luma(source.a))


def _halved(size_px: Size) -> Size:
    return size_px[0] // 2, size_px[1] // 2


def _compiled(source_px: Size, size_px: Size, window: Window) -> Sampler:
    """The quicker of the two ways to scale planes of one size."""
    rows, columns = _axes(source_px, size_px, window)
    runs = band_width(columns.first, columns.weights.shape[1])
    if source_px[0] >= LANES and rows.weights.shape[1] in ROWS_NEAR and runs <= RUNS_NEAR:
        return partial(_filled, size_px, scaled_by_bands, (rows.first, rows.weights, *_banded(columns, runs)))
    return partial(_filled, size_px, loops.scaled, (rows.first, rows.weights, columns.first, columns.weights))


def _filled(size_px: Size, loop: Callable[..., None], arrays: tuple[npt.NDArray[Any], ...], plane: Tensor) -> Tensor:
    out = np.empty((size_px[1], size_px[0]), np.uint8)
    loop(plane.numpy(), *arrays, out)
    return torch.from_numpy(out)


def _axes(source_px: Size, size_px: Size, window: Window) -> tuple[Taps, Taps]:
    left, top, right, bottom = window
    return taps(source_px[1], size_px[1], top, bottom), taps(source_px[0], size_px[0], left, right)


def _banded(columns: Taps, runs: int) -> tuple[Places, Words]:
    blocks = -(-columns.first.size // LANES)
    starts, band = np.empty(blocks, np.int32), np.empty((blocks, runs, LANES), np.uint16)
    banded(columns.first, columns.weights, starts, band)
    return starts, band


def _plain(source_px: Size, size_px: Size, window: Window) -> Sampler:
    rows, columns = _axes(source_px, size_px, window)
    return lambda plane: (_combined(_combined(plane.float(), rows).t(), columns).t() + 0.5).to(torch.uint8).contiguous()


def _combined(rows: Tensor, axis: Taps) -> Tensor:
    """(m, w) float to (n, w): each output row the weighed sum of its source rows."""
    first = torch.from_numpy(axis.first).to(rows.device)
    weights = torch.from_numpy(axis.weights.astype(np.float32) / WEIGHT_SUM).to(rows.device)
    total = rows.index_select(0, first) * weights[:, :1]
    for tap in range(1, weights.shape[1]):
        total = total + rows.index_select(0, first + tap) * weights[:, tap : tap + 1]
    return total
