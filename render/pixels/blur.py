"""A picture out of focus."""

import math
from typing import Final

import torch
from torch import Tensor

from render.pixels.planes import Planes
from render.pixels.scale import scale

FINE_SIGMA_PX: Final = 3.0
"""A wider blur is made on a smaller picture, where it is as wide as this: what is that soft loses nothing by it."""


def blur(planes: Planes, sigma_px: float) -> Planes:
    """`planes` with a Gaussian blur of `sigma_px` (standard deviation in luma pixels), edges repeated; the same below a third of one."""
    if sigma_px < 1 / 3:
        return planes
    factor = max(1.0, sigma_px / FINE_SIGMA_PX)
    width, height = (max(2, round(side / factor / 2) * 2) for side in (planes.width_px, planes.height_px))
    small = planes if factor == 1 else scale(planes, width, height)
    sigma = sigma_px * width / planes.width_px
    y, u, v = _soft(small.y, sigma), _soft(small.u, sigma / 2), _soft(small.v, sigma / 2)
    softened = Planes(y, u, v, None if small.a is None else _soft(small.a, sigma))
    return softened if factor == 1 else scale(softened, planes.width_px, planes.height_px)


def soft(coverage: Tensor, sigma_px: float) -> Tensor:
    """One plane (H, W) uint8 with a Gaussian blur; beyond the edges it is 0, as a shadow's is."""
    return _soft(coverage, sigma_px, mode="constant") if sigma_px >= 1 / 3 else coverage


def _soft(plane: Tensor, sigma: float, mode: str = "replicate") -> Tensor:
    reach = max(1, math.ceil(3 * sigma))
    places = torch.arange(-reach, reach + 1, dtype=torch.float32, device=plane.device)
    weights = torch.exp(-(places**2) / (2 * max(sigma, 0.2) ** 2))
    kernel = (weights / weights.sum()).view(1, 1, 1, -1)
    padded = torch.nn.functional.pad(plane.float()[None, None], (reach, reach, reach, reach), mode=mode)
    rows = torch.nn.functional.conv2d(padded, kernel)
    return (torch.nn.functional.conv2d(rows, kernel.transpose(2, 3))[0, 0] + 0.5).to(torch.uint8).contiguous()
