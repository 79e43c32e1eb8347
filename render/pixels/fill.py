"""Pictures of one colour: solids, rounded rectangles, ellipses."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from render.pixels import colour as colours
from render.pixels.compiled import coats as loops
from render.pixels.gradients import Paint
from render.pixels.planes import Planes

Coat = tuple[Tensor, str | Paint]
"""How much of each pixel is covered, and with what."""


def solid(width_px: int, height_px: int, colour: str, *, device: torch.device | str = "cpu") -> Planes:
    """Opaque planes of `colour` (`#rrggbb`)."""
    y, u, v = (round(value) for value in colours.yuv_from_rgb(*colours.rgb_from_hex(colour)))
    half = (height_px // 2, width_px // 2)
    return Planes(_full((height_px, width_px), y, device), _full(half, u, device), _full(half, v, device))


def rectangle(width_px: int, height_px: int, colour: str, radius_px: float = 0, *, device: torch.device | str = "cpu") -> Planes:
    """A rectangle that fills the picture, its corners rounded by `radius_px` (at most half the shorter side), edges antialiased."""
    return painted([(rounded(width_px, height_px, radius_px, device=device), colour)])


def rounded(width_px: int, height_px: int, radius_px: float, *, device: torch.device | str = "cpu") -> Tensor:
    """How much of each pixel a rectangle with rounded corners covers: uint8 (H, W)."""
    radius = max(0.0, min(radius_px, width_px / 2, height_px / 2))
    x, y = _offsets(width_px, height_px, device)
    beyond_x, beyond_y = x.abs() - (width_px / 2 - radius), y.abs() - (height_px / 2 - radius)
    outside = torch.hypot(beyond_x.clamp(min=0), beyond_y.clamp(min=0))
    distance = outside + torch.maximum(beyond_x, beyond_y).clamp(max=0) - radius
    return _bytes(_coverage(distance) * 255)


def ellipse(width_px: int, height_px: int, colour: str, *, device: torch.device | str = "cpu") -> Planes:
    """The ellipse that touches the picture's four sides, antialiased.

    The distance to the edge is f / |grad f| with f the ellipse's implicit form, good to a small part of a pixel near the edge.
    """
    x, y = _offsets(width_px, height_px, device)
    half_width, half_height = width_px / 2, height_px / 2
    implicit = torch.hypot(x / half_width, y / half_height)
    slope = torch.hypot(x / half_width**2, y / half_height**2) / implicit.clamp(min=1e-6)
    coverage = _coverage((implicit - 1) / slope.clamp(min=1e-9))
    return painted([(_bytes(coverage * 255), colour)])


def painted(coats: Sequence[Coat]) -> Planes:
    """Coats of colour, each over those before: a coverage (uint8 (H, W), H and W even) and a `#rrggbb` colour, or one for each pixel."""
    plain = [_code_values(colour) for _, colour in coats if isinstance(colour, str)]
    if len(plain) < len(coats) or not coats[0][0].is_cpu:
        return painted_reference(coats)
    covers = np.stack([coverage.numpy() for coverage, _ in coats])
    _, height, width = covers.shape
    y, a = (np.empty((height, width), np.uint8) for _ in range(2))
    u, v = (np.empty((height // 2, width // 2), np.uint8) for _ in range(2))
    loops.painted(covers, np.array(plain, np.float32), y, u, v, a)
    return Planes(*(torch.from_numpy(plane) for plane in (y, u, v, a)))


def painted_reference(coats: Sequence[Coat]) -> Planes:
    """`painted` in plain torch."""
    y, u, v, alpha = (torch.zeros_like(coats[0][0], dtype=torch.float32) for _ in range(4))
    for coverage, colour in coats:
        values = _code_values(colour) if isinstance(colour, str) else colour
        share = coverage.float() / 255
        y, u, v, alpha = (below * (1 - share) + share * value for below, value in zip((y, u, v, alpha), (*values, 1.0), strict=True))
    return Planes(_bytes(y), _bytes(_mean_2x2(u)), _bytes(_mean_2x2(v)), _bytes(alpha * 255))


def _code_values(colour: str) -> tuple[float, float, float]:
    return colours.yuv_from_rgb(*colours.rgb_from_hex(colour))


def _bytes(values: Tensor) -> Tensor:
    return (values + 0.5).to(torch.uint8)


def _mean_2x2(plane: Tensor) -> Tensor:
    return (plane[0::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 0::2] + plane[1::2, 1::2]) / 4


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
