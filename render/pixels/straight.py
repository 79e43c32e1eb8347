"""Premultiplied planes as straight ones, for files that keep their colour apart from their alpha."""

import numpy as np

from render.pixels.compiled import over as sums
from render.pixels.device import filled_like
from render.pixels.planes import Array, Planes

BLACK: int = 16
GREY: int = 128
"""What stands where nothing is seen."""


def straight(planes: Planes) -> Planes:
    """Every code value divided by its alpha (0..255); chroma by the mean alpha of the 2x2 pixels under it. Opaque planes get an alpha."""
    if planes.a is None:
        return Planes(planes.y, planes.u, planes.v, filled_like(planes.y, 255))
    four = np.empty(planes.u.shape, np.uint16)
    sums.alpha_sums(planes.a, four)
    mean = four / np.float32(4)
    y, u, v = ((planes.y, planes.a, BLACK), (planes.u, mean, GREY), (planes.v, mean, GREY))
    return Planes(_divided(*y), _divided(*u), _divided(*v), planes.a)


def _divided(plane: Array, alpha: np.ndarray, unseen: int) -> Array:
    whole = (plane * np.float32(255) / np.maximum(alpha, 1) + np.float32(0.5)).clip(max=255)
    return np.where(alpha > 0, whole, unseen).astype(np.uint8)
