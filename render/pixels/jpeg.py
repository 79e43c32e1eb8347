"""A picture as JPEG bytes, straight from planes."""

import simplejpeg
import torch
from torch import Tensor

from render.pixels import colour
from render.pixels.compiled.full_range import full_range
from render.pixels.compiled.vectors import LANES
from render.pixels.planes import Planes


def jpeg(planes: Planes, quality: int = 78) -> bytes:
    """A 4:2:0 JFIF file of opaque planes; alpha is ignored (what lies on black)."""
    y, u, v = (plane.cpu().numpy() for plane in jpeg_planes(planes))
    return bytes(simplejpeg.encode_jpeg_yuv_planes(y, u, v, quality=quality))


def jpeg_planes(planes: Planes) -> tuple[Tensor, Tensor, Tensor]:
    """Full-range BT.601 Y (H, W), U and V (H/2, W/2) of limited-range BT.709 planes: what a JPEG holds."""
    if not planes.y.is_cpu or planes.u.shape[1] < LANES:
        return jpeg_planes_reference(planes)
    y, u, v = torch.empty_like(planes.y), torch.empty_like(planes.u), torch.empty_like(planes.v)
    full_range(planes.y.numpy(), planes.u.numpy(), planes.v.numpy(), y.numpy(), u.numpy(), v.numpy())
    return y, u, v


def jpeg_planes_reference(planes: Planes) -> tuple[Tensor, Tensor, Tensor]:
    """`jpeg_planes` in plain torch."""
    u, v = planes.u.float() - 128, planes.v.float() - 128
    tint = colour.JPEG_Y_FROM_U * u + colour.JPEG_Y_FROM_V * v
    y = (planes.y.float() - 16) * colour.RGB_FROM_Y + tint.repeat_interleave(2, 0).repeat_interleave(2, 1)
    return (
        _bytes(y),
        _bytes(128 + colour.JPEG_U_FROM_U * u + colour.JPEG_U_FROM_V * v),
        _bytes(128 + colour.JPEG_V_FROM_U * u + colour.JPEG_V_FROM_V * v),
    )


def _bytes(values: Tensor) -> Tensor:
    return (values + 0.5).clamp(0, 255).to(torch.uint8)
