"""A picture made more transparent."""

import torch

from render.pixels.planes import Planes


def fade(planes: Planes, opacity: int) -> Planes:
    """`planes` with every plane and its alpha times `opacity` (0..255) over 255; opaque planes gain an alpha plane."""
    alpha = torch.full_like(planes.y, 255) if planes.a is None else planes.a
    y, u, v, a = (((plane.int() * opacity + 127) // 255).to(torch.uint8) for plane in (planes.y, planes.u, planes.v, alpha))
    return Planes(y, u, v, a)
