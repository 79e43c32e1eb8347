"""Draws one frame: the portrait moved by the pose, the lips by two fields that part between them, lids over the eyes."""

import numpy as np
import torch
from numpy.typing import NDArray

from render.avatar.body import posed
from render.avatar.interior import interior, openness
from render.avatar.kernels import warp
from render.avatar.lid_kernels import close_lid
from render.avatar.lids import Eye
from render.avatar.mouth import Box
from render.avatar.mouth_kernels import fill_mouth, part_lips
from render.avatar.reference import draw_with_tensors
from render.avatar.score import PLACE, Curve
from render.avatar.stage import Stage
from render.avatar.warping import LOWER, RESTING, UPPER, shifts
from render.pixels.planes import Planes

Floats = NDArray[np.float32]
Outputs = tuple[NDArray[np.uint8], ...]


@torch.inference_mode()
def draw(stage: Stage, controls: Curve) -> Planes:
    """The presenter with `controls` (one row of `score.CONTROLS`), planes with alpha of the stage's size."""
    moved, planes = shifts(stage, controls), stage.still.clone()
    if stage.colours is None:
        _draw_compiled(stage, moved.numpy(), controls, planes)
    else:
        draw_with_tensors(stage, stage.colours, moved, controls, planes)
    return posed(planes, controls)


def _draw_compiled(stage: Stage, moved: Floats, controls: Curve, planes: Planes) -> None:
    outputs = tuple(plane for plane in (planes.y, planes.u, planes.v, planes.a) if plane is not None)
    blink = np.float32(controls[PLACE["blink"]])
    warp(stage.picture, moved[UPPER], stage.step_px, stage.spans, *outputs)
    _draw_mouth(stage, moved, controls, outputs)
    for eye in stage.eyes if blink > 0 else ():
        close_lid(stage.picture, moved[UPPER], stage.step_px, _corners(eye.box), _axes(eye), eye.curves.numpy(), blink, *outputs)


def _draw_mouth(stage: Stage, moved: Floats, controls: Curve, outputs: Outputs) -> None:
    box, height, width = _corners(stage.mouth), stage.mouth.height, stage.mouth.width
    sides, covers = np.empty((2, height, width), np.uint64), np.empty((2, height, width), np.float32)
    hole = np.empty((-(-height // 4), -(-width // 4)), np.float32)
    fields = moved[UPPER : LOWER + 1].reshape(4, *moved.shape[2:])
    part_lips(stage.picture, stage.masks.numpy(), _corners(stage.near), fields, stage.step_px, box, sides, covers, hole)
    around = openness(stage, torch.from_numpy(hole)).numpy()
    edge, inside = stage.mouth_edge.numpy(), _inside(stage, controls)
    fill_mouth(sides, covers, edge, moved[RESTING], stage.step_px, box, stage.layer_words, around, inside, *outputs)


def _inside(stage: Stage, controls: Curve) -> Floats:
    """(10,): the cavity's colour, how far teeth are seen, how far each layer has moved (x, y)."""
    stands, down = interior(stage, controls), stage.face.down.tolist()
    drops = [drop * part for drop in stands.drops_px for part in down]
    return np.array([*stage.cavity.tolist(), stands.seen, *drops], np.float32)


def _axes(eye: Eye) -> Floats:
    return np.array([*eye.centre.tolist(), *eye.right.tolist(), *eye.down.tolist(), eye.width_px], np.float32)


def _corners(box: Box) -> NDArray[np.int32]:
    return np.array([box.left, box.top, box.width, box.height], np.int32)
