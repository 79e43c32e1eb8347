"""A picture that is stored with its alpha below it, as one with an alpha plane."""

import numpy as np
import torch
from torch import Tensor

from render.pixels.compiled import over as sums
from render.pixels.compiled import unstack as loops
from render.pixels.over import sum_2x2
from render.pixels.planes import Planes


def unstacked(stacked: Planes) -> Planes:
    """The upper half, straight colour, premultiplied by the lower half's luma (0..255), which becomes its alpha.

    The height is a multiple of four. Chroma takes the mean alpha of the 2x2 pixels under it.
    """
    if not stacked.y.is_cpu:
        return unstacked_reference(stacked)
    height, width = stacked.height_px // 2, stacked.width_px
    y, alpha = (torch.empty((height, width), dtype=torch.uint8) for _ in range(2))
    u, v = (torch.empty((height // 2, width // 2), dtype=torch.uint8) for _ in range(2))
    loops.luma_unstacked(stacked.y.numpy(), y.numpy(), alpha.numpy())
    four = np.empty((height // 2, width // 2), np.uint16)
    sums.alpha_sums(alpha.numpy(), four)
    loops.chroma_unstacked(stacked.u.numpy(), four, u.numpy())
    loops.chroma_unstacked(stacked.v.numpy(), four, v.numpy())
    return Planes(y, u, v, alpha)


def unstacked_reference(stacked: Planes) -> Planes:
    """`unstacked` in plain torch."""
    height = stacked.height_px // 2
    alpha = stacked.y[height:].contiguous()
    mean = sum_2x2(alpha.int()) / 4
    u, v = (_times(plane[: height // 2], mean) for plane in (stacked.u, stacked.v))
    return Planes(_times(stacked.y[:height], alpha), u, v, alpha)


def _times(plane: Tensor, alpha: Tensor) -> Tensor:
    return (plane.float() * alpha.float() / 255 + 0.5).to(torch.uint8)
