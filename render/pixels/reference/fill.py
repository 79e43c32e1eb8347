"""`render.pixels.fill.painted` in plain torch. Fills are made in the machine's memory: this is for tests alone."""

from collections.abc import Sequence

import torch
from torch import Tensor

from render.pixels import colour as colours
from render.pixels.planes import Planes
from render.pixels.reference.over import sum_2x2


def painted(coats: Sequence[tuple[Tensor, str | tuple[Tensor, Tensor, Tensor]]]) -> Planes[Tensor]:
    """Coats of colour, each over those before."""
    y, u, v, alpha = (torch.zeros_like(coats[0][0], dtype=torch.float32) for _ in range(4))
    for coverage, colour in coats:
        values = colours.yuv_from_rgb(*colours.rgb_from_hex(colour)) if isinstance(colour, str) else colour
        share = coverage.float() / 255
        y, u, v, alpha = (below * (1 - share) + share * value for below, value in zip((y, u, v, alpha), (*values, 1.0), strict=True))
    return Planes(_bytes(y), _bytes(sum_2x2(u) / 4), _bytes(sum_2x2(v) / 4), _bytes(alpha * 255))


def _bytes(values: Tensor) -> Tensor:
    return (values + 0.5).to(torch.uint8)
