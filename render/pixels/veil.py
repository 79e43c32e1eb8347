"""One picture coming over another pixel by pixel: each pixel has its time of arrival, and a soft edge runs through them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from torch import Tensor

from render.pixels.compiled import veil as loops
from render.pixels.planes import Planes
from render.timeline.document import Transition

LEVELS: Final = 4_096
"""Times of arrival are whole numbers up to this: fine enough that a soft edge shows no steps."""
EDGE_MIN: Final = 1 / 400
"""The hardest edge, as a share of the whole way: some two pixels."""
NOISE_CELLS: Final = 40
"""Cells of the coarsest noise along the shorter side: the same speckles at every size."""

Arrivals = tuple[Tensor, Tensor]
"""For luma (H, W) and for chroma (H/2, W/2): int16, 0..LEVELS - 1."""


def veil(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    """`second` over `first` when `share` (0..1) of the way is gone; both opaque and of one size. `way` says where it comes from."""
    return _each_plane(_veiled_compiled if first.y.is_cpu else _veiled, first, second, way, share)


def veil_reference(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    """`veil` in plain torch."""
    return _each_plane(_veiled, first, second, way, share)


def _each_plane(
    veiled: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor], first: Planes, second: Planes, way: Transition, share: float
) -> Planes:
    luma, chroma = arrivals(way.model_copy(update={"duration": 0}), first.width_px, first.height_px, str(first.y.device))
    weights = edge_weights(way.softness, share).to(first.y.device)
    y = veiled(first.y, second.y, luma, weights)
    u, v = (veiled(one, two, chroma, weights) for one, two in ((first.u, second.u), (first.v, second.v)))
    return Planes(y, u, v)


def edge_weights(softness: int, share: float) -> Tensor:
    """How much of the new picture a pixel shows by its time of arrival: int16 (LEVELS,), 0..256; all of it at the end."""
    edge = max(softness / 1_000, EDGE_MIN)
    times = (torch.arange(LEVELS, dtype=torch.float64) + 0.5) / LEVELS
    ramp = ((share * (1 + edge) - times) / edge).clamp(0, 1)
    return (ramp * ramp * (3 - 2 * ramp) * 256 + 0.5).to(torch.int16)


@lru_cache(maxsize=8)
def arrivals(way: Transition, width_px: int, height_px: int, device: str) -> Arrivals:
    """When each pixel changes: in the order of a wipe, a circle, a clock's hand, or of chance."""
    make = {"wipe": _wipe, "circle": _circle, "clock": _clock, "dissolve": _speckles}[way.kind]
    luma, chroma = (_levels(make(way, *_centres(width_px, height_px, step))).to(device) for step in (1, 2))
    return luma, chroma


def _centres(width_px: int, height_px: int, step: int) -> tuple[Tensor, Tensor, tuple[int, int]]:
    """Pixel centres in pixels of the full picture, x (1, W) and y (H, 1), for planes reduced by `step`."""
    x = (torch.arange(width_px // step, dtype=torch.float64) + 0.5) * step
    y = (torch.arange(height_px // step, dtype=torch.float64) + 0.5) * step
    return x[None, :], y[:, None], (width_px, height_px)


def _levels(times: Tensor) -> Tensor:
    return (times.clamp(0, 1) * (LEVELS - 1) + 0.5).to(torch.int16).contiguous()


def _wipe(way: Transition, x: Tensor, y: Tensor, size_px: tuple[int, int]) -> Tensor:
    across, down = (x / size_px[0]).expand(y.shape[0], -1), (y / size_px[1]).expand(-1, x.shape[1])
    return {"right": across, "left": 1 - across, "down": down, "up": 1 - down}[way.direction]


def _circle(way: Transition, x: Tensor, y: Tensor, size_px: tuple[int, int]) -> Tensor:
    dx, dy = _from_middle(way, x, y, size_px)
    width, height = size_px
    farthest = torch.hypot(*(torch.tensor(max(part, 10_000 - part) * side / 10_000) for part, side in ((way.x, width), (way.y, height))))
    return torch.hypot(dx, dy) / farthest


def _clock(way: Transition, x: Tensor, y: Tensor, size_px: tuple[int, int]) -> Tensor:
    """From twelve o'clock, clockwise."""
    dx, dy = _from_middle(way, x, y, size_px)
    return torch.remainder(torch.atan2(dx, -dy) / (2 * torch.pi), 1.0)


def _from_middle(way: Transition, x: Tensor, y: Tensor, size_px: tuple[int, int]) -> tuple[Tensor, Tensor]:
    dx, dy = x - way.x * size_px[0] / 10_000, y - way.y * size_px[1] / 10_000
    return dx.expand(y.shape[0], -1), dy.expand(-1, x.shape[1])


def _speckles(_way: Transition, x: Tensor, y: Tensor, size_px: tuple[int, int]) -> Tensor:
    """Two octaves of value noise, every time of arrival as frequent as any other."""
    cells = NOISE_CELLS / min(size_px)
    noise = _noise(x * cells, y * cells, 1) * 2 + _noise(x * cells * 3, y * cells * 3, 2)
    ordered = torch.sort(noise.flatten()[:: max(1, noise.numel() // 65_536)]).values
    return torch.searchsorted(ordered, noise.contiguous()).double() / ordered.numel()


def _noise(x: Tensor, y: Tensor, seed: int) -> Tensor:
    """Smooth noise of 0..1 over a lattice of whole places that repeats after 256."""
    lattice = torch.from_numpy(np.random.Generator(np.random.PCG64(seed)).random((256, 256)))
    column, row = x.floor().long() % 256, y.floor().long() % 256
    across, down = (3 * part**2 - 2 * part**3 for part in (x - x.floor(), y - y.floor()))
    upper = lattice[row, column] * (1 - across) + lattice[row, (column + 1) % 256] * across
    lower = lattice[(row + 1) % 256, column] * (1 - across) + lattice[(row + 1) % 256, (column + 1) % 256] * across
    return upper * (1 - down) + lower * down


def _veiled_compiled(first: Tensor, second: Tensor, times: Tensor, weights: Tensor) -> Tensor:
    out = torch.empty_like(first)
    loops.veiled(
        first.view(-1).numpy(),
        second.view(-1).numpy(),
        times.view(-1).numpy().view(np.uint16),
        weights.numpy().view(np.uint16),
        out.view(-1).numpy(),
    )
    return out


def _veiled(first: Tensor, second: Tensor, times: Tensor, weights: Tensor) -> Tensor:
    weight = weights[times.long()].int()
    return ((first.int() * (256 - weight) + second.int() * weight + 128) >> 8).to(torch.uint8)
