"""Boxes: where things stand on the picture, and which part of a source they show."""

import math
from dataclasses import dataclass
from typing import Final

from render.timeline.document import Crop, SlowZoom, Transform

PARTS: Final = 10_000
"""Places and sizes in a document are parts per 10,000."""
LARGEST: Final = 4
"""No picture is drawn at more than this many times the canvas's width or height, whatever a document asks for."""

Window = tuple[float, float, float, float]
"""Left, top, right, bottom in source pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the picture by its centre and size, in pixels from the top left."""

    centre_x: float
    centre_y: float
    width: float
    height: float

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height as planes have them: even, at least 2."""
        return even(self.width), even(self.height)


@dataclass(frozen=True, slots=True)
class Framing:
    """What is shown of a source, and the size it is shown at."""

    window: Window
    width_px: int
    height_px: int


def even(length: float) -> int:
    """The nearest even number of pixels, at least 2."""
    return max(2, round(length / 2) * 2)


def box_of(transform: Transform, size_px: tuple[int, int], scale: float) -> Box:
    """A transform's box on a picture of `size_px` (width, height) with its size times `scale`, within `LARGEST`."""
    width, height = (extent * side / PARTS for extent, side in zip((transform.width, transform.height), size_px, strict=True))
    bounded = min(scale, LARGEST * size_px[0] / max(width, 1), LARGEST * size_px[1] / max(height, 1))
    return Box(transform.x * size_px[0] / PARTS, transform.y * size_px[1] / PARTS, width * bounded, height * bounded)


def cropped(crop: Crop, source_px: tuple[int, int]) -> Window:
    """The part of a source of (width, height) that a crop leaves: at least a hundredth of either side."""
    left, right = _kept(crop.left, crop.right)
    top, bottom = _kept(crop.top, crop.bottom)
    width, height = source_px
    return left * width, top * height, right * width, bottom * height


def framing(fit: str, window: Window, box_px: tuple[int, int]) -> Framing:
    """How `window` of a source fills a box of (width, height): `cover` cuts, `contain` leaves room, `fill` stretches."""
    left, top, right, bottom = window
    width, height = right - left, bottom - top
    if fit == "fill":
        return Framing(window, *box_px)
    if fit == "contain":
        ratio = min(box_px[0] / width, box_px[1] / height)
        return Framing(window, min(even(width * ratio), box_px[0]), min(even(height * ratio), box_px[1]))
    ratio = max(box_px[0] / width, box_px[1] / height)
    spare_x, spare_y = (width - box_px[0] / ratio) / 2, (height - box_px[1] / ratio) / 2
    return Framing((left + spare_x, top + spare_y, right - spare_x, bottom - spare_y), *box_px)


def zoomed(window: Window, zoom: SlowZoom, progress: float) -> Window:
    """The part of `window` that a slow zoom shows when `progress` (0 to 1) of its time has gone.

    The scale grows geometrically, so that the zoom looks even from its first frame to its last.
    """
    ratio = (zoom.to_scale / zoom.from_scale) ** min(max(progress, 0.0), 1.0) * zoom.from_scale / 1_000
    left, top, right, bottom = window
    width, height = (right - left) / ratio, (bottom - top) / ratio
    left += (right - left - width) * zoom.focus_x / PARTS
    top += (bottom - top - height) * zoom.focus_y / PARTS
    return left, top, left + width, top + height


def turned_size(width: float, height: float, degrees: float) -> tuple[int, int]:
    """The even size of the upright box around a box turned by `degrees`."""
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    across, down = width * cos + height * sin, width * sin + height * cos
    return 2 * math.ceil(across / 2 - 1e-6), 2 * math.ceil(down / 2 - 1e-6)


def _kept(before: int, after: int) -> tuple[float, float]:
    start = min(before, PARTS * 99 // 100) / PARTS
    return start, max(1 - after / PARTS, start + 0.01)
