"""Eyelids: explicit curves along each eye, so that a lid slides over the eye and never shows it through."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from render.avatar import topology
from render.avatar.anatomy import Anatomy, smooth
from render.avatar.mouth import Box, even_box

Tensor = torch.Tensor
_SAMPLES: Final = 33
LASH: Final = 0.12
"""Height of the lashes that travel with the lid, in eye widths."""
OVERLAP: Final = 0.05
"""How far a closed lid reaches over the lower one, in eye widths."""
LASH_LINE: Final = 0.028
REACH: Final = 0.6
"""How far to either side of the eye's middle anything changes, in eye widths."""
HOLLOW: Final = 0.10
LINE: Final = 0.5
"""How much darker the lid's hollow and the line of its lashes are."""
LID_EDGE_PX: Final = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """One eye of a picture. Curves run along the eye (corner to corner): under the brow, upper lid's edge, lower lid's edge."""

    centre: Tensor
    right: Tensor
    down: Tensor
    width_px: float
    curves: Tensor
    """(3, samples): distances below the line through the corners, in pixels."""
    box: Box

    def to(self, device: torch.device) -> "Eye":
        """The same eye with its tensors on a device."""
        centre, right, down, curves = (tensor.to(device) for tensor in (self.centre, self.right, self.down, self.curves))
        return Eye(centre, right, down, self.width_px, curves, self.box)


def eyes(face: Anatomy, width_px: int, height_px: int) -> tuple[Eye, ...]:
    """Both eyes of a face on a picture of the given size."""
    return tuple(_eye(face, side, width_px, height_px) for side in (0, 1))


def closed(eye: Eye, places: Tensor, amount: float) -> tuple[Tensor, Tensor, Tensor]:
    """Where each pixel takes its colour from while the lid is `amount` (0 to 1) down.

    Takes source positions (2, h, w) and returns new positions, how much of the pixel is lid (h, w), and the shade on the result (h, w).
    The skin between brow and lashes is stretched down, the lashes keep their height (piecewise linear along the eye's own vertical).
    """
    offset = places - eye.centre[:, None, None]
    along = offset[0] * eye.right[0] + offset[1] * eye.right[1]
    below = offset[0] * eye.down[0] + offset[1] * eye.down[1]
    top, upper, lower = _curves_at(eye, along)
    lash = LASH * eye.width_px
    fade = 1 - smooth(0.41 * eye.width_px, 0.56 * eye.width_px, along.abs())
    lid = upper + amount * fade * (lower + OVERLAP * eye.width_px - upper)
    stretched = (below - top) * ((upper - lash - top) / (lid - lash - top).clamp_min(1.0)) + top
    taken = torch.where(below > lid - lash, below - (lid - upper), stretched)
    affected = (below > top) & (along.abs() < REACH * eye.width_px)
    cover = (1 - smooth(-LID_EDGE_PX, LID_EDGE_PX, below - lid)) * affected
    shift = (taken - below) * affected
    hollow = HOLLOW * smooth(0.0, 1.0, (below - upper) / (lid - upper).clamp_min(1.0))
    line = LINE * torch.exp(-(((below - lid) / (LASH_LINE * eye.width_px)) ** 2)) * fade
    shade = 1 - amount * (hollow * cover + line * affected * (lid - upper > 1))
    return places + eye.down[:, None, None] * shift, cover, shade


def _curves_at(eye: Eye, along: Tensor) -> Tensor:
    """(3, h, w): the curves, linear between their samples."""
    place = ((along / eye.width_px + 0.5) * (_SAMPLES - 1)).clamp(0, _SAMPLES - 1.001)
    index = place.long()
    part = place - index
    return eye.curves[:, index] * (1 - part) + eye.curves[:, index + 1] * part


def _eye(face: Anatomy, side: int, width_px: int, height_px: int) -> Eye:
    upper, lower = face.points[list(topology.EYES_UPPER[side])], face.points[list(topology.EYES_LOWER[side])]
    brow = face.points[list(topology.BROWS_LOWER_EDGE[side])]
    across = upper[-1] - upper[0]
    width = float(across.norm())
    right = across / width * torch.sign(across @ face.right)
    down = torch.stack([-right[1], right[0]])
    centre = (upper[0] + upper[-1]) / 2
    local = [torch.stack([(points - centre) @ right, (points - centre) @ down], -1) for points in (upper, lower, brow)]
    stations = np.linspace(-0.5 * width, 0.5 * width, _SAMPLES)
    lid, under = (_smoothed(_curve(points, stations)) for points in local[:2])
    reach = (local[2][:, 1].mean() - lid).clamp_max(-0.12 * width)
    return Eye(centre, right, down, width, torch.stack([lid + 0.8 * reach, lid, under]), _eye_box(centre, width, width_px, height_px))


def _eye_box(centre: Tensor, width: float, width_px: int, height_px: int) -> Box:
    x, y = centre.tolist()
    return even_box((x - 0.85 * width, y - 0.95 * width, x + 0.85 * width, y + 0.6 * width), width_px, height_px)


def _curve(points: Tensor, stations: np.ndarray) -> Tensor:
    ordered = points[points[:, 0].argsort()].numpy()
    return torch.from_numpy(np.interp(stations, ordered[:, 0], ordered[:, 1]).astype(np.float32))


def _smoothed(curve: Tensor) -> Tensor:
    for _ in range(3):
        inner = 0.25 * curve[:-2] + 0.5 * curve[1:-1] + 0.25 * curve[2:]
        curve = torch.cat([curve[:1], inner, curve[-1:]])
    return curve
