"""How the inside of a mouth stands in a frame."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from render.avatar.motions import JAW_DROP
from render.avatar.score import PLACE, Curve
from render.avatar.stage import Stage

Tensor = torch.Tensor


@dataclass(frozen=True, slots=True)
class Interior:
    """Upper teeth stay on the head, lower teeth go with the jaw, the tongue follows it."""

    seen: float
    """How far teeth are seen: they lie deep, in the dark, behind rounded lips."""
    drops_px: tuple[float, float, float]
    """How far upper teeth, lower teeth and tongue have moved, down the face."""


def interior(stage: Stage, controls: Curve) -> Interior:
    """The inside of the mouth under `controls`."""
    unit = stage.face.chin_px
    jaw, low, tongue, pucker = (float(controls[PLACE[name]]) for name in ("jaw", "low", "tongue", "pucker"))
    drops = (0.0, unit * (0.86 * JAW_DROP * jaw + 0.03 * low), unit * (0.34 * JAW_DROP * jaw - 0.24 * tongue))
    return Interior(1 - 0.75 * pucker * pucker, drops)


def openness(stage: Stage, hole: Tensor) -> Tensor:
    """(h, w): how much of the surroundings is open; `hole` (h, w) is that of each 4x4 pixels (a box mean, nothing beyond the edge)."""
    reach_px = max(3, int(0.16 * stage.face.chin_px))
    side = max(3, reach_px // 4 | 1)
    return functional.avg_pool2d(hole[None, None], side, 1, side // 2)[0, 0]
