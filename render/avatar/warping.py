"""How far off each place of a frame takes its colours from."""

from typing import Final

import torch
from torch.nn import functional

from render.avatar.fields import POSES
from render.avatar.motions import MOTIONS
from render.avatar.mouth import Box
from render.avatar.score import PLACE, Curve
from render.avatar.stage import POSE_STEP_PX, Stage

Tensor = torch.Tensor
RESTING: Final = 0
UPPER: Final = 1
LOWER: Final = 2
_INVERSE_STEPS: Final = 6
_DAMPING: Final = 0.6
"""An undamped fixed point diverges where the jaw stretches the field by more than its own length."""


def shifts(stage: Stage, controls: Curve) -> Tensor:
    """(3, 2, rows, columns): pixels, x and y, from an output pixel to where its colours come from.

    First to the resting head, then to the portrait by the upper lip's field and by the lower one's. They stand at the centres of squares
    of `stage.step_px`; between them it is linear, beyond them it holds.
    """
    pose = functional.interpolate(_pose(stage, controls), scale_factor=POSE_STEP_PX // stage.step_px, mode="bilinear", align_corners=False)
    moved = pose.repeat(3, 1, 1, 1)
    patch = moved[:, :, stage.patch.rows, stage.patch.columns]
    centres = stage.patch.centres().to(stage.device) * stage.step_px
    patch[UPPER:] += _lip_shift(stage, _lips(stage, controls), centres[None] + patch[:1])
    return moved


def inverse(forward: Tensor, steps: int, damping: float) -> Tensor:
    """(B, 2, h, w): b with b(y) = -f(y + b(y)), by damped fixed-point steps; f in halves of the grid's sides."""
    rows, columns = forward.shape[2:]
    size = forward.new_tensor([columns, rows]).view(1, 2, 1, 1)
    place = Box(0, 0, columns, rows).centres().to(forward.device)[None] * (2 / size) - 1
    back = -damping * forward
    for _ in range(steps):
        taken = functional.grid_sample(forward, channels_last(back + place), padding_mode="border", align_corners=False)
        back = torch.add(back * (1 - damping), taken, alpha=-damping)
    return back


def channels_last(places: Tensor) -> Tensor:
    """(B, 2, h, w) as `grid_sample` wants it."""
    return places.permute(0, 2, 3, 1)


def _pose(stage: Stage, controls: Curve) -> Tensor:
    """(1, 2, rows, columns): from an output pixel back to the resting head, at every `POSE_STEP_PX`."""
    weights = _column(stage, [float(controls[PLACE[name]]) for name in POSES])
    forward = torch.einsum("k,kchw->chw", weights, stage.poses)[None]
    rows, columns = forward.shape[2:]
    half = forward.new_tensor([columns, rows]).view(1, 2, 1, 1) * (POSE_STEP_PX / 2)
    return inverse(forward / half, steps=2, damping=0.9) * half


def _lips(stage: Stage, controls: Curve) -> Tensor:
    """(2, 2, GRID, GRID): from the resting head back to the portrait, for both sides, in halves of the square."""
    weights = _column(stage, [1.0 if name == "close" else float(controls[PLACE[name]]) for name in MOTIONS])
    return inverse(torch.einsum("k,skchw->schw", weights, stage.lips), _INVERSE_STEPS, _DAMPING)


def _lip_shift(stage: Stage, lips: Tensor, places: Tensor) -> Tensor:
    """(2, 2, h, w) pixels from the resting head to the portrait, by both fields; none outside the square."""
    left, top, side = stage.square
    corner = places.new_tensor([left, top]).view(1, 2, 1, 1)
    grid = channels_last((places - corner) * (2 / side) - 1).expand(2, -1, -1, -1)
    return functional.grid_sample(lips, grid, align_corners=False) * (side / 2)


def _column(stage: Stage, values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32, device=stage.device)
