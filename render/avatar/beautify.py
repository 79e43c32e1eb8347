"""A face flattered: smoother and lighter skin, brighter eyes and teeth, features reshaped. Done once to the portrait, before it moves.

Skin is smoothed by a guided filter of the picture with itself (K. He, J. Sun, X. Tang, IEEE PAMI 35(6), 2013), which keeps edges. Shapes
are displacements of landmarks spread by thin-plate splines, the same that animate it, so a reshaped face moves like one that was born so.
"""

from typing import Final

import torch
from PIL import Image, ImageDraw
from torch.nn import functional

from render.avatar import topology
from render.avatar.anatomy import Anatomy, anatomy, smooth
from render.avatar.fields import spline
from render.avatar.warping import inverse
from render.timeline.acting import Beautify

Tensor = torch.Tensor
SHAPES: Final = ("slim", "jaw", "eyes", "nose", "mouth")
_CELLS: Final = 128
"""Of the displacement grid, along the longer side."""
_SMOOTHING: Final = 0.0035
"""Variance, of colours 0 to 1, below which the filter takes texture for skin."""
_LIGHTER: Final = 0.16
_EYE_LIGHT: Final = 0.22
_TEETH_LIGHT: Final = 0.30
_JAW: Final = (172, 136, 150, 149, 176, 397, 365, 379, 378, 400)
_CHEEKBONES: Final = (234, 93, 132, 58, 172, 136, 454, 323, 361, 288, 397, 365)
_WINGS: Final = (49, 48, 64, 98, 97, 129, 279, 278, 294, 327, 326, 358)


def beautified(portrait: Tensor, landmarks: Tensor, wanted: Beautify) -> tuple[Tensor, Tensor]:
    """The portrait (H, W, 4 uint8, straight alpha) and its landmarks (478, 3) after `wanted`; the same where nothing is wanted."""
    if wanted == Beautify():
        return portrait, landmarks
    face = anatomy(landmarks)
    toned = _toned(portrait, face, wanted)
    return _reshaped(toned, landmarks, face, wanted) if any(getattr(wanted, name) for name in SHAPES) else (toned, landmarks)


def _toned(portrait: Tensor, face: Anatomy, wanted: Beautify) -> Tensor:
    """The colours: skin, eyes, teeth."""
    picture = portrait[..., :3].permute(2, 0, 1).float() / 255
    height, width = picture.shape[1:]
    skin = _skin(picture, face)
    picture = torch.lerp(picture, _guided(picture, max(3, round(0.06 * face.half_face_px))), skin * (wanted.smooth / 1000))
    picture = picture + skin * (_LIGHTER * wanted.whiten / 1000) * (1 - picture) * picture.mean(0) * 2
    for side in range(2):
        eye = _inside(face.points[[*topology.EYES_UPPER[side], *reversed(topology.EYES_LOWER[side])]], width, height, face)
        picture = picture + eye * (_EYE_LIGHT * wanted.eye_light / 1000) * picture * (1 - picture) * 2
    mouth = _inside(face.points[[*topology.UPPER_ROWS[0], *reversed(topology.LOWER_ROWS[0])]], width, height, face)
    white = mouth * smooth(0.35, 0.6, picture.amin(0)) * (_TEETH_LIGHT * wanted.teeth_light / 1000)
    picture = picture + white * (picture.amax(0) - picture) + white * (1 - picture) * 0.5
    return torch.cat([(picture.clamp(0, 1) * 255 + 0.5).to(torch.uint8).permute(1, 2, 0), portrait[..., 3:]], 2)


def _skin(picture: Tensor, face: Anatomy) -> Tensor:
    """(H, W), 0 to 1: the face's oval without eyes, brows and lips, as far as its colour is skin's."""
    height, width = picture.shape[1:]
    skin = _inside(face.points[list(topology.OVAL)], width, height, face, soft=0.10)
    for side in range(2):
        ring = [*topology.EYES_UPPER[side], *reversed(topology.EYES_LOWER[side])]
        skin = skin * (1 - _inside(_swollen(face.points[ring], 1.35), width, height, face))
        brow = topology.BROWS[side]
        skin = skin * (1 - _inside(_swollen(face.points[[*brow[:5], *reversed(brow[5:])]], 1.2), width, height, face))
    lips = [*topology.UPPER_ROWS[3], *reversed(topology.LOWER_ROWS[3])]
    skin = skin * (1 - _inside(_swollen(face.points[lips], 1.08), width, height, face))
    certain = skin > 0.9  # noqa: PLR2004 - well inside
    if not bool(certain.any()):
        return skin
    usual = picture[:, certain].median(1).values[:, None, None]
    away = ((picture / picture.sum(0).clamp_min(1e-3) - usual / usual.sum()) ** 2).sum(0)
    return skin * torch.exp(-away / 0.004)


def _inside(points: Tensor, width: int, height: int, face: Anatomy, soft: float = 0.03) -> Tensor:
    """(height, width): 1 within a polygon of (N, 2), with an edge `soft` half faces wide."""
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in points], fill=255)
    reach = max(1, round(soft * face.half_face_px))
    filled = torch.frombuffer(bytearray(mask.tobytes()), dtype=torch.uint8).reshape(1, 1, height, width).float() / 255
    return _mean(_mean(filled, reach), reach)[0, 0]


def _swollen(points: Tensor, factor: float) -> Tensor:
    middle = points.mean(0)
    return middle + (points - middle) * factor


def _guided(picture: Tensor, reach: int) -> Tensor:
    """(3, H, W): smooth where its own variance is small, itself where it is large."""
    values = picture[:, None]
    mean = _mean(values, reach)
    variance = (_mean(values * values, reach) - mean * mean).clamp_min(0)
    share = variance / (variance + _SMOOTHING)
    return (_mean(share, reach) * values + _mean((1 - share) * mean, reach))[:, 0]


def _mean(values: Tensor, reach: int) -> Tensor:
    """The mean of a square of 2 reach + 1 about each pixel of (B, 1, H, W), in two passes."""
    side = 2 * reach + 1
    wide = functional.avg_pool2d(values, (1, side), 1, (0, reach), count_include_pad=False)
    return functional.avg_pool2d(wide, (side, 1), 1, (reach, 0), count_include_pad=False)


def _reshaped(portrait: Tensor, landmarks: Tensor, face: Anatomy, wanted: Beautify) -> tuple[Tensor, Tensor]:
    moved = face.to_portrait(_shifts(face, wanted))
    field = _spread(face, moved, portrait.shape[1], portrait.shape[0])
    colours = portrait.permute(2, 0, 1).float()[None]
    premultiplied = torch.cat([colours[:, :3] * colours[:, 3:] / 255, colours[:, 3:]], 1)
    taken = functional.grid_sample(premultiplied, field, mode="bicubic", padding_mode="border", align_corners=False)[0].clamp(0, 255)
    straight = (taken[:3] * 255 / taken[3:].clamp_min(1)).clamp(0, 255)
    shaped = (torch.cat([straight, taken[3:]]) + 0.5).to(torch.uint8).permute(1, 2, 0).contiguous()
    return shaped, torch.cat([landmarks[:, :2] + moved, landmarks[:, 2:]], 1)


def _shifts(face: Anatomy, wanted: Beautify) -> Tensor:
    """(478, 2) in face coordinates: where each landmark goes."""
    moved, x, y = torch.zeros(478, 2), face.local[:, 0], face.local[:, 1]
    low = smooth(-1.6, 0.9, y / face.chin_px)
    moved[:, 0] -= 0.085 * wanted.slim / 1000 * x * (0.35 + 0.65 * low) * smooth(0.25, 1.0, x.abs() / face.half_face_px)
    jaw = smooth(0.1, 1.0, y / face.chin_px)
    moved[:, 0] -= 0.13 * wanted.jaw / 1000 * x * jaw * smooth(0.2, 0.8, x.abs() / face.half_face_px)
    moved[:, 1] += 0.03 * wanted.jaw / 1000 * face.chin_px * jaw
    for side in range(2):
        ring = [*topology.EYES_UPPER[side], *topology.EYES_LOWER[side], *topology.UNDER_BROWS[side], *range(468 + 5 * side, 473 + 5 * side)]
        moved[ring] += 0.13 * wanted.eyes / 1000 * (face.local[ring] - face.local[list(topology.EYES_UPPER[side])].mean(0))
    moved[list(_WINGS), 0] -= 0.18 * wanted.nose / 1000 * x[list(_WINGS)]
    lips = list(topology.LIPS)
    return _with_lips(moved, lips, face, wanted)


def _with_lips(moved: Tensor, lips: list[int], face: Anatomy, wanted: Beautify) -> Tensor:
    """A positive value makes the mouth smaller across and the lips a little fuller."""
    part = wanted.mouth / 1000
    moved[lips] += face.local[lips] * torch.tensor([-0.10 * part, 0.08 * part])
    return moved


def _spread(face: Anatomy, moved: Tensor, width: int, height: int) -> Tensor:
    """(1, H, W, 2): where every pixel takes its colour from, as `grid_sample` wants it."""
    scale = _CELLS / max(width, height)
    columns, rows = max(2, round(width * scale)), max(2, round(height * scale))
    x, y = ((torch.arange(count) + 0.5) / count * side for count, side in ((columns, width), (rows, height)))
    places = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1).reshape(-1, 2)
    chosen = sorted({*range(0, 468, 2), *topology.OVAL, *topology.LIPS, *_WINGS, *_JAW, *_CHEEKBONES, *sum(topology.EYES_UPPER, ())})
    still = _around(face)
    unit = 100 / (2 * face.half_face_px)
    operator = spline(torch.cat([face.points[chosen], still]) * unit, places * unit, 1e-2)
    forward = (operator @ torch.cat([moved[chosen], torch.zeros(len(still), 2)])).reshape(rows, columns, 2)
    reach = 1 - smooth(1.5, 2.1, ((places - face.points.mean(0)).norm(dim=1) / face.half_face_px).reshape(rows, columns))
    field = (forward * reach[..., None] * torch.tensor([2 / width, 2 / height])).permute(2, 0, 1)[None]
    back = functional.interpolate(inverse(field, 6, 0.8), (height, width), mode="bicubic", align_corners=False)[0].permute(1, 2, 0)
    own_x, own_y = ((torch.arange(count) + 0.5) * 2 / count - 1 for count in (width, height))
    return (back + torch.stack(torch.meshgrid(own_y, own_x, indexing="ij")[::-1], -1))[None]


def _around(face: Anatomy) -> Tensor:
    """(24, 2): a ring about the head that stays where it is."""
    angle = torch.arange(24) / 24 * torch.pi * 2
    return face.points.mean(0) + torch.stack([angle.cos() * 2.2, angle.sin() * 2.4], 1) * face.half_face_px
