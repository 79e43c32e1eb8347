"""A presenter made ready for one picture size: the portrait scaled into its box, and the rig with it."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from render.avatar.anatomy import Anatomy, anatomy
from render.avatar.fields import GRID
from render.avatar.framing import Framing
from render.avatar.lids import Eye, eyes
from render.avatar.mouth import CAVITY, Box, even_box, lip_masks, mouth_box, mouth_layers, skin_colour
from render.avatar.rig import Rig
from render.avatar.sampling import Words
from render.avatar.tensors import planes_of
from render.pixels.colour import U_FROM_RGB, V_FROM_RGB, Y_FROM_RGB
from render.pixels.planes import Planes

Tensor = torch.Tensor
OFFSETS: Final = (16 / 255, 128 / 255, 128 / 255)
"""What Y, U and V code values hold above zero for each unit of alpha (0..255)."""
POSE_STEP_PX: Final = 8
_SWAY_REACH: Final = 0.45
"""The farthest a head's edge travels, in halves of a face."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """All of it in pixels of the output picture. Colours are premultiplied BT.709 Y, U, V less their offsets, then alpha (0..255)."""

    width_px: int
    height_px: int
    face: Anatomy
    picture: Words
    """(height + 1, width + 1): code values of the portrait in its place, a word each (`sampling`), for the compiled loops."""
    colours: Tensor | None
    """(1, 4, height, width) on other devices; the CPU does with `picture`."""
    near: Box
    """The face and all around it that its lips can move."""
    masks: Tensor
    """(2, near.height, near.width): what belongs to the upper and what to the lower side of the lips, 0 to 1."""
    still: Planes
    """The portrait at rest."""
    spans: NDArray[np.int32]
    """(height / 2, 2): columns, even, that may move in each pair of rows."""
    poses: Tensor
    """(6, 2, rows, columns): pixels of motion at every `POSE_STEP_PX`."""
    step_px: int
    """Between samples of a frame's displacements: a power of two, about the lip fields' own."""
    square: tuple[float, float, float]
    patch: Box
    """Where the square lies, in steps."""
    lips: Tensor
    """(2, motions, 2, GRID, GRID): upper and lower fields in halves of the square's side."""
    mouth: Box
    mouth_layers: Tensor
    """(3, 4, mouth.height, mouth.width): upper teeth, lower teeth, tongue, premultiplied by their alpha (0..1)."""
    layer_words: Words
    """(3, mouth.height + 1, mouth.width + 1): the same as code values."""
    cavity: Tensor
    mouth_edge: Tensor
    """(mouth.height, mouth.width): 1 inside, 0 on the box's edge."""
    eyes: tuple[Eye, ...]
    device: torch.device


def set_stage(rig: Rig, portrait: Tensor, framing: Framing, size_px: tuple[int, int], device: torch.device) -> Stage:
    """Put the portrait (H, W, 4 uint8, straight alpha) into a box of (width, height) as `framing` says."""
    (width_px, height_px), factor = size_px, framing.factor
    colours = _placed(portrait, framing, width_px, height_px)
    origin = framing.left - framing.window.left * factor, framing.top - framing.window.top * factor
    face = anatomy(rig.landmarks).scaled(factor, *origin)
    near, mouth = _near(face, width_px, height_px), mouth_box(face, width_px, height_px)
    codes = _codes(colours)
    square = rig.square.left * factor + origin[0], rig.square.top * factor + origin[1], rig.square.side * factor
    poses = _pose_grid(rig, factor, origin, width_px, height_px)
    step_px = _step(square[2])
    layers = _layers(face, portrait, rig, mouth)
    return Stage(
        width_px=width_px,
        height_px=height_px,
        face=face,
        picture=words_from_codes(codes),
        colours=None if device.type == "cpu" else colours_from_codes(codes).to(device),
        near=near,
        masks=lip_masks(face, near).to(device),
        still=planes_from_codes(codes, device),
        spans=_spans(codes[3], poses, _SWAY_REACH * face.half_face_px),
        poses=poses.to(device),
        step_px=step_px,
        square=square,
        patch=_patch(square, face, step_px, (poses.shape[3], poses.shape[2])),
        lips=(torch.stack([rig.upper, rig.lower]) * (2 / rig.square.side)).to(device),
        mouth=mouth,
        mouth_layers=layers.to(device),
        layer_words=np.stack([words_from_codes(_codes(torch.cat([layer[:3], 255 * layer[3:]]))) for layer in layers]),
        cavity=(yuv_matrix() @ (torch.tensor(CAVITY) * 255)).to(device),
        mouth_edge=_edge(mouth).to(device),
        eyes=tuple(eye.to(device) for eye in eyes(face, width_px, height_px)),
        device=device,
    )


def yuv_matrix() -> Tensor:
    """(3, 3): Y, U and V, less their offsets, of R'G'B' 0..255."""
    return torch.tensor([Y_FROM_RGB, U_FROM_RGB, V_FROM_RGB])


def words_from_codes(codes: Tensor) -> Words:
    """(H + 1, W + 1) words of code values (4, H, W) uint8; nothing in the last row and column."""
    _, height, width = codes.shape
    lanes = np.zeros((height + 1, width + 1, 4), "<u2")
    lanes[:height, :width] = codes.permute(1, 2, 0).numpy()
    return lanes.view("<u8")[..., 0]


def colours_from_codes(codes: Tensor) -> Tensor:
    """(1, 4, H, W): colours less their offsets of code values (4, H, W)."""
    values = codes.float()
    return torch.cat([values[:3] - torch.tensor(OFFSETS)[:, None, None] * values[3], values[3:]])[None]


def planes_from_codes(codes: Tensor, device: torch.device) -> Planes:
    """Planes of code values (4, H, W): the chroma is the mean of its 2x2 pixels."""
    small = functional.avg_pool2d(codes[None, 1:3].float(), 2)[0]
    y, u, v, a = (_bytes(plane).to(device).contiguous() for plane in (codes[0].float(), small[0], small[1], codes[3].float()))
    return planes_of(y, u, v, a)


def _bytes(plane: Tensor) -> Tensor:
    return (plane + 0.5).clamp(0, 255).to(torch.uint8)


def _placed(portrait: Tensor, framing: Framing, width_px: int, height_px: int) -> Tensor:
    """(4, height, width) colours of the shot in its place; what stands out of the box is left away."""
    window, factor = framing.window, framing.factor
    shot = portrait[window.top : window.bottom, window.left : window.right].permute(2, 0, 1).float()
    premultiplied = torch.cat([shot[:3] * (shot[3:] / 255), shot[3:]])
    size = (max(1, round(shot.shape[1] * factor)), max(1, round(shot.shape[2] * factor)))
    scaled = functional.interpolate(premultiplied[None], size, mode="bicubic", antialias=True)[0].clamp(0, 255)
    scaled = scaled[:, max(0, -framing.top) :, max(0, -framing.left) :]
    top, left = max(0, framing.top), max(0, framing.left)
    scaled = scaled[:, : height_px - top, : width_px - left]
    rows, columns = (slice(start, start + length) for start, length in ((top, scaled.shape[1]), (left, scaled.shape[2])))
    placed = torch.zeros(4, height_px, width_px)
    placed[:3, rows, columns] = torch.einsum("ij,jhw->ihw", yuv_matrix(), torch.minimum(scaled[:3], scaled[3:]))
    placed[3, rows, columns] = scaled[3]
    return placed


def _codes(colours: Tensor) -> Tensor:
    """(4, H, W) uint8 code values."""
    offsets = torch.tensor(OFFSETS)[:, None, None] * colours[3]
    return _bytes(torch.cat([colours[:3] + offsets, colours[3:]]))


def _near(face: Anatomy, width_px: int, height_px: int) -> Box:
    x, y = face.mouth.tolist()
    aside, above, below = 1.9 * face.half_face_px, 2.6 * face.chin_px, 2.6 * face.chin_px
    return even_box((x - aside, y - above, x + aside, y + below), width_px, height_px)


def _step(side_px: float) -> int:
    """The power of two below the lip fields' own step, 2 to `POSE_STEP_PX`."""
    fitting = [step for step in (2, 4, POSE_STEP_PX) if step * GRID <= side_px]
    return max(fitting, default=2)


def _patch(square: tuple[float, float, float], face: Anatomy, step_px: int, pose_size: tuple[int, int]) -> Box:
    left, top, side = square
    reach = _SWAY_REACH * face.half_face_px
    corners = (left - reach, top - reach, left + side + reach, top + side + reach)
    columns, rows = (length * (POSE_STEP_PX // step_px) for length in pose_size)
    return even_box((corners[0] / step_px, corners[1] / step_px, corners[2] / step_px, corners[3] / step_px), columns, rows)


def _pose_grid(rig: Rig, factor: float, origin: tuple[float, float], width_px: int, height_px: int) -> Tensor:
    """The rig's pose fields sampled on a grid over the output picture, in its pixels."""
    columns, rows = (math.ceil(side / POSE_STEP_PX) for side in (width_px, height_px))
    x = ((torch.arange(columns) + 0.5) * POSE_STEP_PX - origin[0]) / (rig.width_px * factor) * 2 - 1
    y = ((torch.arange(rows) + 0.5) * POSE_STEP_PX - origin[1]) / (rig.height_px * factor) * 2 - 1
    grid = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1)[None].expand(len(rig.poses), -1, -1, -1)
    return functional.grid_sample(rig.poses, grid, padding_mode="border", align_corners=False) * factor


def _layers(face: Anatomy, portrait: Tensor, rig: Rig, box: Box) -> Tensor:
    rgb = portrait[..., :3].permute(2, 0, 1).float() / 255
    layers = mouth_layers(face, skin_colour(anatomy(rig.landmarks), rgb), box)
    colours = torch.einsum("ij,njhw->nihw", yuv_matrix(), layers[:, :3] * layers[:, 3:] * 255)
    return torch.cat([colours, layers[:, 3:]], 1)


def _edge(box: Box) -> Tensor:
    reach = 0.10 * min(box.width, box.height)
    ramps = []
    for length in (box.height, box.width):
        place = torch.arange(length) + 0.5
        ramps.append((torch.minimum(place, length - place) / reach - 0.2).clamp(0, 1))
    return torch.minimum(ramps[0][:, None], ramps[1][None, :])


def _spans(alpha: Tensor, poses: Tensor, reach_px: float) -> NDArray[np.int32]:
    """Columns that can change: where there is somebody, widened by the sway; rows where no pose reaches stay empty."""
    reach = math.ceil(reach_px / 2)
    pairs = functional.max_pool2d((alpha > 0).float()[None], 2)
    wide = functional.max_pool2d(pairs, (1, 2 * reach + 1), 1, (0, reach))
    present = functional.max_pool2d(wide, (2 * reach + 1, 1), 1, (reach, 0))[0] > 0
    moving = poses.abs().amax((0, 1, 3)) > 1e-3  # noqa: PLR2004 - a thousandth of a pixel
    spans = np.zeros((alpha.shape[0] // 2, 2), np.int32)
    for pair in range(len(spans)):
        columns = torch.nonzero(present[pair]).ravel()
        if len(columns) and bool(moving[min(2 * pair // POSE_STEP_PX, len(moving) - 1)]):
            spans[pair] = 2 * int(columns[0]), min(alpha.shape[1], 2 * int(columns[-1]) + 2)
    return spans
