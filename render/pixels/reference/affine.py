"""`render.pixels.affine` in plain torch."""

import torch
from torch import Tensor

from render.pixels.affine import Matrix, chroma_matrix
from render.pixels.planes import Planes


def affine(source: Planes[Tensor], width_px: int, height_px: int, matrix: Matrix) -> Planes[Tensor]:
    """Bilinear, transparent outside."""
    alpha = torch.full_like(source.y, 255) if source.a is None else source.a
    half = chroma_matrix(matrix)
    y, a = (_sampled(plane, width_px, height_px, matrix) for plane in (source.y, alpha))
    u, v = (_sampled(plane, width_px // 2, height_px // 2, half) for plane in (source.u, source.v))
    return Planes(y, u, v, a)


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
