"""Another shape of picture: where the things of one canvas stand on another when nobody has placed them there.

What fills the picture goes on filling it. Everything else keeps its shape and its size against the shorter side, its place in parts of
width and height, and stays inside where it was inside; what stood on the lower edge stands on it again. Where the picture grows wider a
presenter who stood in the middle of a scene steps aside, and what stood around her takes the other side; where it grows narrower one who
stood aside comes to the middle below, and the rest goes up. A shape that is drawn behind her goes with her.
"""

from collections.abc import Iterable
from typing import Final, Literal

from render.timeline.document import Canvas, Layer, PresenterContent, ShapeContent, TextContent, Transform

FULL: Final = 9_500
"""Parts per 10,000 from which on something is meant to fill a side."""
TEXT_WIDTH_MAX: Final = 9_200
PARTS: Final = 10_000
OFF_MIDDLE: Final = 1_500
"""How far from the middle somebody stands aside."""
WIDER: Final = 1.2
ASIDE: Final = 7_600
OTHER_SIDE: Final = 0.6
"""The share of the width that is left to the others."""
UPPER: Final = 0.55
TITLE_TOP: Final = 2_200
"""Parts per 10,000 of the shorter side: no title's middle is moved higher, where the mark of machine-made pictures stands."""

Move = Literal["", "apart", "stacked"]


def rearranged(layers: Iterable[Layer], old: Canvas, new: Canvas) -> Move:
    """How the layers of a scene make room for its presenter on another canvas."""
    seen = [layer for layer in layers if layer.content.kind != "audio" and not fills(layer)]
    presenter = next((layer for layer in seen if isinstance(layer.content, PresenterContent)), None)
    if presenter is None or all(isinstance(layer.content, PresenterContent) for layer in seen):
        return ""
    growth = (new.width_px * old.height_px) / (new.height_px * old.width_px)
    middle = abs(presenter.transform.x - PARTS // 2) < OFF_MIDDLE
    if growth >= WIDER and middle:
        return "apart"
    return "stacked" if growth <= 1 / WIDER and not middle else ""


def backdrops(layers: Iterable[Layer]) -> frozenset[str]:
    """Ids of the shapes that are drawn behind a scene's presenter: her middle lies in them."""
    held = list(layers)
    presenter = next((layer for layer in held if isinstance(layer.content, PresenterContent)), None)
    return frozenset(layer.id for layer in held if presenter and _is_behind(layer, presenter))


def _is_behind(layer: Layer, presenter: Layer) -> bool:
    if not isinstance(layer.content, ShapeContent) or layer.lane > presenter.lane:
        return False
    place, middle = layer.transform, presenter.transform
    return abs(place.x - middle.x) * 2 < place.width and abs(place.y - middle.y) * 2 < place.height


def refitted(layer: Layer, old: Canvas, new: Canvas, move: Move = "", *, with_presenter: bool = False) -> Layer:
    """The layer as it stands on `new`; a backdrop goes `with_presenter`."""
    if old.width_px * new.height_px == new.width_px * old.height_px or layer.content.kind == "audio" or fills(layer):
        return layer
    transform = _resized(layer, old, new)
    if with_presenter or isinstance(layer.content, PresenterContent):
        transform = transform.model_copy(update={"apart": {"x": ASIDE}, "stacked": {"x": PARTS // 2}}.get(move, {}))
    elif move == "apart" and not _is_headline(layer, transform):
        transform = _narrowed(transform)
    elif move == "stacked":
        transform = transform.model_copy(update={"y": round(transform.y * UPPER)})
    if isinstance(layer.content, TextContent):
        highest = TITLE_TOP * min(new.width_px, new.height_px) // new.height_px
        transform = transform.model_copy(update={"y": max(transform.y, min(layer.transform.y * 2, highest))})
    return layer.model_copy(update={"transform": transform})


def _is_headline(layer: Layer, held: Transform) -> bool:
    """Whether these are words too wide for one side: they go on standing over both."""
    return isinstance(layer.content, TextContent) and held.width > OTHER_SIDE * PARTS


def fills(layer: Layer) -> bool:
    """Whether it is meant to fill the picture, in every shape."""
    held = layer.transform
    return held.width >= FULL and held.height >= FULL and not isinstance(layer.content, PresenterContent)


def _resized(layer: Layer, old: Canvas, new: Canvas) -> Transform:
    held = layer.transform
    ratio = min(new.width_px, new.height_px) / min(old.width_px, old.height_px)
    width, height = held.width * old.width_px * ratio / new.width_px, held.height * old.height_px * ratio / new.height_px
    if isinstance(layer.content, TextContent):
        width = min(width, TEXT_WIDTH_MAX)
    elif held.width >= FULL and not _keeps_its_shape(layer):
        width = held.width
    else:
        shrunk = min(1.0, max(PARTS, held.width) / width, max(PARTS, held.height) / height) if width and height else 1.0
        width, height = width * shrunk, height * shrunk
    size = {"width": round(width), "height": round(height)}
    return held.model_copy(update=size | {"x": _place(held.x, held.width, width), "y": _place(held.y, held.height, height)})


def _keeps_its_shape(layer: Layer) -> bool:
    """Whether it is no band, however wide it is: people and discs are not drawn out."""
    content = layer.content
    return isinstance(content, PresenterContent) or (isinstance(content, ShapeContent) and content.shape == "ellipse")


def _narrowed(held: Transform) -> Transform:
    """On the left, no wider than is left there."""
    shrunk = min(1.0, OTHER_SIDE * TEXT_WIDTH_MAX / max(held.width, 1))
    size = {"width": round(held.width * shrunk), "height": round(held.height * shrunk)}
    half = size["width"] / 2
    return held.model_copy(update=size | {"x": round(min(max(held.x * OTHER_SIDE, half), max(OTHER_SIDE * PARTS - half, half)))})


def _place(centre: int, old: float, new: float) -> int:
    """The new centre along one axis: on an edge that it stood on, else where it was, moved inside if it was inside."""
    first, last = centre - old / 2, centre + old / 2
    if 0 < first < PARTS <= last:
        return round(last - new / 2)
    if first <= 0 < last < PARTS:
        return round(first + new / 2)
    inside = first >= 0 and last <= PARTS
    return round(min(max(centre, new / 2), PARTS - new / 2)) if inside and new <= PARTS else centre
