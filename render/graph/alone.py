"""Presenters alone: the film without all else, on nothing, to be laid over other pictures."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from render.errors import DocumentRefused
from render.graph.program import Program
from render.graph.scenes import BACKDROP
from render.graph.stamp import Key, Stamp, keys
from render.pixels.device import HOST, filled_like, moved
from render.pixels.over import OPAQUE, over
from render.pixels.planes import Planes
from render.timeline.document import PresenterContent, Transition
from render.timeline.placed import PlacedLayer, PlacedTimeline


def alone(timeline: PlacedTimeline) -> PlacedTimeline:
    """The same film with its presenters and nothing else; scenes follow each other by cuts. It sounds as before.

    Raises DocumentRefused(`presenter-none`) where nobody is shown.
    """
    scenes = tuple(replace(scene, layers=_presenters(scene.layers), transition=Transition()) for scene in timeline.scenes)
    if not any(scene.layers for scene in scenes) and not _presenters(timeline.tracks):
        raise DocumentRefused("presenter-none", path="scenes")
    captions = timeline.captions.model_copy(update={"visible": False})
    return replace(timeline, scenes=scenes, tracks=_presenters(timeline.tracks), captions=captions)


def cut_out(program: Program) -> Iterator[Planes]:
    """Every frame of such a film with alpha, premultiplied; a frame that is like the one before is the same object."""
    last: tuple[Key, Planes] | None = None
    for index in range(program.frame_count):
        stamps = [stamp for stamp in program.stamps(index) if stamp.key[0] != BACKDROP]
        name = keys(stamps)
        if last is None or last[0] != name:
            last = name, _composed(stamps, program.size_px)
        yield last[1]


def _presenters(layers: tuple[PlacedLayer, ...]) -> tuple[PlacedLayer, ...]:
    return tuple(placed for placed in layers if isinstance(placed.layer.content, PresenterContent))


def _composed(stamps: list[Stamp], size_px: tuple[int, int]) -> Planes:
    """Drawn on black: what *over* leaves there is the premultiplied colour, and drawn as luma the alpha leaves the alpha."""
    colour, cover = _black(size_px), _black(size_px)
    for stamp in stamps:
        drawn = stamp.draw()
        planes = moved(drawn.planes, HOST)
        over(colour, planes, drawn.x, drawn.y, stamp.opacity)
        over(cover, _as_luma(planes), drawn.x, drawn.y, stamp.opacity)
    return Planes(colour.y, colour.u, colour.v, cover.y)


def _black(size_px: tuple[int, int]) -> Planes:
    width, height = size_px
    luma, blue, red = (np.zeros(shape, np.uint8) for shape in ((height, width), *[(height // 2, width // 2)] * 2))
    return Planes(luma, blue, red)


def _as_luma(planes: Planes) -> Planes:
    alpha = filled_like(planes.y, OPAQUE) if planes.a is None else planes.a
    return Planes(alpha, planes.u, planes.v, alpha)
