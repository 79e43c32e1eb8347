"""The inside of a mouth and the edges of its lips, drawn for one picture size."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch.nn import functional

from render.avatar import topology
from render.avatar.anatomy import Anatomy, smooth
from render.avatar.motions import lip_line

Tensor = torch.Tensor
LUMA: Final = (0.2126, 0.7152, 0.0722)
_TOOTH: Final = (1.0, 0.965, 0.90)
_GUM: Final = (0.52, 0.24, 0.24)
_TONGUE: Final = (0.62, 0.30, 0.29)
CAVITY: Final = (0.15, 0.055, 0.055)
_CROWN: Final = 0.19
"""Visible height of a tooth, in nose-to-chin."""
_TEETH_PER_ARCH: Final = 5.2
_OVERSAMPLE: Final = 4


@dataclass(frozen=True, slots=True)
class Box:
    """Whole pixels of a picture; left, top, width and height even."""

    left: int
    top: int
    width: int
    height: int

    @property
    def rows(self) -> slice:
        """The box's rows in a picture."""
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        """The box's columns in a picture."""
        return slice(self.left, self.left + self.width)

    def centres(self) -> Tensor:
        """(2, height, width): x and y of the pixel centres in the picture."""
        x = torch.arange(self.width) + self.left + 0.5
        y = torch.arange(self.height) + self.top + 0.5
        return torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1])


def even_box(corners: tuple[float, float, float, float], width_px: int, height_px: int) -> Box:
    """The smallest box with even edges around a rectangle (left, top, right, bottom), inside the picture."""
    left, top, right, bottom = corners
    x = max(0, math.floor(left / 2) * 2)
    y = max(0, math.floor(top / 2) * 2)
    return Box(x, y, min(width_px, math.ceil(right / 2) * 2) - x, min(height_px, math.ceil(bottom / 2) * 2) - y)


def mouth_box(face: Anatomy, width_px: int, height_px: int) -> Box:
    """Where lips, teeth and the skin that moves with them can be."""
    x, y = face.mouth.tolist()
    aside = 1.75 * face.half_mouth_px
    return even_box((x - aside, y - 0.62 * face.chin_px, x + aside, y + 1.35 * face.chin_px), width_px, height_px)


def lip_masks(face: Anatomy, box: Box) -> Tensor:
    """(2, height, width) over the box: what belongs to the upper lip's side and what to the lower one's, softened along the lips.

    Beyond the corners of the mouth both sides cover everything, so that no seam shows on the cheeks.
    """
    far = 4.0 * (box.width + box.height)
    right, down = face.right * far, face.down * far
    upper, lower = ([face.points[i] for i in row] for row in (topology.UPPER_ROWS[0], topology.LOWER_ROWS[0]))
    left, last = face.points[topology.UPPER_ROWS[0][0]], face.points[topology.UPPER_ROWS[0][-1]]
    below = [left - right, *lower, last + right, last + right + down, left - right + down]
    side = face.right * 1.5
    above = [left - right - down, left - right + down, left - side + down, left - side, *upper, last + side, last + side + down]
    above += [last + right + down, last + right - down]
    return torch.stack([_soft(_polygon(shape, box)) for shape in (above, below)])


def mouth_layers(face: Anatomy, skin: Tensor, box: Box) -> Tensor:
    """(3, 4, height, width) over the box: upper teeth, lower teeth, tongue; straight RGBA, 0 to 1, in their place in a closed mouth.

    `skin` is the portrait's colour above the lip (3,), 0 to 1: teeth are as bright and as warm as it allows.
    """
    local = face.to_local(box.centres().permute(1, 2, 0))
    across, down = local[..., 0] / face.half_mouth_px, local[..., 1]
    line = _along(lip_line(face), local[..., 0])
    tooth = _tooth_colour(skin)
    biting = line + face.chin_px * (0.055 + 0.02 * (1 - across.abs()))
    upper = _arch(face, tooth, across, biting - down, reach=(0.9, 1.06))
    lower = _arch(face, 0.8 * tooth, across, down - (line - 0.01 * face.chin_px), reach=(0.5, 0.8))
    return torch.stack([_soft(layer, 0.010 * face.chin_px) for layer in (upper, lower, _tongue(face, across, down - line))])


def skin_colour(face: Anatomy, rgb: Tensor) -> Tensor:
    """(3,): the mean colour between nose and lip; `rgb` (3, H, W), 0 to 1."""
    x, y = face.mouth.tolist()
    rows = slice(max(0, int(y - 0.6 * face.chin_px)), max(1, int(y - 0.3 * face.chin_px)))
    columns = slice(max(0, int(x - face.half_mouth_px)), max(1, int(x + face.half_mouth_px)))
    patch = rgb[:, rows, columns]
    return patch.mean((1, 2)) if patch.numel() else torch.full((3,), 0.6)


def _tooth_colour(skin: Tensor) -> Tensor:
    brightness = float(skin @ torch.tensor(LUMA))
    warmth = (skin / skin.mean().clamp_min(0.02)).clamp(0.6, 1.6) ** 0.5
    return (torch.tensor(_TOOTH) * warmth * min(0.88, 0.42 + 0.62 * brightness)).clamp(max=0.93)


def _arch(face: Anatomy, tooth: Tensor, across: Tensor, above_edge: Tensor, *, reach: tuple[float, float]) -> Tensor:
    """A row of teeth: `above_edge` is the distance from the biting edge towards the gum; they narrow with the arch's perspective."""
    crown = _CROWN * face.chin_px
    turn = torch.asin((across / 1.05).clamp(-0.999, 0.999)) * _TEETH_PER_ARCH / 1.25
    in_tooth = turn - turn.floor()
    between = torch.exp(-(((in_tooth - 0.5).abs() - 0.5) ** 2) / 0.006)
    edge = above_edge - 0.012 * face.chin_px * (in_tooth - 0.5).abs() * 2
    shade = 1 - 0.55 * across.abs().clamp(0, 1) ** 2.2
    body = tooth[:, None, None] * (shade * (1 - 0.10 * between) * (0.9 + 0.1 * smooth(0, crown, edge)))
    gum = smooth(0.95 * crown, 1.25 * crown, edge)
    colour = body * (1 - gum) + torch.tensor(_GUM)[:, None, None] * shade * gum
    alpha = smooth(-0.8, 0.8, edge) * (1 - smooth(*reach, across.abs()))
    return torch.cat([colour, alpha[None]])


def _tongue(face: Anatomy, across: Tensor, below_line: Tensor) -> Tensor:
    swell = torch.exp(-((across / 0.62) ** 2) * 1.5)
    furrow = 1 - 0.18 * torch.exp(-((across / 0.06) ** 2))
    colour = torch.tensor(_TONGUE)[:, None, None] * ((0.55 + 0.45 * swell) * furrow)
    unit = face.chin_px
    alpha = smooth(-0.02 * unit, 0.05 * unit, below_line - 0.06 * unit) * (1 - smooth(0.60, 0.80, across.abs()))
    return torch.cat([colour, alpha[None]])


def _along(line: Tensor, x: Tensor) -> Tensor:
    """Height of a polyline (N, 2), sorted by x, at every x."""
    heights = np.interp(x.numpy().ravel(), line[:, 0].numpy(), line[:, 1].numpy())
    return torch.from_numpy(heights.astype(np.float32)).reshape(x.shape)


def _polygon(points: list[Tensor], box: Box) -> Tensor:
    """(height, width): how much of each pixel lies inside."""
    size = (box.width * _OVERSAMPLE, box.height * _OVERSAMPLE)
    mask = Image.new("L", size)
    corners = [((float(p[0]) - box.left) * _OVERSAMPLE, (float(p[1]) - box.top) * _OVERSAMPLE) for p in points]
    ImageDraw.Draw(mask).polygon(corners, fill=255)
    small = mask.resize((box.width, box.height), Image.Resampling.BOX)
    return torch.from_numpy(np.asarray(small, dtype=np.float32) / 255)


def _soft(picture: Tensor, sigma_px: float = 0.6) -> Tensor:
    """A Gaussian blur of (H, W) or (C, H, W)."""
    sigma_px = max(0.4, sigma_px)
    reach = max(1, math.ceil(3 * sigma_px))
    kernel = torch.exp(-(torch.arange(-reach, reach + 1).float() ** 2) / (2 * sigma_px**2))
    kernel = kernel / kernel.sum()
    stack = picture.reshape(-1, 1, *picture.shape[-2:])
    stack = functional.conv2d(functional.pad(stack, (reach, reach, 0, 0), mode="replicate"), kernel.view(1, 1, 1, -1))
    stack = functional.conv2d(functional.pad(stack, (0, 0, reach, reach), mode="replicate"), kernel.view(1, 1, -1, 1))
    return stack.reshape(picture.shape)
