"""Safety: what of an ad stands where a platform's app covers the picture: captions, titles, logos, the mark of our pictures. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from render.presets.labels import LABEL_MARGIN, LABEL_SIZE
from render.presets.platforms import Covered, Platform
from render.timeline.document import Canvas, Document, ImageContent, Layer, TextContent
from render.timeline.lettering import written_size
from render.timeline.placed import Cue
from render.timeline.styles import CaptionStyle

PARTS: Final = 10_000
SLACK: Final = 50
"""So far under a cover is still seen."""
LABEL_LETTERS: Final = 7
"""Squares of the widest of the marks, with its plate."""


@dataclass(frozen=True, slots=True)
class Box:
    """A thing in the picture, by its edges, parts per 10,000 of the picture's width and height.

    `kind` is `captions`, `title`, `logo` or `label`; `scene_number` is 0 for what runs across scenes.
    """

    kind: str
    left: float
    top: float
    right: float
    bottom: float
    name: str = ""
    scene_number: int = 0

    def reaches_under(self, covered: Covered) -> bool:
        """Whether a part of it is covered that anybody would miss. What stands outside the picture anyway does not count."""
        free = Box("", covered.left - SLACK, covered.top - SLACK, PARTS - covered.right + SLACK, PARTS - covered.bottom + SLACK)
        left, top, right, bottom = max(self.left, 0), max(self.top, 0), min(self.right, PARTS), min(self.bottom, PARTS)
        return left < free.left or top < free.top or right > free.right or bottom > free.bottom


def hidden(document: Document, cues: Iterable[Cue], platform: Platform) -> tuple[Box, ...]:
    """What a platform covers of the ad in the document's shape, the most general first."""
    covered = platform.covers(document.canvas)
    if covered == Covered():
        return ()
    return tuple(box for box in boxes(document, cues) if box.reaches_under(covered))


def into_sight(document: Document, cues: Iterable[Cue], platforms: Iterable[Platform]) -> CaptionStyle:
    """The captions where none of these platforms covers them, no farther away than that takes, and narrower only where they must be.

    What has a place of its own stays there. Platforms that want another shape do not count.
    """
    style, canvas = document.captions, document.canvas
    shown = [cue for cue in cues if cue.text and cue.place is None]
    free = _free([platform.covers(canvas) for platform in platforms if platform.takes(canvas)])
    room = round(free.right - free.left)
    if not shown:
        return style
    if max(said_size(cue, style, canvas)[0] for cue in shown) > room:
        style = style.model_copy(update={"width": room})
    width, height = (max(sides) for sides in zip(*(said_size(cue, style, canvas) for cue in shown), strict=True))
    x, y = _within(style.x, width, free.left, free.right), _within(style.y, height, free.top, free.bottom)
    return style.model_copy(update={"x": x, "y": y})


def boxes(document: Document, cues: Iterable[Cue]) -> Iterator[Box]:
    """Everything that has to be read."""
    canvas = document.canvas
    yield _label(canvas)
    if document.captions.visible:
        yield from _captions(document.captions, canvas, [cue for cue in cues if cue.text])
    for track in document.tracks:
        if not track.hidden:
            yield from (_placed("logo", layer) for layer in track.layers if _is_logo(layer))
    for number, scene in enumerate(document.scenes, start=1):
        for layer in scene.layers:
            if isinstance(layer.content, TextContent) and not layer.hidden:
                yield from _title(layer, layer.content, document, number)


def _free(covered: Sequence[Covered]) -> Box:
    """What none of them covers."""
    left, top = max((one.left for one in covered), default=0), max((one.top for one in covered), default=0)
    right, bottom = max((one.right for one in covered), default=0), max((one.bottom for one in covered), default=0)
    return Box("", left, top, PARTS - right, PARTS - bottom)


def _within(middle: int, length: float, first: float, last: float) -> int:
    """The nearest middle at which a length lies between two edges; half-way where it is too long."""
    if length >= last - first:
        return round((first + last) / 2)
    return round(min(max(middle, first + length / 2), last - length / 2))


def _label(canvas: Canvas) -> Box:
    short = min(canvas.width_px, canvas.height_px)
    across, down = LABEL_MARGIN * short / canvas.width_px, LABEL_MARGIN * short / canvas.height_px
    width, height = LABEL_LETTERS * LABEL_SIZE * short / canvas.width_px, 2 * LABEL_SIZE * short / canvas.height_px
    return Box("label", across, down, across + width, down + height)


def _captions(style: CaptionStyle, canvas: Canvas, cues: list[Cue]) -> Iterator[Box]:
    """The boxes that hold every caption, one for each place: as wide as the widest there, as high as the highest."""
    sizes: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for cue in cues:
        place = cue.place or style
        sizes[place.x, place.y].append(said_size(cue, style, canvas))
    for (x, y), there in sizes.items():
        yield _around("captions", x, y, max(width for width, _ in there), max(height for _, height in there))


def said_size(cue: Cue, style: CaptionStyle, canvas: Canvas) -> tuple[float, float]:
    """How wide and high a caption stands, in both its languages, parts per 10,000 of the picture's width and height."""
    width, height = written_size(cue.text, cue.style or style.style, style.width, canvas)
    below = written_size(cue.second, style.second_style, style.width, canvas) if cue.second else (0.0, 0.0)
    return max(width, below[0]), height + below[1]


def _title(layer: Layer, content: TextContent, document: Document, number: int) -> Iterator[Box]:
    words = content.shown_in(document.language).strip()
    if words:
        place = layer.transform
        width, height = (side * place.scale / 1_000 for side in written_size(words, content.style, place.width, document.canvas))
        yield _around("title", place.x, place.y, width, height, name=layer.name or words, scene_number=number)


def _is_logo(layer: Layer) -> bool:
    place = layer.transform
    return isinstance(layer.content, ImageContent) and not layer.hidden and place.width * place.scale < PARTS * 900


def _placed(kind: str, layer: Layer) -> Box:
    place = layer.transform
    width, height = place.width * place.scale / 1_000, place.height * place.scale / 1_000
    return _around(kind, place.x, place.y, width, height, name=layer.name)


def _around(kind: str, x: float, y: float, width: float, height: float, *, name: str = "", scene_number: int = 0) -> Box:
    return Box(kind, x - width / 2, y - height / 2, x + width / 2, y + height / 2, name, scene_number)
