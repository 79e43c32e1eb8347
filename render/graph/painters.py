"""Painters: what one layer's content looks like by itself, before it is placed."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from render.graph.boxes import even
from render.graph.stamp import Key
from render.graph.workshop import Workshop
from render.pixels import fill
from render.pixels.device import joined
from render.pixels.gradients import gradient_planes
from render.pixels.planes import Planes
from render.pixels.text import Lit, text_raster
from render.timeline.document import ShapeContent
from render.timeline.styles import Gradient, TextStyle

Gravity = Literal["centre", "bottom"]


class Painter(Protocol):
    """One content at one size. Times are ticks from the layer's start and may lie before it or beyond its end."""

    moving: bool
    """Whether it may look different from frame to frame."""
    gravity: Gravity
    """Where it stands in its box when it is smaller."""

    def key(self, at: int) -> Key | None:
        """Names what `paint` gives at this time; None where there is nothing to see."""
        ...

    def paint(self, at: int) -> Planes:
        """The picture; it may be shared and must not be changed, unless `moving`."""
        ...


class StillPainter:
    """Anything that looks the same all the time: made on first sight and kept in the workshop by its name."""

    moving = False
    gravity: Gravity = "centre"

    def __init__(self, name: Key, make: Callable[[], Planes], workshop: Workshop) -> None:
        self._name, self._make, self._workshop = name, make, workshop

    def key(self, at: int) -> Key:  # noqa: ARG002 - a still does not care for the time
        """Its name."""
        return self._name

    def paint(self, at: int) -> Planes:  # noqa: ARG002 - as above
        """The picture, shared."""
        return self._workshop.pictures.get(self._name, lambda: self._workshop.here(self._make()))


def solid_painter(colour: str, size_px: tuple[int, int], workshop: Workshop) -> StillPainter:
    """One colour all over a picture of (width, height)."""
    return StillPainter(("solid", colour, size_px), lambda: fill.solid(*size_px, colour), workshop)


def gradient_painter(gradient: Gradient, size_px: tuple[int, int], workshop: Workshop) -> StillPainter:
    """Colours that run into each other all over a picture of (width, height)."""
    return StillPainter(("gradient", gradient, size_px), lambda: gradient_planes(gradient, *size_px), workshop)


def shape_painter(shape: ShapeContent, size_px: tuple[int, int], workshop: Workshop) -> StillPainter:
    """A filled shape as large as its box."""
    radius_px = shape.radius * min(size_px) / 10_000

    def make() -> Planes:
        if shape.shape == "ellipse":
            return fill.ellipse(*size_px, shape.fill)
        return fill.rectangle(*size_px, shape.fill, radius_px)

    return StillPainter(("shape", shape.shape, shape.fill, radius_px, size_px), make, workshop)


def stacked(painters: Sequence[StillPainter], workshop: Workshop) -> StillPainter:
    """Pictures of one width and with alpha, one under the other."""

    def make() -> Planes:
        pictures = [painter.paint(0) for painter in painters]
        return Planes(*(joined([getattr(picture, plane) for picture in pictures]) for plane in ("y", "u", "v", "a")))

    return StillPainter(("stack", *(painter.key(0) for painter in painters)), make, workshop)


def text_painter(
    text: str, style: TextStyle, *, width_px: float, short_side_px: int, language: str, workshop: Workshop, lit: Lit | None = None
) -> StillPainter:
    """Words in a box of `width_px`, as high as they need; `lit` ones in a colour of their own."""
    box_width_px = even(width_px)

    def make() -> Planes:
        return text_raster(text, style, box_width_px=box_width_px, short_side_px=short_side_px, language=language, lit=lit)

    return StillPainter(("text", text, style, box_width_px, short_side_px, language, lit), make, workshop)
