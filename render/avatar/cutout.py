"""Cuts a person out of a photograph: where somebody is, a band of doubt around the outline, the alpha in it, the colours behind it.

The band is solved in closed form (A. Levin, D. Lischinski, Y. Weiss, IEEE PAMI 30(2), 2008) and the colours of the person alone are
estimated multi-level (T. Germer and others, ICPR 2020), both by pymatting.
"""

from typing import Final

import numpy as np
import torch
from pymatting import estimate_alpha_cf, estimate_foreground_ml
from torch.nn import functional

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
    height, width = picture.shape[2:]
    factor = min(1.0, solved_side_px / max(height, width))
    size = (round(height * factor), round(width * factor))
    small = functional.interpolate(picture, size, mode="bilinear", antialias=True)
    trimap = _trimap(networks.person(small)[0, 0])
    alpha = torch.from_numpy(_alpha(small[0].permute(1, 2, 0).double().numpy(), trimap.double().numpy())).float()
    full = functional.interpolate(alpha[None, None], (height, width), mode="bicubic", antialias=True)[0, 0]
    return ((full - _FLOOR) / (_CEILING - _FLOOR)).clamp(0, 1)


def _alpha(picture: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    """The alpha of the band; a trimap without both sides is already an answer."""
    if not ((trimap == 0).any() and (trimap == 1).any()):
        return trimap
    solved: np.ndarray = estimate_alpha_cf(picture, trimap, laplacian_kwargs={"epsilon": 1e-6})
    return solved


def _trimap(person: Tensor) -> Tensor:
    """(H, W): 1 surely the person, 0 surely not, 0.5 in doubt."""
    reach = max(2, round(max(person.shape) * _BAND))
    inside = 1 - _grown((person < _SURELY_IN).float(), reach)
    outside = 1 - _grown((person > _SURELY_OUT).float(), round(1.25 * reach))
    return torch.where(inside > 0, 1.0, torch.where(outside > 0, 0.0, 0.5))


def _grown(mask: Tensor, reach: int) -> Tensor:
    side = 2 * reach + 1
    wide = functional.max_pool2d(mask[None, None], (1, side), 1, (0, reach))
    return functional.max_pool2d(wide, (side, 1), 1, (reach, 0))[0, 0]
