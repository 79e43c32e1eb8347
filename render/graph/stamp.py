"""Stamps: what is to be drawn in one frame, named so exactly that equal names mean equal pixels; and drawing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from render.graph.workshop import Workshop
from render.pixels.over import over
from render.pixels.planes import Planes

Key = tuple[object, ...]
"""Names a picture: hashable, made of what decides its pixels."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture and where its top left corner goes, in pixels; `fresh` where nobody else holds its memory."""

    planes: Planes
    x: int = 0
    y: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """The frame that a film shows at `ticks`."""

    path: Path
    ticks: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """One thing to draw: `key` names pixels, place and opacity; `draw` is called only when it is needed.

    `still` says that the same stamp comes again in other frames, so that what it makes is worth keeping. `untouched` is the film's
    frame that fills the whole picture as it is.
    """

    key: Key
    draw: Callable[[], Drawn]
    opacity: int = 255
    still: bool = True
    untouched: SourceFrame | None = None


def keys(stamps: Sequence[Stamp]) -> Key:
    """The name of the picture that `stamps` make."""
    return tuple(stamp.key for stamp in stamps)


def compose(stamps: Sequence[Stamp], size_px: tuple[int, int], workshop: Workshop) -> Planes:
    """Draw `stamps` from the lowest up into an opaque picture (width, height); the first one must cover all of it.

    The still ones at the bottom are drawn together once and kept. The result may be shared: it must not be changed.
    """
    still = next((place for place, stamp in enumerate(stamps) if not stamp.still), len(stamps))
    drawn = None
    if still:
        drawn = workshop.pictures.get(("flat", size_px, keys(stamps[:still])), lambda: _draw(None, stamps[:still], size_px, workshop))
    return _draw(drawn, stamps[still:], size_px, workshop)


def _draw(ground: Planes | None, stamps: Sequence[Stamp], size_px: tuple[int, int], workshop: Workshop) -> Planes:
    ours = False
    for stamp in stamps:
        drawn = stamp.draw()
        if _covers(drawn, stamp.opacity, size_px):
            ground, ours = drawn.planes, drawn.fresh
            continue
        if ground is None:
            raise ValueError("the lowest stamp must cover the picture")
        if not ours:
            ground, ours = ground.clone(), True
        over(ground, drawn.planes, drawn.x, drawn.y, stamp.opacity)
    if ground is None:
        raise ValueError("nothing to draw")
    workshop.frames_composed += bool(stamps)
    return ground


def _covers(drawn: Drawn, opacity: int, size_px: tuple[int, int]) -> bool:
    planes = drawn.planes
    whole = (drawn.x, drawn.y, planes.width_px, planes.height_px) == (0, 0, *size_px)
    return whole and planes.a is None and opacity == 255  # noqa: PLR2004 - opaque
