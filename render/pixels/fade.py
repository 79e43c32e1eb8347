"""A picture made more transparent."""

from collections.abc import Callable

import torch
from torch import Tensor

from render.pixels.compiled import mix as loops
from render.pixels.planes import Planes


def fade(planes: Planes, opacity: int) -> Planes:
    """`planes` with every plane and its alpha times `opacity` (0..255) over 255; opaque planes gain an alpha plane."""
    return _each_plane(_faded_compiled if planes.y.is_cpu else _faded, planes, opacity)


def fade_reference(planes: Planes, opacity: int) -> Planes:
    """`fade` in plain torch."""
    return _each_plane(_faded, planes, opacity)


def _each_plane(faded: Callable[[Tensor, int], Tensor], planes: Planes, opacity: int) -> Planes:
    alpha = torch.full_like(planes.y, 255) if planes.a is None else planes.a
    y, u, v, a = (faded(plane, opacity) for plane in (planes.y, planes.u, planes.v, alpha))
    return Planes(y, u, v, a)


def _faded(plane: Tensor, opacity: int) -> Tensor:
    return ((plane.int() * opacity + 127) // 255).to(torch.uint8)


def _faded_compiled(plane: Tensor, opacity: int) -> Tensor:
    out = torch.empty_like(plane)
    loops.faded(plane.view(-1).numpy(), opacity, out.view(-1).numpy())
    return out
