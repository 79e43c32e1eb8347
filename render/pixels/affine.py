"""A picture turned, scaled and moved by an affine map."""

from collections.abc import Callable

import torch
from torch import Tensor

from render.pixels.compiled import affine as loops
from render.pixels.planes import Planes

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): out pixel (x, y) shows source point (a x + b y + c, d x + e y + f); pixel centres lie at whole + 0.5."""


def affine(source: Planes, width_px: int, height_px: int, matrix: Matrix) -> Planes:
    """`width_px` x `height_px` planes with alpha, out(x, y) = source(matrix . (x, y, 1)), bilinear, transparent outside `source`."""
    return _each_plane(_sampled_compiled if source.y.is_cpu else _sampled, source, width_px, height_px, matrix)


def affine_reference(source: Planes, width_px: int, height_px: int, matrix: Matrix) -> Planes:
    """`affine` in plain torch."""
    return _each_plane(_sampled, source, width_px, height_px, matrix)


def chroma_matrix(matrix: Matrix) -> Matrix:
    """The same map between the half-size chroma planes: the offsets halve."""
    a, b, c, d, e, f = matrix
    return a, b, c / 2, d, e, f / 2


def _each_plane(
    sampled: Callable[[Tensor, int, int, Matrix], Tensor], source: Planes, width_px: int, height_px: int, matrix: Matrix
) -> Planes:
    alpha = torch.full_like(source.y, 255) if source.a is None else source.a
    half = chroma_matrix(matrix)
    y, a = (sampled(plane, width_px, height_px, matrix) for plane in (source.y, alpha))
    u, v = (sampled(plane, width_px // 2, height_px // 2, half) for plane in (source.u, source.v))
    return Planes(y, u, v, a)


def _sampled_compiled(plane: Tensor, width: int, height: int, matrix: Matrix) -> Tensor:
    out = torch.empty((height, width), dtype=torch.uint8)
    a, b, c, d, e, f = (float(value) for value in matrix)
    loops.warped(plane.numpy(), (a, b, c, d, e, f), out.numpy())
    return out


def _sampled(plane: Tensor, width: int, height: int, matrix: Matrix) -> Tensor:
    a, b, c, d, e, f = matrix
    x = torch.arange(width, device=plane.device, dtype=torch.float64)[None, :] + 0.5
    y = torch.arange(height, device=plane.device, dtype=torch.float64)[:, None] + 0.5
    at_x, at_y = a * x + b * y + c - 0.5, d * x + e * y + f - 0.5
    left, top = at_x.floor(), at_y.floor()
    right_share, low_share = (at_x - left).float(), (at_y - top).float()
    column, row = left.long(), top.long()
    upper = _pixel(plane, row, column) * (1 - right_share) + _pixel(plane, row, column + 1) * right_share
    lower = _pixel(plane, row + 1, column) * (1 - right_share) + _pixel(plane, row + 1, column + 1) * right_share
    return (upper * (1 - low_share) + lower * low_share + 0.5).to(torch.uint8)


def _pixel(plane: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """The code values at whole places, 0 outside."""
    height, width = plane.shape
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    return plane[row.clamp(0, height - 1), column.clamp(0, width - 1)].float() * inside
