"""`render.pixels.blur` in plain torch."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from render.pixels.planes import Planes


def finely_blurred(planes: Planes[Tensor], sigma_px: float) -> Planes[Tensor]:
    """Edges repeated."""
    y, u, v = (_soft(plane, sigma) for plane, sigma in ((planes.y, sigma_px), (planes.u, sigma_px / 2), (planes.v, sigma_px / 2)))
    return Planes(y, u, v, None if planes.a is None else _soft(planes.a, sigma_px))


def _soft(plane: Tensor, sigma: float) -> Tensor:
    reach = max(1, math.ceil(3 * sigma))
    places = torch.arange(-reach, reach + 1, dtype=torch.float32, device=plane.device)
    weights = torch.exp(-(places**2) / (2 * max(sigma, 0.2) ** 2))
    kernel = (weights / weights.sum()).view(1, 1, 1, -1)
    padded = functional.pad(plane.float()[None, None], (reach, reach, reach, reach), mode="replicate")
    rows = functional.conv2d(padded, kernel)
    return (functional.conv2d(rows, kernel.transpose(2, 3))[0, 0] + 0.5).to(torch.uint8).contiguous()
