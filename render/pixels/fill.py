"""Pictures of one colour: solids, rounded rectangles, ellipses."""

import torch
from torch import Tensor

from render.pixels import colour as colours
from render.pixels.planes import Planes


def solid(width_px: int, height_px: int, colour: str, *, device: torch.device | str = "cpu") -> Planes:
    """Opaque planes of `colour` (`#rrggbb`)."""
    y, u, v = (round(value) for value in colours.yuv_from_rgb(*colours.rgb_from_hex(colour)))
    half = (height_px // 2, width_px // 2)
    return Planes(_full((height_px, width_px), y, device), _full(half, u, device), _full(half, v, device))


def rectangle(width_px: int, height_px: int, colour: str, radius_px: float = 0, *, device: torch.device | str = "cpu") -> Planes:
    """A rectangle that fills the picture, its corners rounded by `radius_px` (at most half the shorter side), edges antialiased."""
    radius = max(0.0, min(radius_px, width_px / 2, height_px / 2))
    x, y = _offsets(width_px, height_px, device)
    beyond_x, beyond_y = x.abs() - (width_px / 2 - radius), y.abs() - (height_px / 2 - radius)
    outside = torch.hypot(beyond_x.clamp(min=0), beyond_y.clamp(min=0))
    distance = outside + torch.maximum(beyond_x, beyond_y).clamp(max=0) - radius
    return _coloured(_coverage(distance), colour)


def ellipse(width_px: int, height_px: int, colour: str, *, device: torch.device | str = "cpu") -> Planes:
    """The ellipse that touches the picture's four sides, antialiased.

    The distance to the edge is f / |grad f| with f the ellipse's implicit form, good to a small part of a pixel near the edge.
    """
    x, y = _offsets(width_px, height_px, device)
    half_width, half_height = width_px / 2, height_px / 2
    implicit = torch.hypot(x / half_width, y / half_height)
    slope = torch.hypot(x / half_width**2, y / half_height**2) / implicit.clamp(min=1e-6)
    return _coloured(_coverage((implicit - 1) / slope.clamp(min=1e-9)), colour)


def tinted(coverage: Tensor, colour: str) -> Planes:
    """`colour` with `coverage` as its alpha: uint8 (H, W), H and W even, contiguous."""
    y, u, v = colours.yuv_from_rgb(*colours.rgb_from_hex(colour))
    alpha = coverage.float() / 255
    mean = (alpha[0::2, 0::2] + alpha[0::2, 1::2] + alpha[1::2, 0::2] + alpha[1::2, 1::2]) / 4
    planes = [(plane + 0.5).to(torch.uint8) for plane in (alpha * y, mean * u, mean * v)]
    return Planes(planes[0], planes[1], planes[2], coverage)


def _coloured(coverage: Tensor, colour: str) -> Planes:
    return tinted((coverage * 255 + 0.5).to(torch.uint8), colour)


def _offsets(width_px: int, height_px: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Pixel centres from the picture's centre: x (1, W) and y (H, 1)."""
    x = torch.arange(width_px, device=device, dtype=torch.float32) + 0.5 - width_px / 2
    y = torch.arange(height_px, device=device, dtype=torch.float32) + 0.5 - height_px / 2
    return x[None, :], y[:, None]


def _coverage(distance: Tensor) -> Tensor:
    """How much of a pixel lies inside an edge `distance` pixels away (negative inside)."""
    return (0.5 - distance).clamp(0, 1)


def _full(size: tuple[int, int], value: int, device: torch.device | str) -> Tensor:
    return torch.full(size, value, dtype=torch.uint8, device=device)
