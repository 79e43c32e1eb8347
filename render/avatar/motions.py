"""What each control does to a face: displacements of the landmarks at full strength, in face coordinates.

The numbers are proportions of the face (nose to chin, half the mouth), found by looking at many faces; they are the animator's taste.
"""

from typing import Final

import torch

from render.avatar import topology
from render.avatar.anatomy import Anatomy, smooth

Tensor = torch.Tensor
MOTIONS: Final = ("jaw", "wide", "pucker", "up", "low", "tuck", "press", "close", "smile", "brow")
"""`close` brings slightly open lips of the portrait together and is always on; the others are performed."""
JAW_DROP: Final = 0.30
"""A fully open jaw lowers the chin by this part of nose-to-chin."""
_UPPER_SHARE_OF_GAP: Final = 0.38
_ROW_REACH: Final = (1.0, 0.97, 0.9, 0.8)


def motions(face: Anatomy) -> dict[str, Tensor]:
    """(478, 2) displacement in face coordinates per motion."""
    return {
        "jaw": _jaw(face),
        "wide": _corners(face, outwards=0.20, upwards=0.03),
        "pucker": _pucker(face),
        "up": _rows(face, upper=(-0.11,) * 4, lower=(0.0,) * 4),
        "low": _low(face),
        "tuck": _rows(face, upper=(-0.06,) * 4, lower=(-0.035, -0.035, -0.03, -0.025)),
        "press": _rows(face, upper=(0.0, 0.0125, 0.035, 0.05), lower=(0.0, -0.0125, -0.035, -0.05)),
        "close": _close(face),
        "smile": _corners(face, outwards=0.10, upwards=0.13),
        "brow": _brow(face),
    }


def lip_line(face: Anatomy) -> Tensor:
    """(11, 2): where the lips meet, from corner to corner, in face coordinates."""
    upper, lower = face.local[list(topology.UPPER_ROWS[0])], face.local[list(topology.LOWER_ROWS[0])]
    gap = (lower[:, 1] - upper[:, 1]).clamp_min(0)
    return torch.stack([upper[:, 0], upper[:, 1] + _UPPER_SHARE_OF_GAP * gap], -1)


def _profile(face: Anatomy) -> Tensor:
    """1 in the middle of the mouth, 0 at and beyond its corners."""
    return 1 - (face.local[:, 0] / face.half_mouth_px).abs().clamp(max=1) ** 2.2


def _selected(indices: tuple[int, ...], *, without_corners: bool = True) -> Tensor:
    mask = torch.zeros(478, dtype=torch.bool)
    mask[list(indices)] = True
    if without_corners:
        mask[list(topology.CORNERS)] = False
    return mask


def _below(face: Anatomy) -> Tensor:
    """0 on the mouth's line, 1 at the chin's."""
    return face.local[:, 1] / face.local[topology.CHIN, 1]


def _sideways(face: Anatomy) -> Tensor:
    return face.local[:, 0].abs() / face.half_face_px


def _jaw(face: Anatomy) -> Tensor:
    drop, across = JAW_DROP * face.chin_px, face.local[:, 0] / face.half_mouth_px
    moved = torch.zeros(478, 2)
    moved[:, 1] = drop * smooth(-0.05, 0.85, _below(face)) * (1 - 0.75 * smooth(0.55, 1.05, _sideways(face)))
    upper, lower, corner = _selected(topology.UPPER), _selected(topology.LOWER), _selected(topology.CORNERS, without_corners=False)
    profile = _profile(face)
    moved[lower, 1] = drop * (0.25 + 0.75 * profile[lower])
    moved[lower, 0] = -0.08 * drop * across[lower]
    moved[upper, 1] = -0.06 * drop * profile[upper]
    moved[corner, 1] = 0.22 * drop
    moved[corner, 0] = -0.10 * drop * across[corner].sign()
    moved[list(topology.CHEEKS)] *= 0.6
    return moved


def _falloff(face: Anatomy) -> Tensor:
    """How far a pull at the corners is felt: 1 on the lips, fading over the cheeks; the nose stays."""
    vertical = torch.where(face.local[:, 1] < 0, 0.48, 1.25) * face.chin_px
    reach = torch.sqrt((face.local[:, 0] / (2.1 * face.half_mouth_px)) ** 2 + (face.local[:, 1] / vertical) ** 2)
    felt = 1 - smooth(0.35, 1.0, reach)
    felt[list(topology.LIPS)] = 1
    return felt


def _corners(face: Anatomy, *, outwards: float, upwards: float) -> Tensor:
    across = face.local[:, 0].clamp(-face.half_mouth_px, face.half_mouth_px)
    lift = -upwards * face.chin_px * (across / face.half_mouth_px) ** 2
    return torch.stack([outwards * across, lift], -1) * _falloff(face)[:, None]


def _pucker(face: Anatomy) -> Tensor:
    moved = _rows(face, upper=(0.0, 0.0, -0.04, -0.055), lower=(0.0, 0.0, 0.04, 0.055))
    moved[:, 0] = -0.40 * face.local[:, 0].clamp(-face.half_mouth_px, face.half_mouth_px) * _falloff(face)
    return moved


def _low(face: Anatomy) -> Tensor:
    """The lower lip drawn down, showing the lower teeth; the chin gives a little."""
    moved = _rows(face, upper=(0.0,) * 4, lower=(0.12,) * 4)
    chin = 0.05 * face.chin_px * smooth(0.15, 0.8, _below(face)) * (1 - smooth(0.3, 0.7, _sideways(face)))
    chin[list(topology.LIPS)] = 0
    moved[:, 1] += chin
    return moved


def _rows(face: Anatomy, *, upper: tuple[float, ...], lower: tuple[float, ...]) -> Tensor:
    """Lip rows moved up or down by parts of nose-to-chin, most in the middle; the corners stay."""
    moved, profile = torch.zeros(478, 2), _profile(face)
    for rows, parts in ((topology.UPPER_ROWS, upper), (topology.LOWER_ROWS, lower)):
        for row, part in zip(rows, parts, strict=True):
            inner = list(row[1:-1])
            moved[inner, 1] = part * face.chin_px * profile[inner]
    return moved


def _close(face: Anatomy) -> Tensor:
    moved, line = torch.zeros(478, 2), lip_line(face)
    for rows in (topology.UPPER_ROWS, topology.LOWER_ROWS):
        shift = line[:, 1] - face.local[list(rows[0]), 1]
        for row, reach in zip(rows, _ROW_REACH, strict=True):
            moved[list(row[1:-1]), 1] = reach * shift[1:-1]
    chin = -0.28 * face.gap_px * smooth(0.25, 0.9, _below(face)) * (1 - 0.8 * smooth(0.5, 1.0, _sideways(face)))
    chin[list(topology.LIPS)] = 0
    moved[:, 1] += chin
    return moved


def _brow(face: Anatomy) -> Tensor:
    moved = torch.zeros(478, 2)
    for brow, under in zip(topology.BROWS, topology.UNDER_BROWS, strict=True):
        moved[list(brow), 1] = -0.10 * face.chin_px
        moved[list(under), 1] = -0.035 * face.chin_px
    return moved
