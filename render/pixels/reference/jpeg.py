"""`render.pixels.jpeg` in plain torch."""

import torch
from torch import Tensor

from render.pixels import colour
from render.pixels.planes import Planes


def jpeg_planes(planes: Planes[Tensor]) -> Planes[Tensor]:
    """Full-range BT.601."""
    u, v = planes.u.float() - 128, planes.v.float() - 128
    tint = colour.JPEG_Y_FROM_U * u + colour.JPEG_Y_FROM_V * v
    y = (planes.y.float() - 16) * colour.RGB_FROM_Y + tint.repeat_interleave(2, 0).repeat_interleave(2, 1)
    return Planes(
        _bytes(y),
        _bytes(128 + colour.JPEG_U_FROM_U * u + colour.JPEG_U_FROM_V * v),
        _bytes(128 + colour.JPEG_V_FROM_U * u + colour.JPEG_V_FROM_V * v),
    )


def _bytes(values: Tensor) -> Tensor:
    return (values + 0.5).clamp(0, 255).to(torch.uint8)
