"""Another shape of picture: where the things of one canvas stand on another when nobody has placed them there.

What fills the picture goes on filling it. Everything else keeps its shape and its size against the shorter side, its place in parts of
width and height, and stays inside where it was inside; what stood on the lower edge stands on it again.
"""

from typing import Final

from render.timeline.document import Canvas, Layer, PresenterContent, TextContent, Transform

FULL: Final = 9_500
"""Parts per 10,000 from which on something is meant to fill a side."""
TEXT_WIDTH_MAX: Final = 9_200
PARTS: Final = 10_000


def refitted(layer: Layer, old: Canvas, new: Canvas) -> Layer:
    """The layer as it stands on `new`."""
    if old.width_px * new.height_px == new.width_px * old.height_px or layer.content.kind == "audio":
        return layer
    return layer.model_copy(update={"transform": _refitted(layer, old, new)})


def _refitted(layer: Layer, old: Canvas, new: Canvas) -> Transform:
    held = layer.transform
    if held.width >= FULL and held.height >= FULL and not isinstance(layer.content, PresenterContent):
        return held
    ratio = min(new.width_px, new.height_px) / min(old.width_px, old.height_px)
    width, height = held.width * old.width_px * ratio / new.width_px, held.height * old.height_px * ratio / new.height_px
    if isinstance(layer.content, TextContent):
        width = min(width, TEXT_WIDTH_MAX)
    elif held.width >= FULL and not isinstance(layer.content, PresenterContent):
        width = held.width
    else:
        shrunk = min(1.0, max(PARTS, held.width) / width, max(PARTS, held.height) / height) if width and height else 1.0
        width, height = width * shrunk, height * shrunk
    size = {"width": round(width), "height": round(height)}
    return held.model_copy(update=size | {"x": _place(held.x, held.width, width), "y": _place(held.y, held.height, height)})


def _place(centre: int, old: float, new: float) -> int:
    """The new centre along one axis: on an edge that it stood on, else where it was, moved inside if it was inside."""
    first, last = centre - old / 2, centre + old / 2
    if 0 < first < PARTS <= last:
        return round(last - new / 2)
    if first <= 0 < last < PARTS:
        return round(first + new / 2)
    inside = first >= 0 and last <= PARTS
    return round(min(max(centre, new / 2), PARTS - new / 2)) if inside and new <= PARTS else centre
