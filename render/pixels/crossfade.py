"""One picture giving way to another."""

import torch
from torch import Tensor

from render.pixels.planes import Planes


def crossfade(first: Planes, second: Planes, weight: int) -> Planes:
    """round(first * (256 - weight) / 256 + second * weight / 256) on every plane; `weight` 0..256; both of one size."""
    return crossfade_reference(first, second, weight)


def crossfade_reference(first: Planes, second: Planes, weight: int) -> Planes:
    """`crossfade` in plain torch."""
    y, u, v = (_mixed(one, two, weight) for one, two in ((first.y, second.y), (first.u, second.u), (first.v, second.v)))
    if first.a is None and second.a is None:
        return Planes(y, u, v)
    return Planes(y, u, v, _mixed(_alpha(first), _alpha(second), weight))


def _alpha(planes: Planes) -> Tensor:
    return torch.full_like(planes.y, 255) if planes.a is None else planes.a


def _mixed(first: Tensor, second: Tensor, weight: int) -> Tensor:
    return ((first.int() * (256 - weight) + second.int() * weight + 128) >> 8).to(torch.uint8)
