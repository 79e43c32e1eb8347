"""A cut-out picture as a film takes it."""

from typing import Final

import av
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from render.media.frames import rows
from render.pixels.convert import planes_from_rgb

_SPREAD_PX: Final = 8


def film_frame(cut: Tensor) -> av.VideoFrame:
    """A picture (H, W, 4 uint8) as a film takes it: straight colours that go on beyond the outline, so that no codec darkens it."""
    planes, alpha = planes_from_rgb(_widened(cut)), cut[..., 3].contiguous()
    frame = av.VideoFrame(planes.width_px, planes.height_px, "yuva420p")
    for target, plane in zip(frame.planes, (planes.y, planes.u, planes.v, alpha), strict=True):
        height, width = plane.shape
        np.copyto(rows(target)[:height, :width], plane.numpy())
    return frame


def _widened(cut: Tensor) -> Tensor:
    """(H, W, 3) uint8: the colours near the outline spread a few pixels outwards, grey farther away."""
    colours, alpha = cut[..., :3].permute(2, 0, 1).float(), cut[..., 3].float()[None] / 255
    weight, light = (functional.avg_pool2d(plane[None], _SPREAD_PX, ceil_mode=True) for plane in (alpha, colours * alpha))
    weight, light = (functional.avg_pool2d(plane, 3, 1, 1) for plane in (weight, light))
    near = torch.where(weight > 1e-3, light / weight.clamp_min(1e-3), torch.full_like(light, 128.0))  # noqa: PLR2004 - somebody
    outside = functional.interpolate(near, alpha.shape[1:], mode="bilinear", align_corners=False)[0]
    return (torch.lerp(outside, colours, (alpha * 4).clamp(max=1)) + 0.5).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).contiguous()
