"""Premultiplied planes as straight ones, for files that keep their colour apart from their alpha."""

import torch
from torch import Tensor

from render.pixels.over import sum_2x2
from render.pixels.planes import Planes

BLACK: int = 16
GREY: int = 128
"""What stands where nothing is seen."""


def straight(planes: Planes) -> Planes:
    """Every code value divided by its alpha (0..255); chroma by the mean alpha of the 2x2 pixels under it. Opaque planes get an alpha."""
    if planes.a is None:
        return Planes(planes.y, planes.u, planes.v, torch.full_like(planes.y, 255))
    alpha, mean = planes.a.float(), sum_2x2(planes.a.int()).float() / 4
    return Planes(_divided(planes.y, alpha, BLACK), _divided(planes.u, mean, GREY), _divided(planes.v, mean, GREY), planes.a)


def _divided(plane: Tensor, alpha: Tensor, unseen: int) -> Tensor:
    whole = (plane.float() * 255 / alpha.clamp(min=1) + 0.5).clamp(max=255)
    return torch.where(alpha > 0, whole, torch.full_like(whole, unseen)).to(torch.uint8)
