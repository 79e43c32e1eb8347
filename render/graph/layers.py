"""Layers: contents placed in time and on the picture, moved by their keyframes."""

import math
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from render.graph.boxes import Box, even, turned_size
from render.graph.crops import CROPPED
from render.graph.painters import Painter
from render.graph.pictures import VideoPainter
from render.graph.stamp import Drawn, Key, SourceFrame, Stamp
from render.graph.workshop import Workshop
from render.pixels.affine import affine
from render.pixels.planes import Planes
from render.pixels.scale import scale
from render.timeline.document import AnimatedProperty, Layer
from render.timeline.keyframes import value_at
from render.timeline.time import TimeRange

POSED: Final[tuple[AnimatedProperty, ...]] = ("x", "y", "scale", "rotation", "opacity")
"""The properties that change how a layer stands."""
SEEN: Final = (*POSED, *CROPPED)
"""The properties that change how a layer looks."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a layer stands at one time: its centre in pixels, size ratio to how it was painted, turn in degrees clockwise, opacity 0..255."""

    centre_x: float
    centre_y: float
    ratio: float
    degrees: float
    opacity: int


@dataclass(frozen=True)
class LayerNode:
    """A layer ready to be asked what it shows. `start` and `visible` count from the scene's start (or the project's, on tracks).

    It keeps what does not depend on the time, since it is asked for every frame.
    """

    layer: Layer
    start: int
    visible: TimeRange
    box: Box
    painted_scale: float
    painter: Painter
    size_px: tuple[int, int]
    workshop: Workshop

    def stamp(self, ticks: int) -> Stamp | None:
        """What the layer shows at this time, or None where nothing of it is to be seen."""
        if not self.visible.contains(ticks):
            return None
        return self._stamp(ticks - self.start) if self.moving else self._resting_stamp

    @cached_property
    def moving(self) -> bool:
        """Whether the layer may look different from one frame to the next."""
        return self.painter.moving or bool(self._turns)

    def pose(self, at: int) -> Pose:
        """The layer's pose `at` ticks after its start."""
        return self._pose(at) if self._turns else self._resting_pose

    @cached_property
    def _turns(self) -> tuple[int, ...]:
        """When keyframes change how it stands."""
        return tuple(keyframe.at for keyframe in self.layer.keyframes if keyframe.property in POSED)

    @cached_property
    def _resting_pose(self) -> Pose:
        return self._pose(0)

    @cached_property
    def _resting_stamp(self) -> Stamp | None:
        return self._stamp(0)

    def _pose(self, at: int) -> Pose:
        x, y, size, turn, opacity = (value_at(self.layer, name, at) for name in POSED)
        ratio = size / self.painted_scale if self.painted_scale > 0 else 0.0
        opacity = round(min(max(opacity, 0.0), 1_000.0) * 255 / 1_000)
        return Pose(x * self.size_px[0] / 10_000, y * self.size_px[1] / 10_000, ratio, turn / 1_000, opacity)

    def _stamp(self, at: int) -> Stamp | None:
        content, pose = self.painter.key(at), self.pose(max(0, at))
        if content is None or pose.opacity == 0 or pose.ratio <= 0:
            return None
        key = ("layer", content, pose, self.box, self.size_px)
        draw = partial(self._draw, key, at, pose)
        return Stamp(key, draw, pose.opacity, still=self._resting(at), untouched=self._untouched(at, pose))

    def _untouched(self, at: int, pose: Pose) -> SourceFrame | None:
        """The film's frame, where it fills the picture exactly."""
        if not isinstance(self.painter, VideoPainter) or self.box.size_px != self.size_px:
            return None
        centred = (2 * pose.centre_x, 2 * pose.centre_y) == self.size_px
        as_painted = abs(pose.ratio - 1) <= 1e-6 and not pose.degrees % 360 and pose.opacity == 255  # noqa: PLR2004 - no change; opaque
        return self.painter.untouched(at) if centred and as_painted else None

    def _resting(self, at: int) -> bool:
        """Whether the layer stays as it is from now on."""
        return not self.painter.moving and at >= max(self._turns, default=0)

    def _draw(self, key: Key, at: int, pose: Pose) -> Drawn:
        if self.moving:
            return self._posed(at, pose)
        if pose.ratio == 1 and not pose.degrees % 360:
            return self._placed(self.painter.paint(at), pose)
        return self._placed(self.workshop.pictures.get(("posed", key), lambda: self._posed(at, pose).planes), pose)

    def _posed(self, at: int, pose: Pose) -> Drawn:
        painted = self.painter.paint(at)
        planes = painted
        if abs(pose.ratio - 1) > 1e-6:  # noqa: PLR2004 - less is no change
            planes = scale(planes, even(planes.width_px * pose.ratio), even(planes.height_px * pose.ratio))
        drop = (self.box.height * pose.ratio - planes.height_px) / 2 if self.painter.gravity == "bottom" else 0.0
        if pose.degrees % 360:
            planes = turned(planes, pose.degrees)
        return self._placed(planes, pose, drop, fresh=planes is not painted or self.painter.moving)

    def _placed(self, planes: Planes, pose: Pose, drop: float = 0.0, *, fresh: bool = False) -> Drawn:
        """Where the top left corner goes: `drop` pixels down the layer's own axis from its centre.

        What never moves stands on the chroma grid, which is quicker to draw.
        """
        turn = math.radians(pose.degrees)
        left = pose.centre_x - drop * math.sin(turn) - planes.width_px / 2
        top = pose.centre_y + drop * math.cos(turn) - planes.height_px / 2
        step = 1 if self.moving else 2
        return Drawn(planes, math.floor(left / step + 0.5) * step, math.floor(top / step + 0.5) * step, fresh)


def turned(planes: Planes, degrees: float) -> Planes:
    """The picture turned clockwise about its centre, in the upright box around it."""
    width, height = turned_size(planes.width_px, planes.height_px, degrees)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return affine(planes, width, height, _back(cos, sin, (width / 2, height / 2), (planes.width_px / 2, planes.height_px / 2)))


def _back(
    cos: float, sin: float, out_centre: tuple[float, float], source_centre: tuple[float, float]
) -> tuple[float, float, float, float, float, float]:
    """The map from a point of the turned picture to its source: a turn the other way about the two centres."""
    x, y = out_centre
    return cos, sin, source_centre[0] - cos * x - sin * y, -sin, cos, source_centre[1] + sin * x - cos * y
