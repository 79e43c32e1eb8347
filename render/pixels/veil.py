"""One picture coming over another pixel by pixel: each pixel has its time of arrival, and a soft edge runs through them."""

import math
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from render.pixels.compiled import veil as loops
from render.pixels.device import also_on_devices
from render.pixels.planes import Array, Planes
from render.timeline.document import Transition

LEVELS: Final = 4_096
"""Times of arrival are whole numbers up to this: fine enough that a soft edge shows no steps."""
EDGE_MIN: Final = 1 / 400
"""The hardest edge, as a share of the whole way: some two pixels."""
NOISE_CELLS: Final = 40
"""Cells of the coarsest noise along the shorter side: the same speckles at every size."""

Words = npt.NDArray[np.uint16]
Arrivals = tuple[Words, Words]
"""For luma (H, W) and for chroma (H/2, W/2): 0..LEVELS - 1."""

_Floats = npt.NDArray[np.float64]


@also_on_devices
def veil(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    """`second` over `first` when `share` (0..1) of the way is gone; both opaque and of one size. `way` says where it comes from."""
    luma, chroma = arrivals_of(way, first.width_px, first.height_px)
    weights = edge_weights(way.softness, share)
    y = _veiled(first.y, second.y, luma, weights)
    u, v = (_veiled(one, two, chroma, weights) for one, two in ((first.u, second.u), (first.v, second.v)))
    return Planes(y, u, v)


def edge_weights(softness: int, share: float) -> Words:
    """How much of the new picture a pixel shows by its time of arrival: (LEVELS,), 0..256; all of it at the end."""
    edge = max(softness / 1_000, EDGE_MIN)
    times = (np.arange(LEVELS) + 0.5) / LEVELS
    ramp: _Floats = ((share * (1 + edge) - times) / edge).clip(0, 1)
    return (ramp * ramp * (3 - 2 * ramp) * 256 + 0.5).astype(np.uint16)


def arrivals_of(way: Transition, width_px: int, height_px: int) -> Arrivals:
    """When each pixel changes: in the order of a wipe, a circle, a clock's hand, or of chance."""
    return _arrivals(way.model_copy(update={"duration": 0}), width_px, height_px)


@lru_cache(maxsize=8)
def _arrivals(way: Transition, width_px: int, height_px: int) -> Arrivals:
    make = {"wipe": _wipe, "circle": _circle, "clock": _clock, "dissolve": _speckles}[way.kind]
    luma, chroma = (_levels(make(way, *_centres(width_px, height_px, step))) for step in (1, 2))
    return luma, chroma


def _centres(width_px: int, height_px: int, step: int) -> tuple[_Floats, _Floats, tuple[int, int]]:
    """Pixel centres in pixels of the full picture, x (1, W) and y (H, 1), for planes reduced by `step`."""
    x, y = ((np.arange(side // step, dtype=np.float64) + 0.5) * step for side in (width_px, height_px))
    return x[None, :], y[:, None], (width_px, height_px)


def _levels(times: _Floats) -> Words:
    return np.ascontiguousarray(times.clip(0, 1) * (LEVELS - 1) + 0.5).astype(np.uint16)


def _wipe(way: Transition, x: _Floats, y: _Floats, size_px: tuple[int, int]) -> _Floats:
    across, down = np.broadcast_arrays(x / size_px[0], y / size_px[1])
    return {"right": across, "left": 1 - across, "down": down, "up": 1 - down}[way.direction]


def _circle(way: Transition, x: _Floats, y: _Floats, size_px: tuple[int, int]) -> _Floats:
    dx, dy = _from_middle(way, x, y, size_px)
    farthest = math.hypot(*(max(part, 10_000 - part) * side / 10_000 for part, side in zip((way.x, way.y), size_px, strict=True)))
    away: _Floats = np.hypot(dx, dy) / farthest
    return away


def _clock(way: Transition, x: _Floats, y: _Floats, size_px: tuple[int, int]) -> _Floats:
    """From twelve o'clock, clockwise."""
    dx, dy = _from_middle(way, x, y, size_px)
    return np.remainder(np.arctan2(dx, -dy) / (2 * np.pi), 1.0)


def _from_middle(way: Transition, x: _Floats, y: _Floats, size_px: tuple[int, int]) -> tuple[_Floats, _Floats]:
    dx, dy = x - way.x * size_px[0] / 10_000, y - way.y * size_px[1] / 10_000
    return dx, dy


def _speckles(_way: Transition, x: _Floats, y: _Floats, size_px: tuple[int, int]) -> _Floats:
    """Two octaves of value noise, every time of arrival as frequent as any other."""
    cells = NOISE_CELLS / min(size_px)
    noise = _noise(x * cells, y * cells, 1) * 2 + _noise(x * cells * 3, y * cells * 3, 2)
    ordered = np.sort(noise.ravel()[:: max(1, noise.size // 65_536)])
    return np.searchsorted(ordered, noise) / ordered.size


def _noise(x: _Floats, y: _Floats, seed: int) -> _Floats:
    """Smooth noise of 0..1 over a lattice of whole places that repeats after 256."""
    lattice = np.random.Generator(np.random.PCG64(seed)).random((256, 256))
    column, row = (np.floor(part).astype(np.intp) % 256 for part in (x, y))
    across, down = (3 * part**2 - 2 * part**3 for part in (x - np.floor(x), y - np.floor(y)))
    upper = lattice[row, column] * (1 - across) + lattice[row, (column + 1) % 256] * across
    lower = lattice[(row + 1) % 256, column] * (1 - across) + lattice[(row + 1) % 256, (column + 1) % 256] * across
    return upper * (1 - down) + lower * down


def _veiled(first: Array, second: Array, times: Words, weights: Words) -> Array:
    out = np.empty(first.shape, np.uint8)
    loops.veiled(first.reshape(-1), second.reshape(-1), times.reshape(-1), weights, out.reshape(-1))
    return out
