"""Draws one frame: the portrait moved by the pose, the lips by two fields that part between them, lids over the eyes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from render.avatar.anatomy import smooth
from render.avatar.fields import GRID, POSES
from render.avatar.kernels import warp
from render.avatar.lids import Eye, closed
from render.avatar.motions import JAW_DROP, MOTIONS
from render.avatar.mouth import Box
from render.avatar.score import PLACE, Curve
from render.avatar.stage import OFFSETS, POSE_STEP_PX, Stage
from render.pixels.planes import Planes

Tensor = torch.Tensor
_INVERSE_STEPS: Final = 6
_DAMPING: Final = 0.6
"""An undamped fixed point diverges where the jaw stretches the field by more than its own length."""


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """Where pixels come from, in one frame."""

    pose: Tensor
    """(1, 2, rows, columns): from an output pixel back to the resting head, in pixels, at every `POSE_STEP_PX`."""
    lips: Tensor
    """(2, 2, GRID, GRID): from there back to the portrait, for the upper and the lower side, in halves of the square."""


@torch.inference_mode()
def draw(stage: Stage, controls: Curve) -> Planes:
    """The presenter with `controls` (one row of `score.CONTROLS`), planes with alpha of the stage's size."""
    back = Warp(_pose(stage, controls), _lips(stage, controls))
    planes = stage.still.clone()
    _draw_base(stage, back, planes)
    _draw_mouth(stage, back, controls, planes)
    for eye in stage.eyes if controls[PLACE["blink"]] > 0 else ():
        _draw_lid(stage, back, eye, float(controls[PLACE["blink"]]), planes)
    return planes


def _pose(stage: Stage, controls: Curve) -> Tensor:
    weights = _column(stage, [controls[PLACE[name]] for name in POSES])
    forward = torch.einsum("k,kchw->chw", weights, stage.poses)[None]
    rows, columns = forward.shape[2:]
    half = forward.new_tensor([columns, rows]).view(1, 2, 1, 1) * (POSE_STEP_PX / 2)
    return _inverse(forward / half, steps=2, damping=0.9) * half


def _lips(stage: Stage, controls: Curve) -> Tensor:
    weights = _column(stage, [1.0 if name == "close" else controls[PLACE[name]] for name in MOTIONS])
    return _inverse(torch.einsum("k,skchw->schw", weights, stage.lips), _INVERSE_STEPS, _DAMPING)


def _inverse(forward: Tensor, steps: int, damping: float) -> Tensor:
    """(B, 2, h, w): b with b(y) = -f(y + b(y)), by damped fixed-point steps; f in halves of the grid's sides."""
    rows, columns = forward.shape[2:]
    place = _cells(columns, rows, forward.device)
    back = -damping * forward
    for _ in range(steps):
        taken = functional.grid_sample(forward, (back + place).permute(0, 2, 3, 1), padding_mode="border", align_corners=False)
        back = torch.add(back * (1 - damping), taken, alpha=-damping)
    return back


def _cells(columns: int, rows: int, device: torch.device) -> Tensor:
    """(1, 2, rows, columns): cell centres, -1 to 1."""
    x = (torch.arange(columns, device=device) + 0.5) * (2 / columns) - 1
    y = (torch.arange(rows, device=device) + 0.5) * (2 / rows) - 1
    return torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1])[None]


def _column(stage: Stage, values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32, device=stage.device)


def _draw_base(stage: Stage, back: Warp, planes: Planes) -> None:
    """Everything by the pose and the upper field; the lower side of the mouth is drawn over it."""
    if stage.device.type == "cpu":
        pose = back.pose[0].permute(1, 2, 0).contiguous().numpy()
        upper = (back.lips[0] * (stage.square[2] / 2)).permute(1, 2, 0).contiguous().numpy()
        outputs = (plane.numpy() for plane in (planes.y, planes.u, planes.v, planes.a) if plane is not None)
        left, top, side = stage.square
        place = np.array([left, top, GRID / side, 1 / POSE_STEP_PX], np.float32)
        warp(stage.picture, pose, upper, place, stage.spans, *outputs)
    else:
        everything = Box(0, 0, stage.width_px, stage.height_px)
        _put(planes, everything, base_reference(stage, back))


def base_reference(stage: Stage, back: Warp) -> Tensor:
    """(4, height, width) colours: what the compiled kernel draws, in plain torch; needs `stage.colours` of the whole picture."""
    places = _resting(stage, back, Box(0, 0, stage.width_px, stage.height_px))
    places = places + _lip_shift(stage, back.lips[:1], places)
    size = places.new_tensor([stage.width_px, stage.height_px]).view(1, 2, 1, 1)
    return functional.grid_sample(stage.colours, _channels_last(places * (2 / size) - 1), padding_mode="border", align_corners=False)[0]


def _resting(stage: Stage, back: Warp, box: Box) -> Tensor:
    """(1, 2, h, w): where a box's pixels stand on the resting head."""
    centres = box.centres().to(stage.device)[None]
    size = centres.new_tensor([back.pose.shape[3], back.pose.shape[2]]).view(1, 2, 1, 1) * POSE_STEP_PX
    grid = _channels_last(centres * (2 / size) - 1)
    return centres + functional.grid_sample(back.pose, grid, padding_mode="border", align_corners=False)


def _lip_shift(stage: Stage, lips: Tensor, places: Tensor) -> Tensor:
    """(B, 2, h, w) pixels from the resting head to the portrait, by each of the fields (B, 2, GRID, GRID); none outside the square."""
    left, top, side = stage.square
    corner = places.new_tensor([left, top]).view(1, 2, 1, 1)
    grid = _channels_last((places - corner) * (2 / side) - 1).expand(lips.shape[0], -1, -1, -1)
    return functional.grid_sample(lips, grid, align_corners=False) * (side / 2)


def _from_near(stage: Stage, source: Tensor, places: Tensor) -> Tensor:
    """Samples of a picture that covers `stage.near`."""
    near = stage.near
    corner = places.new_tensor([near.left, near.top]).view(1, 2, 1, 1)
    size = places.new_tensor([near.width, near.height]).view(1, 2, 1, 1)
    grid = _channels_last((places - corner) * (2 / size) - 1)
    return functional.grid_sample(source, grid, padding_mode="border", align_corners=False)


def _draw_mouth(stage: Stage, back: Warp, controls: Curve, planes: Planes) -> None:
    resting = _resting(stage, back, stage.mouth)
    shift = _lip_shift(stage, back.lips, resting)
    sides = _from_near(stage, stage.lips_source, resting + shift)
    upper, lower = sides[0, :4], sides[1, :4]
    apart = shift[0] - shift[1]
    parted = smooth(0.04, 1.0, apart[0] * apart[0] + apart[1] * apart[1])
    uncovered = (1 - sides[0, 4]) * parted
    inside = _interior(stage, resting, controls, uncovered * (1 - sides[1, 4]))
    behind = torch.lerp(upper, inside, uncovered)
    mouth = torch.lerp(behind, lower, sides[1, 4])
    _put(planes, stage.mouth, torch.lerp(upper, mouth, stage.mouth_edge))


def _interior(stage: Stage, resting: Tensor, controls: Curve, hole: Tensor) -> Tensor:
    """(4, h, w): cavity, tongue, lower teeth on the jaw, upper teeth on the head; darker where the opening is narrow.

    Teeth lie deep, in the dark, behind rounded lips.
    """
    unit = stage.face.chin_px
    jaw, low, tongue, pucker = (float(controls[PLACE[name]]) for name in ("jaw", "low", "tongue", "pucker"))
    seen = 1 - 0.75 * pucker * pucker
    drops = (0.0, unit * (0.86 * JAW_DROP * jaw + 0.03 * low), unit * (0.34 * JAW_DROP * jaw - 0.24 * tongue))
    moved = torch.cat([resting - (stage.face.down * drop).to(stage.device).view(1, 2, 1, 1) for drop in drops])
    corner = moved.new_tensor([stage.mouth.left, stage.mouth.top]).view(1, 2, 1, 1)
    size = moved.new_tensor([stage.mouth.width, stage.mouth.height]).view(1, 2, 1, 1)
    grid = _channels_last((moved - corner) * (2 / size) - 1)
    upper, lower, flesh = functional.grid_sample(stage.mouth_layers, grid, align_corners=False)
    light = _openness(hole, max(3, int(0.16 * unit)))
    inside = stage.cavity.to(stage.device)[:, None, None] * (0.55 + light)
    inside = flesh[:3] * (0.30 + 0.55 * light) + inside * (1 - flesh[3])
    inside = lower[:3] * (seen * (0.45 + 0.5 * light)) + inside * (1 - seen * lower[3])
    inside = upper[:3] * (seen * (0.55 + 0.45 * light)) + inside * (1 - seen * upper[3])
    return torch.cat([inside, torch.full_like(inside[:1], 255.0)])


def _openness(hole: Tensor, reach_px: int) -> Tensor:
    """(h, w), 0 to 1: how open the mouth is around each pixel (a box mean at a quarter of the resolution)."""
    small = functional.avg_pool2d(hole[None, None], 4, ceil_mode=True)
    side = max(3, reach_px // 4 | 1)
    small = functional.avg_pool2d(small, side, 1, side // 2)
    around = functional.interpolate(small, hole.shape, mode="bilinear", align_corners=False)[0, 0]
    return (around * 1.5).clamp(0, 1) ** 0.7


def _draw_lid(stage: Stage, back: Warp, eye: Eye, amount: float, planes: Planes) -> None:
    resting = _resting(stage, back, eye.box)
    places = resting + _lip_shift(stage, back.lips[:1], resting)
    moved, cover, shade = closed(eye, places[0], amount)
    picture = stage.lips_source[:1, :4].expand(2, -1, -1, -1)
    open_eye, lid = _from_near(stage, picture, torch.stack([places[0], moved]))
    mixed = torch.lerp(open_eye, lid, cover)
    _put(planes, eye.box, torch.cat([mixed[:3] * shade, mixed[3:]]))


def _put(planes: Planes, box: Box, colours: Tensor) -> None:
    """Write colours (4, h, w) into a box of the planes as code values."""
    codes = colours[:3] + colours[3] * colours.new_tensor(OFFSETS)[:, None, None]
    small = functional.avg_pool2d(codes[None, 1:], 2)[0]
    half = Box(box.left // 2, box.top // 2, box.width // 2, box.height // 2)
    planes.y[box.rows, box.columns] = _bytes(codes[0])
    planes.u[half.rows, half.columns] = _bytes(small[0])
    planes.v[half.rows, half.columns] = _bytes(small[1])
    if planes.a is not None:
        planes.a[box.rows, box.columns] = _bytes(colours[3])


def _bytes(plane: Tensor) -> Tensor:
    return (plane + 0.5).clamp(0, 255).to(torch.uint8)


def _channels_last(places: Tensor) -> Tensor:
    return places.permute(0, 2, 3, 1)
