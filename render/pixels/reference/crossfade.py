"""`render.pixels.crossfade` in plain torch."""

import torch
from torch import Tensor

from render.pixels.planes import Planes


def crossfade(first: Planes[Tensor], second: Planes[Tensor], weight: float) -> Planes[Tensor]:
    """`weight` 0..256, counted to 1/256."""
    fine = round(weight * 256)
    y, u, v = (_mixed(one, two, fine) for one, two in ((first.y, second.y), (first.u, second.u), (first.v, second.v)))
    if first.a is None and second.a is None:
        return Planes(y, u, v)
    return Planes(y, u, v, _mixed(_alpha(first), _alpha(second), fine))


def _alpha(planes: Planes[Tensor]) -> Tensor:
    return torch.full_like(planes.y, 255) if planes.a is None else planes.a


def _mixed(first: Tensor, second: Tensor, weight: int) -> Tensor:
    return ((first.int() * (65536 - weight) + second.int() * weight + 32768) >> 16).to(torch.uint8)
