"""A cut-out picture as a film takes it."""

import av
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from render.avatar.film_kernels import CERTAIN, GREY, SOMEBODY, SPREAD_PX, in_bytes, widen
from render.avatar.tensors import array_of
from render.media.frames import rows
from render.pixels.convert import planes_from_rgb
from render.pixels.device import HOST, moved


def film_frame(cut: Tensor) -> av.VideoFrame:
    """A picture (H, W, 4 uint8) as a film takes it: straight colours that go on beyond the outline, so that no codec darkens it."""
    planes, alpha = moved(planes_from_rgb(array_of(widened(cut))), HOST), cut[..., 3].cpu().numpy()
    frame = av.VideoFrame(planes.width_px, planes.height_px, "yuva420p")
    for target, plane in zip(frame.planes, (planes.y, planes.u, planes.v, alpha), strict=True):
        height, width = plane.shape
        np.copyto(rows(target)[:height, :width], plane)
    return frame


def bytes_of(cut: Tensor) -> Tensor:
    """(H, W, 4) uint8: colours and alpha (4, H, W), 0 to 1."""
    if not cut.is_cpu:
        return (cut * 255 + 0.5).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).contiguous()
    whole = torch.empty((*cut.shape[1:], 4), dtype=torch.uint8)
    in_bytes(cut.permute(1, 2, 0).contiguous().numpy(), whole.numpy())
    return whole


def widened(cut: Tensor) -> Tensor:
    """(H, W, 3) uint8: the colours near the outline of (H, W, 4) spread a few pixels outwards, grey farther away."""
    if not cut.is_cpu:
        return widened_reference(cut)
    rgb = torch.empty((*cut.shape[:2], 3), dtype=torch.uint8)
    widen(cut.contiguous().numpy(), rgb.numpy())
    return rgb


def widened_reference(cut: Tensor) -> Tensor:
    """`widened` in plain torch."""
    colours, alpha = cut[..., :3].permute(2, 0, 1).float(), cut[..., 3].float()[None] / 255
    weight, light = (functional.avg_pool2d(plane[None], SPREAD_PX, ceil_mode=True) for plane in (alpha, colours * alpha))
    weight, light = (functional.avg_pool2d(plane, 3, 1, 1) for plane in (weight, light))
    near = torch.where(weight > SOMEBODY, light / weight.clamp_min(SOMEBODY), torch.full_like(light, GREY))
    outside = functional.interpolate(near, alpha.shape[1:], mode="bilinear", align_corners=False)[0]
    mixed = torch.lerp(outside, colours, (alpha * (255 / CERTAIN)).clamp(max=1))
    return (mixed + 0.5).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).contiguous()
