"""Crops that move: what is cut from a picture or clip at a time of its layer."""

from dataclasses import dataclass
from typing import Final

from render.timeline.document import AnimatedProperty, Crop, Layer
from render.timeline.keyframes import value_at

CROPPED: Final[tuple[AnimatedProperty, ...]] = ("crop-left", "crop-top", "crop-right", "crop-bottom")
CUT_MAX: Final = 9_900


@dataclass(frozen=True, slots=True)
class MovingCrop:
    """The crop of a layer with keyframes on its sides."""

    layer: Layer

    def at(self, ticks: int) -> Crop:
        """The crop `ticks` after the layer's start."""
        return Crop(**{name.removeprefix("crop-"): _cut(value_at(self.layer, name, ticks)) for name in CROPPED})

    @property
    def tightest(self) -> Crop:
        """No smaller than any crop that it goes through, side by side."""
        frames = self.layer.keyframes
        cuts = {
            name: [frame.value for frame in frames if frame.property == name] or [round(value_at(self.layer, name, 0))] for name in CROPPED
        }
        return Crop(**{name.removeprefix("crop-"): _cut(max(values)) for name, values in cuts.items()})


def moving_crop(layer: Layer) -> MovingCrop | None:
    """How a layer's crop moves, or None where it stays."""
    return MovingCrop(layer) if any(keyframe.property in CROPPED for keyframe in layer.keyframes) else None


def _cut(value: float) -> int:
    return min(max(round(value), 0), CUT_MAX)
