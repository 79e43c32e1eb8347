"""One picture giving way to another."""

from collections.abc import Callable

import torch
from torch import Tensor

from render.pixels.compiled import mix as loops
from render.pixels.planes import Planes


def crossfade(first: Planes, second: Planes, weight: float) -> Planes:
    """round(first * (256 - weight) / 256 + second * weight / 256) on every plane; `weight` 0..256; both of one size.

    `weight` need not be whole (it counts to 1/256): over seconds, whole steps would show.
    """
    return _each_plane(_mixed_compiled if first.y.is_cpu else _mixed, first, second, weight)


def crossfade_reference(first: Planes, second: Planes, weight: float) -> Planes:
    """`crossfade` in plain torch."""
    return _each_plane(_mixed, first, second, weight)


def _each_plane(mixed: Callable[[Tensor, Tensor, int], Tensor], first: Planes, second: Planes, weight: float) -> Planes:
    fine = round(weight * 256)
    y, u, v = (mixed(one, two, fine) for one, two in ((first.y, second.y), (first.u, second.u), (first.v, second.v)))
    if first.a is None and second.a is None:
        return Planes(y, u, v)
    return Planes(y, u, v, mixed(_alpha(first), _alpha(second), fine))


def _mixed_compiled(first: Tensor, second: Tensor, weight: int) -> Tensor:
    out = torch.empty_like(first)
    loops.mixed(first.view(-1).numpy(), second.view(-1).numpy(), weight, out.view(-1).numpy())
    return out


def _alpha(planes: Planes) -> Tensor:
    return torch.full_like(planes.y, 255) if planes.a is None else planes.a


def _mixed(first: Tensor, second: Tensor, weight: int) -> Tensor:
    return ((first.int() * (65536 - weight) + second.int() * weight + 32768) >> 16).to(torch.uint8)
