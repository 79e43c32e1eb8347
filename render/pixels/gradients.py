"""Colours that run into each other."""

import math
from typing import Final

import torch
from torch import Tensor

from render.pixels import colour as colours
from render.pixels.planes import Planes
from render.timeline.styles import Gradient

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels: where a gradient begins and ends."""
Paint = tuple[Tensor, Tensor, Tensor]
"""Y, U and V code values, not rounded, of every pixel (H, W)."""
_HALF: Final = 0.5


def gradient_planes(gradient: Gradient, width_px: int, height_px: int, *, device: torch.device | str = "cpu") -> Planes:
    """A picture filled with a gradient, opaque."""
    y, u, v = paint(gradient, width_px, height_px, (0.0, 0.0, float(width_px), float(height_px)), device=device)
    return Planes(_bytes(y), *(_bytes(torch.nn.functional.avg_pool2d(plane[None], 2)[0]) for plane in (u, v)))


def paint(gradient: Gradient, width_px: int, height_px: int, box: Box, *, device: torch.device | str = "cpu") -> Paint:
    """A gradient over `box` of a picture of (width, height). Between two colours the code values run evenly, as browsers have it."""
    places = _places(gradient, width_px, height_px, box, device) * (len(gradient.colours) - 1)
    first = places.floor().clamp(0, len(gradient.colours) - 2)
    share = (places - first).clamp(0, 1)
    stops = torch.tensor([colours.yuv_from_rgb(*colours.rgb_from_hex(colour)) for colour in gradient.colours], device=device)
    y, u, v = (torch.lerp(stops[first.long(), part], stops[first.long() + 1, part], share) for part in range(3))
    return y, u, v


def _places(gradient: Gradient, width_px: int, height_px: int, box: Box, device: torch.device | str) -> Tensor:
    """How far every pixel is from the first colour to the last, 0..1 inside the box."""
    left, top, right, bottom = box
    width, height = max(right - left, 1.0), max(bottom - top, 1.0)
    x = torch.arange(width_px, device=device, dtype=torch.float32)[None, :] + _HALF - left
    y = torch.arange(height_px, device=device, dtype=torch.float32)[:, None] + _HALF - top
    if gradient.kind == "radial":
        middle_x, middle_y = gradient.x * width / 10_000, gradient.y * height / 10_000
        farthest = math.hypot(max(middle_x, width - middle_x), max(middle_y, height - middle_y))
        return torch.hypot(x - middle_x, y - middle_y) / farthest
    turn = math.radians(gradient.angle / 1_000)
    cos, sin = math.cos(turn), math.sin(turn)
    length = abs(cos) * width + abs(sin) * height
    return ((x - width / 2) * cos + (y - height / 2) * sin) / length + _HALF


def _bytes(values: Tensor) -> Tensor:
    return (values + _HALF).to(torch.uint8).contiguous()
