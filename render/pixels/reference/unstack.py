"""`render.pixels.unstack` in plain torch."""

import torch
from torch import Tensor

from render.pixels.planes import Planes
from render.pixels.reference.over import sum_2x2


def unstacked(stacked: Planes[Tensor]) -> Planes[Tensor]:
    """The upper half by the lower one."""
    height = stacked.height_px // 2
    alpha = stacked.y[height:].contiguous()
    mean = sum_2x2(alpha.int()) / 4
    u, v = (_times(plane[: height // 2], mean) for plane in (stacked.u, stacked.v))
    return Planes(_times(stacked.y[:height], alpha), u, v, alpha)


def _times(plane: Tensor, alpha: Tensor) -> Tensor:
    return (plane.float() * alpha.float() / 255 + 0.5).to(torch.uint8)
