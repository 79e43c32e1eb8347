"""A picture that is stored with its alpha below it, as one with an alpha plane."""

import numpy as np

from render.pixels.compiled import over as sums
from render.pixels.compiled import unstack as loops
from render.pixels.device import also_on_devices
from render.pixels.planes import Array, Planes


@also_on_devices
def unstacked(stacked: Planes) -> Planes:
    """The upper half, straight colour, premultiplied by the lower half's luma (0..255), which becomes its alpha.

    The height is a multiple of four. Chroma takes the mean alpha of the 2x2 pixels under it.
    """
    return unstacked_rows(stacked.y, stacked.u, stacked.v, stacked.width_px, stacked.height_px // 2)


def unstacked_rows(y: Array, u: Array, v: Array, width_px: int, height_px: int) -> Planes:
    """The same of rows that may be longer than they are wide, as decoders keep them; the size is that of the result."""
    luma, alpha = (np.empty((height_px, width_px), np.uint8) for _ in range(2))
    blue, red = (np.empty((height_px // 2, width_px // 2), np.uint8) for _ in range(2))
    loops.luma_unstacked(y, luma, alpha)
    four = np.empty((height_px // 2, width_px // 2), np.uint16)
    sums.alpha_sums(alpha, four)
    loops.chroma_unstacked(u, four, blue)
    loops.chroma_unstacked(v, four, red)
    return Planes(luma, blue, red, alpha)
