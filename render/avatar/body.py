"""The whole figure moved about its lower edge: leaning aside, bowing, coming nearer. An affine map, so nothing tears."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from render.avatar.score import PLACE, Curve
from render.pixels.affine import Matrix, affine, chroma_matrix
from render.pixels.planes import Planes

_LEAN: Final = 0.055
"""Sideways, in parts of the height above the lower edge."""
_BOW_HEIGHT: Final = 0.055
"""How much lower a bow makes the figure, of its height."""
_NEARER: Final = 0.045


def posed(planes: Planes, controls: Curve) -> Planes:
    """The drawn figure as `controls` move it; the same planes where they do not."""
    lean, bow, nearer = (float(controls[PLACE[name]]) for name in ("lean", "bow", "nearer"))
    if planes.a is None or lean == bow == nearer == 0:
        return planes
    return _moved(planes, planes.a, _back(lean, bow, nearer, planes))


def _back(lean: float, bow: float, nearer: float, planes: Planes) -> Matrix:
    """From a pixel of the moved figure to the drawn one: x about the middle, y about the lower edge, which stays."""
    across = 1 + _NEARER * nearer + 0.4 * _BOW_HEIGHT * bow
    upwards = 1 + _NEARER * nearer - _BOW_HEIGHT * bow
    middle, bottom = planes.width_px / 2, float(planes.height_px)
    slope = _LEAN * lean
    return 1 / across, slope, middle - middle / across - slope * bottom, 0.0, 1 / upwards, bottom - bottom / upwards


def _moved(planes: Planes, alpha: Tensor, back: Matrix) -> Planes:
    """The planes through the map. Chroma is coarser than alpha, so at an outline it is what it was per alpha, times the new alpha."""
    moved = affine(planes, planes.width_px, planes.height_px, back)
    if moved.a is None:
        return moved
    small = _halved(alpha)
    ground = Planes(small, planes.u, planes.v, None)
    covered = affine(ground, small.shape[1], small.shape[0], chroma_matrix(back)).y.float()
    now = _halved(moved.a).float()
    share = torch.where(covered > 0, now / covered.clamp_min(1), torch.zeros_like(now))
    u, v = ((plane.float() * share + 0.5).clamp(0, 255).to(torch.uint8) for plane in (moved.u, moved.v))
    return Planes(moved.y, u, v, moved.a)


def _halved(alpha: Tensor) -> Tensor:
    mean = functional.avg_pool2d(alpha[None, None].float(), 2)[0, 0]
    return (mean + 0.5).to(torch.uint8)
