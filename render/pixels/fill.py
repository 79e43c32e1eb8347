"""Pictures of one colour: solids, rounded rectangles, ellipses. They are made in the machine's own memory."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from render.pixels import colour as colours
from render.pixels.compiled import coats as loops
from render.pixels.device import filled_like
from render.pixels.gradients import Paint, mean_2x2
from render.pixels.planes import Array, Planes

Coat = tuple[Array, str | Paint]
"""How much of each pixel is covered, and with what."""

_Floats = npt.NDArray[np.float32]
_HALF: Final = np.float32(0.5)


def solid(width_px: int, height_px: int, colour: str) -> Planes:
    """Opaque planes of `colour` (`#rrggbb`)."""
    half = np.empty((height_px // 2, width_px // 2), np.uint8)
    return solid_like(Planes(np.empty((height_px, width_px), np.uint8), half, half), colour)


def solid_like(picture: Planes, colour: str) -> Planes:
    """The same as large as `picture`, and where it lies."""
    y, u, v = (round(value) for value in _code_values(colour))
    return Planes(filled_like(picture.y, y), filled_like(picture.u, u), filled_like(picture.v, v))


def rectangle(width_px: int, height_px: int, colour: str, radius_px: float = 0) -> Planes:
    """A rectangle that fills the picture, its corners rounded by `radius_px` (at most half the shorter side), edges antialiased."""
    return painted([(rounded(width_px, height_px, radius_px), colour)])


def rounded(width_px: int, height_px: int, radius_px: float) -> Array:
    """How much of each pixel a rectangle with rounded corners covers: uint8 (H, W)."""
    radius = np.float32(max(0.0, min(radius_px, width_px / 2, height_px / 2)))
    x, y = _offsets(width_px, height_px)
    beyond_x, beyond_y = np.abs(x) - (np.float32(width_px / 2) - radius), np.abs(y) - (np.float32(height_px / 2) - radius)
    outside = np.hypot(np.maximum(beyond_x, 0), np.maximum(beyond_y, 0))
    distance = outside + np.minimum(np.maximum(beyond_x, beyond_y), 0) - radius
    return _bytes(_coverage(distance) * 255)


def ellipse(width_px: int, height_px: int, colour: str) -> Planes:
    """The ellipse that touches the picture's four sides, antialiased.

    The distance to the edge is f / |grad f| with f the ellipse's implicit form, good to a small part of a pixel near the edge.
    """
    x, y = _offsets(width_px, height_px)
    half_width, half_height = np.float32(width_px / 2), np.float32(height_px / 2)
    implicit = np.hypot(x / half_width, y / half_height)
    slope = np.hypot(x / half_width**2, y / half_height**2) / np.maximum(implicit, 1e-6)
    coverage = _coverage((implicit - 1) / np.maximum(slope, 1e-9))
    return painted([(_bytes(coverage * 255), colour)])


def painted(coats: Sequence[Coat]) -> Planes:
    """Coats of colour, each over those before: a coverage (uint8 (H, W), H and W even) and a `#rrggbb` colour, or one for each pixel."""
    plain = [_code_values(colour) for _, colour in coats if isinstance(colour, str)]
    if len(plain) < len(coats):
        return _painted_by_pixel(coats)
    covers = np.stack([coverage for coverage, _ in coats])
    _, height, width = covers.shape
    y, a = (np.empty((height, width), np.uint8) for _ in range(2))
    u, v = (np.empty((height // 2, width // 2), np.uint8) for _ in range(2))
    loops.painted(covers, np.array(plain, np.float32), y, u, v, a)
    return Planes(y, u, v, a)


def _painted_by_pixel(coats: Sequence[Coat]) -> Planes:
    y, u, v, alpha = (np.zeros(coats[0][0].shape, np.float32) for _ in range(4))
    for coverage, colour in coats:
        values = np.array(_code_values(colour), np.float32) if isinstance(colour, str) else colour
        share = coverage / np.float32(255)
        y, u, v, alpha = (
            below * (1 - share) + share * value for below, value in zip((y, u, v, alpha), (*values, np.float32(1)), strict=True)
        )
    return Planes(_bytes(y), _bytes(mean_2x2(u)), _bytes(mean_2x2(v)), _bytes(alpha * 255))


def _code_values(colour: str) -> tuple[float, float, float]:
    return colours.yuv_from_rgb(*colours.rgb_from_hex(colour))


def _bytes(values: _Floats) -> Array:
    return (values + _HALF).astype(np.uint8)


def _offsets(width_px: int, height_px: int) -> tuple[_Floats, _Floats]:
    """Pixel centres from the picture's centre: x (1, W) and y (H, 1)."""
    x, y = (np.arange(side, dtype=np.float32) + np.float32(0.5 - side / 2) for side in (width_px, height_px))
    return x[None, :], y[:, None]


def _coverage(distance: _Floats) -> _Floats:
    """How much of a pixel lies inside an edge `distance` pixels away (negative inside)."""
    return (_HALF - distance).clip(0, 1)
