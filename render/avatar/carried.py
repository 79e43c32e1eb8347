"""Cut-out planes carried through an affine map without a coloured rim."""

import torch
from torch import Tensor
from torch.nn import functional

from render.avatar.tensors import Either, planes_of
from render.pixels.affine import Matrix, affine, chroma_matrix
from render.pixels.planes import Planes


def carried(planes: Planes, width_px: int, height_px: int, back: Matrix) -> Planes:
    """`affine` for premultiplied planes with alpha: chroma is coarser than alpha, so at an outline it is what it was per alpha there."""
    moved = affine(planes, width_px, height_px, back)
    if planes.a is None or moved.a is None:
        return moved
    small = planes_of(_halved(planes.a), planes.u, planes.v)
    covered = torch.as_tensor(affine(small, width_px // 2, height_px // 2, chroma_matrix(back)).y).float()
    now = _halved(moved.a).float()
    share = torch.where(covered > 0, now / covered.clamp_min(1), torch.zeros_like(now))
    u, v = ((torch.as_tensor(plane).float() * share + 0.5).clamp(0, 255).to(torch.uint8) for plane in (moved.u, moved.v))
    return planes_of(moved.y, u, v, moved.a)


def _halved(alpha: Either) -> Tensor:
    mean = functional.avg_pool2d(torch.as_tensor(alpha)[None, None].float(), 2)[0, 0]
    return (mean + 0.5).to(torch.uint8)
