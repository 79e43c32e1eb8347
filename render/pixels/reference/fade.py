"""`render.pixels.fade` in plain torch."""

import torch
from torch import Tensor

from render.pixels.planes import Planes


def fade(planes: Planes[Tensor], opacity: int) -> Planes[Tensor]:
    """`opacity` 0..255."""
    alpha = torch.full_like(planes.y, 255) if planes.a is None else planes.a
    y, u, v, a = (((plane.int() * opacity + 127) // 255).to(torch.uint8) for plane in (planes.y, planes.u, planes.v, alpha))
    return Planes(y, u, v, a)
