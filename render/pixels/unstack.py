"""A picture that is stored with its alpha below it, as one with an alpha plane."""

import numpy as np
import torch
from torch import Tensor

from render.pixels.compiled import over as sums
from render.pixels.compiled import unstack as loops
from render.pixels.compiled.unstack import Bytes
from render.pixels.over import sum_2x2
from render.pixels.planes import Planes


def unstacked(stacked: Planes) -> Planes:
    """The upper half, straight colour, premultiplied by the lower half's luma (0..255), which becomes its alpha.

    The height is a multiple of four. Chroma takes the mean alpha of the 2x2 pixels under it.
    """
    if not stacked.y.is_cpu:
        return unstacked_reference(stacked)
    return unstacked_rows(stacked.y.numpy(), stacked.u.numpy(), stacked.v.numpy(), stacked.width_px, stacked.height_px // 2)


def unstacked_rows(y: Bytes, u: Bytes, v: Bytes, width_px: int, height_px: int) -> Planes:
    """The same of rows that may be longer than they are wide, as decoders keep them; the size is that of the result."""
    luma, alpha = (torch.empty((height_px, width_px), dtype=torch.uint8) for _ in range(2))
    blue, red = (torch.empty((height_px // 2, width_px // 2), dtype=torch.uint8) for _ in range(2))
    loops.luma_unstacked(y, luma.numpy(), alpha.numpy())
    four = np.empty((height_px // 2, width_px // 2), np.uint16)
    sums.alpha_sums(alpha.numpy(), four)
    loops.chroma_unstacked(u, four, blue.numpy())
    loops.chroma_unstacked(v, four, red.numpy())
    return Planes(luma, blue, red, alpha)


def unstacked_reference(stacked: Planes) -> Planes:
    """`unstacked` in plain torch."""
    height = stacked.height_px // 2
    alpha = stacked.y[height:].contiguous()
    mean = sum_2x2(alpha.int()) / 4
    u, v = (_times(plane[: height // 2], mean) for plane in (stacked.u, stacked.v))
    return Planes(_times(stacked.y[:height], alpha), u, v, alpha)


def _times(plane: Tensor, alpha: Tensor) -> Tensor:
    return (plane.float() * alpha.float() / 255 + 0.5).to(torch.uint8)
