"""How far off each place of a frame takes its colours from."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from render.avatar import shift_kernels as loops
from render.avatar.fields import POSES
from render.avatar.motions import MOTIONS
from render.avatar.mouth import Box
from render.avatar.sampling import Floats
from render.avatar.score import PLACE, Curve
from render.avatar.stage import POSE_STEP_PX, Stage

Tensor = torch.Tensor
RESTING: Final = 0
UPPER: Final = 1
LOWER: Final = 2
_POSE_STEPS: Final = 2
_POSE_DAMPING: Final = np.float32(0.9)
_INVERSE_STEPS: Final = 6
_DAMPING: Final = np.float32(0.6)
"""An undamped fixed point diverges where the jaw stretches the field by more than its own length."""


def shifts(stage: Stage, controls: Curve) -> Tensor:
    """(3, 2, rows, columns): pixels, x and y, from an output pixel to where its colours come from.

    First to the resting head, then to the portrait by the upper lip's field and by the lower one's. They stand at the centres of squares
    of `stage.step_px`; between them it is linear, beyond them it holds.
    """
    return shifts_reference(stage, controls) if stage.device.type != "cpu" else torch.from_numpy(_shifts_compiled(stage, controls))


def shifts_reference(stage: Stage, controls: Curve) -> Tensor:
    """`shifts` in plain torch."""
    pose = functional.interpolate(_pose(stage, controls), scale_factor=POSE_STEP_PX // stage.step_px, mode="bilinear", align_corners=False)
    moved = pose.repeat(3, 1, 1, 1)
    patch = moved[:, :, stage.patch.rows, stage.patch.columns]
    centres = stage.patch.centres().to(stage.device) * stage.step_px
    patch[UPPER:] += _lip_shift(stage, _lips(stage, controls), centres[None] + patch[:1])
    return moved


def _shifts_compiled(stage: Stage, controls: Curve) -> Floats:
    finer, (rows, columns) = POSE_STEP_PX // stage.step_px, stage.poses.shape[2:]
    moved = np.empty((3, 2, rows * finer, columns * finer), np.float32)
    pose = loops.turned_back(stage.poses.numpy(), _weights(POSES, controls), np.float32(1 / POSE_STEP_PX), _POSE_STEPS, _POSE_DAMPING)
    loops.spread_out(pose, finer, np.float32(POSE_STEP_PX), moved)
    square, patch = np.array(stage.square, np.float32), stage.patch
    corners = np.array([patch.left, patch.top, patch.width, patch.height], np.int32)
    weights, lips = _weights(MOTIONS, controls), stage.lips.numpy()
    for side, fields in ((UPPER, lips[0]), (LOWER, lips[1])):
        back = loops.turned_back(fields, weights, np.float32(fields.shape[3] / 2), _INVERSE_STEPS, _DAMPING)
        loops.follow(back, square, stage.step_px, corners, moved[side])
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
    weights = torch.from_numpy(_weights(POSES, controls)).to(stage.device)
    forward = torch.einsum("k,kchw->chw", weights, stage.poses)[None]
    rows, columns = forward.shape[2:]
    half = forward.new_tensor([columns, rows]).view(1, 2, 1, 1) * (POSE_STEP_PX / 2)
    return inverse(forward / half, _POSE_STEPS, float(_POSE_DAMPING)) * half


def _lips(stage: Stage, controls: Curve) -> Tensor:
    """(2, 2, GRID, GRID): from the resting head back to the portrait, for both sides, in halves of the square."""
    weights = torch.from_numpy(_weights(MOTIONS, controls)).to(stage.device)
    return inverse(torch.einsum("k,skchw->schw", weights, stage.lips), _INVERSE_STEPS, float(_DAMPING))


def _lip_shift(stage: Stage, lips: Tensor, places: Tensor) -> Tensor:
    """(2, 2, h, w) pixels from the resting head to the portrait, by both fields; none outside the square."""
    left, top, side = stage.square
    corner = places.new_tensor([left, top]).view(1, 2, 1, 1)
    grid = channels_last((places - corner) * (2 / side) - 1).expand(2, -1, -1, -1)
    return functional.grid_sample(lips, grid, align_corners=False) * (side / 2)


def _weights(names: Sequence[str], controls: Curve) -> Floats:
    """How strong each field is; what has no control of its own is always on."""
    return np.array([controls[PLACE[name]] if name in PLACE else 1.0 for name in names], np.float32)
