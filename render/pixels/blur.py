"""A picture out of focus."""

import math
from typing import Final, Literal

import numpy as np

from render.pixels.compiled import blur as loops
from render.pixels.device import also_on_devices
from render.pixels.planes import Array, Planes
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
    softened = finely_blurred(small, sigma_px * width / planes.width_px)
    return softened if factor == 1 else scale(softened, planes.width_px, planes.height_px)


@also_on_devices
def finely_blurred(planes: Planes, sigma_px: float) -> Planes:
    """The same at the picture's own size."""
    y, u, v = (_soft(plane, sigma) for plane, sigma in ((planes.y, sigma_px), (planes.u, sigma_px / 2), (planes.v, sigma_px / 2)))
    return Planes(y, u, v, None if planes.a is None else _soft(planes.a, sigma_px))


def soft(coverage: Array, sigma_px: float) -> Array:
    """One plane (H, W) uint8 with a Gaussian blur; beyond the edges it is 0, as a shadow's is."""
    return _soft(coverage, sigma_px, beyond="constant") if sigma_px >= 1 / 3 else coverage


def _soft(plane: Array, sigma: float, *, beyond: Literal["edge", "constant"] = "edge") -> Array:
    reach = max(1, math.ceil(3 * sigma))
    places = np.arange(-reach, reach + 1, dtype=np.float32)
    weights = np.exp(-(places**2) / np.float32(2 * max(sigma, 0.2) ** 2))
    out = np.empty(plane.shape, np.uint8)
    loops.softened(np.pad(plane, reach, mode=beyond), weights / weights.sum(), out)
    return out
