"""The value of a layer's property at a moment: keyframes with easing, else what the layer says once."""

from typing import Final

from render.timeline.document import AnimatedProperty, Crop, Keyframe, Layer
from render.timeline.values import Easing

FULL_VOLUME: Final = 1_000


def value_at(layer: Layer, animated: AnimatedProperty, at_ticks: int) -> float:
    """The property at `at_ticks` from the layer's start, in the document's own units.

    Before the first keyframe and after the last, their values hold; a layer without keyframes keeps its own value.
    Of two keyframes at one tick the later in the list rules from there on.
    """
    frames = sorted((frame for frame in layer.keyframes if frame.property == animated), key=lambda frame: frame.at)
    if not frames:
        return float(resting_value(layer, animated))
    before = [frame for frame in frames if frame.at <= at_ticks]
    if not before:
        return float(frames[0].value)
    if len(before) == len(frames):
        return float(frames[-1].value)
    return _between(before[-1], frames[len(before)], at_ticks)


def resting_value(layer: Layer, animated: AnimatedProperty) -> int:
    """The property of a layer that does not move."""
    if animated == "opacity":
        return layer.opacity
    if animated == "volume":
        return getattr(layer.content, "volume", FULL_VOLUME)
    if animated.startswith("crop-"):
        return int(getattr(getattr(layer.content, "crop", Crop()), animated.removeprefix("crop-")))
    return int(getattr(layer.transform, animated))


def eased(easing: Easing, fraction: float) -> float:
    """How far a move has come, 0 to 1, when `fraction` of its time has passed: cubic curves; `hold` waits for the end."""
    if easing == "hold":
        return 0.0
    if easing == "ease-in":
        return fraction**3
    if easing == "ease-out":
        return 1 - (1 - fraction) ** 3
    if easing == "ease-in-out":
        return 4 * fraction**3 if fraction < 1 / 2 else 1 - 4 * (1 - fraction) ** 3
    return fraction


def _between(first: Keyframe, second: Keyframe, at_ticks: int) -> float:
    fraction = (at_ticks - first.at) / (second.at - first.at)
    return first.value + (second.value - first.value) * eased(first.easing, fraction)
