"""Pictures behind a scene, out of focus."""

from typing import Final

from render.graph.boxes import even
from render.graph.painters import Gravity, Painter
from render.graph.stamp import Key
from render.graph.workshop import Workshop
from render.pixels.blur import blur
from render.pixels.planes import Planes
from render.pixels.scale import scale

FINE_SIGMA_PX: Final = 4.0
"""A picture that is blurred more than this is drawn smaller, where it is blurred this much: nobody sees the difference, but the clock."""


def reduced(size_px: tuple[int, int], sigma_px: float) -> tuple[int, int]:
    """The size (width, height) at which a picture that will be blurred by `sigma_px` is drawn."""
    ratio = max(1.0, sigma_px / FINE_SIGMA_PX)
    return size_px if ratio == 1 else (even(size_px[0] / ratio), even(size_px[1] / ratio))


class SoftPainter:
    """What another painter gives at `small_px`, blurred and brought to `size_px`; `sigma_px` counts at the latter."""

    gravity: Gravity = "centre"

    def __init__(self, inner: Painter, sigma_px: float, size_px: tuple[int, int], small_px: tuple[int, int], workshop: Workshop) -> None:
        self._inner, self._sigma_px, self._size_px, self._small_px = inner, sigma_px, size_px, small_px
        self._workshop, self.moving = workshop, inner.moving

    def key(self, at: int) -> Key | None:
        """What is blurred, and how much."""
        inner = self._inner.key(at)
        return None if inner is None else ("soft", inner, self._sigma_px, self._size_px)

    def paint(self, at: int) -> Planes:
        """The blurred picture; fresh memory where it moves."""
        if self.moving:
            return self._softened(at)
        return self._workshop.pictures.get(self.key(at) or (), lambda: self._softened(at))

    def _softened(self, at: int) -> Planes:
        small, ratio = self._inner.paint(at), self._size_px[0] / self._small_px[0]
        softened = blur(small, self._sigma_px / ratio)
        if ratio == 1:
            return softened
        tall = self._size_px[1] / self._small_px[1]
        return scale(softened, even(small.width_px * ratio), even(small.height_px * tall))
