"""A picture made more transparent."""

import numpy as np

from render.pixels.compiled import mix as loops
from render.pixels.device import also_on_devices, filled_like
from render.pixels.planes import Array, Planes


@also_on_devices
def fade(planes: Planes, opacity: int) -> Planes:
    """`planes` with every plane and its alpha times `opacity` (0..255) over 255; opaque planes gain an alpha plane."""
    alpha = filled_like(planes.y, 255) if planes.a is None else planes.a
    y, u, v, a = (_faded(plane, opacity) for plane in (planes.y, planes.u, planes.v, alpha))
    return Planes(y, u, v, a)


def _faded(plane: Array, opacity: int) -> Array:
    out = np.empty(plane.shape, np.uint8)
    loops.faded(plane.reshape(-1), opacity, out.reshape(-1))
    return out
