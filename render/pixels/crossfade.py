"""One picture giving way to another."""

import numpy as np

from render.pixels.compiled import mix as loops
from render.pixels.device import also_on_devices, filled_like
from render.pixels.planes import Array, Planes


@also_on_devices
def crossfade(first: Planes, second: Planes, weight: float) -> Planes:
    """round(first * (256 - weight) / 256 + second * weight / 256) on every plane; `weight` 0..256; both of one size.

    `weight` need not be whole (it counts to 1/256): over seconds, whole steps would show.
    """
    fine = round(weight * 256)
    y, u, v = (_mixed(one, two, fine) for one, two in ((first.y, second.y), (first.u, second.u), (first.v, second.v)))
    if first.a is None and second.a is None:
        return Planes(y, u, v)
    return Planes(y, u, v, _mixed(_alpha(first), _alpha(second), fine))


def _alpha(planes: Planes) -> Array:
    return filled_like(planes.y, 255) if planes.a is None else planes.a


def _mixed(first: Array, second: Array, weight: int) -> Array:
    out = np.empty(first.shape, np.uint8)
    loops.mixed(first.reshape(-1), second.reshape(-1), weight, out.reshape(-1))
    return out
