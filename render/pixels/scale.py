"""A picture, or a part of it, at another size; exact to a part of a pixel."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from render.pixels.compiled import scale as loops
from render.pixels.compiled.bands import Places, Words, band_width, banded, scaled_by_bands
from render.pixels.compiled.vectors import LANES
from render.pixels.device import also_on_devices
from render.pixels.planes import Array, Planes
from render.pixels.taps import Taps, taps

Window = tuple[float, float, float, float]
"""Left, top, right, bottom in source pixels; need not be whole."""
Size = tuple[int, int]
"""Width and height."""
Sampler = Callable[[Array], Array]
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
    return sampled(source, (width_px, height_px), window or (0.0, 0.0, float(source.width_px), float(source.height_px)))


@also_on_devices
def sampled(source: Planes, size_px: Size, window: Window) -> Planes:
    """The same, whatever the sizes. What is worked out for one plane serves all planes of its size."""
    source_px, (left, top, right, bottom) = (source.width_px, source.height_px), window
    luma = _sampler(source_px, size_px, window)
    chroma = _sampler(halved(source_px), halved(size_px), (left / 2, top / 2, right / 2, bottom / 2))
    return Planes(luma(source.y), chroma(source.u), chroma(source.v), None if source.a is None else luma(source.a))


def halved(size_px: Size) -> Size:
    """Of a chroma plane."""
    return size_px[0] // 2, size_px[1] // 2


def axes(source_px: Size, size_px: Size, window: Window) -> tuple[Taps, Taps]:
    """Which rows, and which columns, make those of the result."""
    left, top, right, bottom = window
    return taps(source_px[1], size_px[1], top, bottom), taps(source_px[0], size_px[0], left, right)


def _sampler(source_px: Size, size_px: Size, window: Window) -> Sampler:
    """The quicker of the two ways to scale planes of one size."""
    rows, columns = axes(source_px, size_px, window)
    runs = band_width(columns.first, columns.weights.shape[1])
    if source_px[0] >= LANES and rows.weights.shape[1] in ROWS_NEAR and runs <= RUNS_NEAR:
        return partial(_filled, size_px, scaled_by_bands, (rows.first, rows.weights, *_banded(columns, runs)))
    return partial(_filled, size_px, loops.scaled, (rows.first, rows.weights, columns.first, columns.weights))


def _filled(size_px: Size, loop: Callable[..., None], arrays: tuple[npt.NDArray[Any], ...], plane: Array) -> Array:
    out = np.empty((size_px[1], size_px[0]), np.uint8)
    loop(plane, *arrays, out)
    return out


def _banded(columns: Taps, runs: int) -> tuple[Places, Words]:
    blocks = -(-columns.first.size // LANES)
    starts, band = np.empty(blocks, np.int32), np.empty((blocks, runs, LANES), np.uint16)
    banded(columns.first, columns.weights, starts, band)
    return starts, band
