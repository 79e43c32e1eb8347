"""Colours that run into each other."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from render.pixels import colour as colours
from render.pixels.planes import Array, Planes
from render.timeline.styles import Gradient

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels: where a gradient begins and ends."""
Floats = npt.NDArray[np.float32]
Paint = tuple[Floats, Floats, Floats]
"""Y, U and V code values, not rounded, of every pixel (H, W)."""
_HALF: Final = np.float32(0.5)


def gradient_planes(gradient: Gradient, width_px: int, height_px: int) -> Planes:
    """A picture filled with a gradient, opaque."""
    y, u, v = paint(gradient, width_px, height_px, (0.0, 0.0, float(width_px), float(height_px)))
    return Planes(_bytes(y), _bytes(mean_2x2(u)), _bytes(mean_2x2(v)))


def paint(gradient: Gradient, width_px: int, height_px: int, box: Box) -> Paint:
    """A gradient over `box` of a picture of (width, height). Between two colours the code values run evenly, as browsers have it."""
    places = _places(gradient, width_px, height_px, box) * np.float32(len(gradient.colours) - 1)
    first = np.floor(places).clip(0, len(gradient.colours) - 2)
    share = (places - first).clip(0, 1)
    stops = np.array([colours.yuv_from_rgb(*colours.rgb_from_hex(colour)) for colour in gradient.colours], np.float32)
    start, end = (stops[place] for place in (first.astype(np.intp), first.astype(np.intp) + 1))
    y, u, v = (start[..., part] + share * (end[..., part] - start[..., part]) for part in range(3))
    return y, u, v


def mean_2x2(plane: Floats) -> Floats:
    """(H, W) to (H/2, W/2)."""
    return (plane[0::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 0::2] + plane[1::2, 1::2]) / np.float32(4)


def _places(gradient: Gradient, width_px: int, height_px: int, box: Box) -> Floats:
    """How far every pixel is from the first colour to the last, 0..1 inside the box."""
    left, top, right, bottom = box
    width, height = max(right - left, 1.0), max(bottom - top, 1.0)
    x, y = (np.arange(side, dtype=np.float32) + _HALF - np.float32(start) for side, start in ((width_px, left), (height_px, top)))
    x, y = x[None, :], y[:, None]
    if gradient.kind == "radial":
        middle_x, middle_y = gradient.x * width / 10_000, gradient.y * height / 10_000
        farthest = math.hypot(max(middle_x, width - middle_x), max(middle_y, height - middle_y))
        away: Floats = np.hypot(x - np.float32(middle_x), y - np.float32(middle_y))
        return away / np.float32(farthest)
    turn = math.radians(gradient.angle / 1_000)
    cos, sin = math.cos(turn), math.sin(turn)
    length = abs(cos) * width + abs(sin) * height
    along: Floats = (x - np.float32(width / 2)) * np.float32(cos) + (y - np.float32(height / 2)) * np.float32(sin)
    return along / np.float32(length) + _HALF


def _bytes(values: Floats) -> Array:
    return (values + _HALF).astype(np.uint8)
