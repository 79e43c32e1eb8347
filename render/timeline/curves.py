"""Parts of a layer's curves: keyframes cut so that what is left moves as it did."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from render.timeline.document import AnimatedProperty, AudioContent, Keyframe, Layer, VideoContent
from render.timeline.keyframes import value_at

SAMPLES: Final = 8
"""An eased move that is cut becomes this many straight ones: half a cubic curve is none of our easings."""


def envelope_of(layer: Layer) -> AnimatedProperty:
    """What the envelope of a layer changes: its volume where it sounds, else its opacity."""
    return "volume" if isinstance(layer.content, AudioContent | VideoContent) else "opacity"


def cut_keyframes(layer: Layer, start: int, end: int) -> tuple[Keyframe, ...]:
    """The keyframes that let a layer beginning `start` ticks later (earlier where negative) and ending at `end` move as this one does."""
    names = dict.fromkeys(keyframe.property for keyframe in layer.keyframes)
    cut = (keyframe for name in names for keyframe in _cut(layer, name, start, end))
    return tuple(keyframe.model_copy(update={"at": keyframe.at - start}) for keyframe in cut)


def _cut(layer: Layer, name: AnimatedProperty, start: int, end: int) -> Iterator[Keyframe]:
    frames = sorted((keyframe for keyframe in layer.keyframes if keyframe.property == name), key=lambda keyframe: keyframe.at)
    for first, second in pairwise(frames):
        if first.at < end and second.at > start:
            yield from _move(layer, first, second, start, end)
    yield _point(layer, name, max(start, min(end, frames[-1].at)))


def _move(layer: Layer, first: Keyframe, second: Keyframe, start: int, end: int) -> Iterator[Keyframe]:
    """The move from one keyframe to the next, as far as it lies between `start` and `end`, without its last value."""
    if start <= first.at and second.at <= end:
        yield first
        return
    begin, stop = max(first.at, start), min(second.at, end)
    if first.easing in {"linear", "hold"}:
        yield _point(layer, first.property, begin).model_copy(update={"easing": first.easing})
        return
    for step in range(SAMPLES):
        yield _point(layer, first.property, begin + (stop - begin) * step // SAMPLES)


def _point(layer: Layer, name: AnimatedProperty, at: int) -> Keyframe:
    return Keyframe(property=name, at=at, value=round(value_at(layer, name, at)), easing="linear")
