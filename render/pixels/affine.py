"""A picture turned, scaled and moved by an affine map."""

import numpy as np

from render.pixels.compiled import affine as loops
from render.pixels.device import also_on_devices, filled_like
from render.pixels.planes import Array, Planes

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): out pixel (x, y) shows source point (a x + b y + c, d x + e y + f); pixel centres lie at whole + 0.5."""


@also_on_devices
def affine(source: Planes, width_px: int, height_px: int, matrix: Matrix) -> Planes:
    """`width_px` x `height_px` planes with alpha, out(x, y) = source(matrix . (x, y, 1)), bilinear, transparent outside `source`."""
    alpha = filled_like(source.y, 255) if source.a is None else source.a
    half = chroma_matrix(matrix)
    y, a = (_sampled(plane, width_px, height_px, matrix) for plane in (source.y, alpha))
    u, v = (_sampled(plane, width_px // 2, height_px // 2, half) for plane in (source.u, source.v))
    return Planes(y, u, v, a)


def chroma_matrix(matrix: Matrix) -> Matrix:
    """The same map between the half-size chroma planes: the offsets halve."""
    a, b, c, d, e, f = matrix
    return a, b, c / 2, d, e, f / 2


def _sampled(plane: Array, width: int, height: int, matrix: Matrix) -> Array:
    out = np.empty((height, width), np.uint8)
    a, b, c, d, e, f = (float(value) for value in matrix)
    loops.warped(plane, (a, b, c, d, e, f), out)
    return out
