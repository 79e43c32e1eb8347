"""Cuts a person out of a photograph: where somebody is, a band of doubt around the outline, the alpha in it, the colours behind it.

The band is solved in closed form; the colours of the person alone are estimated multi-level (T. Germer and others, ICPR 2020) by pymatting.
"""

from typing import Final

import numpy as np
import torch
from pymatting import estimate_foreground_ml
from scipy.ndimage import maximum_filter1d
from torch.nn import functional

from render.avatar.closed_form import solved
from render.avatar.faces import FaceModels

Tensor = torch.Tensor
_SOLVED_SIDE_PX: Final = 640
_SURELY_IN, _SURELY_OUT = 0.9, 0.1
_BAND: Final = 1 / 80
"""The band of doubt to either side of the outline, in parts of the longer side."""
_FLOOR, _CEILING = 0.10, 0.90
_CUT_SHARE_MIN: Final = 0.02


def is_cut_out(portrait: Tensor) -> bool:
    """Whether (H, W, 4) uint8 already has a background of its own: at least 2 % of it clear."""
    return bool((portrait[..., 3] < 8).float().mean() >= _CUT_SHARE_MIN)  # noqa: PLR2004 - clear, but for rounding


def cut_out(portrait: Tensor, networks: FaceModels) -> Tensor:
    """(H, W, 4) uint8, straight alpha: the person of (H, W, 4) uint8 without the background."""
    picture = portrait[..., :3].permute(2, 0, 1)[None].float() / 255
    full = person_alpha(picture, networks)
    colours = estimate_foreground_ml(picture[0].permute(1, 2, 0).double().numpy(), full.double().numpy())
    straight = torch.from_numpy(np.asarray(colours, dtype=np.float32)).clamp(0, 1)
    return (torch.cat([straight, full[..., None]], 2) * 255 + 0.5).to(torch.uint8)


def person_alpha(picture: Tensor, networks: FaceModels, solved_side_px: int = _SOLVED_SIDE_PX) -> Tensor:
    """(H, W), 0 to 1: how far each pixel of (1, 3, H, W), 0 to 1, is the person; solved at a longer side of `solved_side_px`."""
    return alpha_by_small(smaller(picture, solved_side_px), (picture.shape[2], picture.shape[3]), networks)


def smaller(picture: Tensor, side_px: int) -> Tensor:
    """(B, C, h, w): a picture (B, C, H, W) with its longer side at most so long."""
    height, width = picture.shape[2:]
    factor = min(1.0, side_px / max(height, width))
    size = (round(height * factor), round(width * factor))
    return functional.interpolate(picture, size, mode="bilinear", antialias=True)


def alpha_by_small(small: Tensor, size_px: tuple[int, int], networks: FaceModels) -> Tensor:
    """(H, W), 0 to 1: the same for a picture of this size, by its smaller one (1, 3, h, w), in which it is solved."""
    trimap = _trimap(networks.person(small)[0, 0].numpy())
    pixels = np.ascontiguousarray(small[0].permute(1, 2, 0).double().numpy())
    alpha = torch.from_numpy(solved(pixels, trimap)).float()
    full = functional.interpolate(alpha[None, None], size_px, mode="bicubic", antialias=True)[0, 0]
    return ((full - _FLOOR) / (_CEILING - _FLOOR)).clamp(0, 1)


def _trimap(person: np.ndarray) -> np.ndarray:
    """(H, W) float64: 1 surely the person, 0 surely not, 0.5 in doubt, of how likely it is the person (H, W)."""
    reach = max(2, round(max(person.shape) * _BAND))
    inside = ~_grown(person < _SURELY_IN, reach)
    outside = ~_grown(person > _SURELY_OUT, round(1.25 * reach))
    return np.where(inside, 1.0, np.where(outside, 0.0, 0.5))


def _grown(mask: np.ndarray, reach: int) -> np.ndarray:
    wide = maximum_filter1d(mask.view(np.uint8), 2 * reach + 1, 1, mode="nearest")
    grown: np.ndarray = maximum_filter1d(wide, 2 * reach + 1, 0, mode="nearest").view(np.bool_)
    return grown
