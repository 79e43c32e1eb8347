"""`render.pixels.convert` in plain torch."""

import torch
from torch import Tensor

from render.pixels import colour
from render.pixels.planes import Planes


def planes_from_rgb(rgb: Tensor) -> Planes[Tensor]:
    """Of uint8 (H, W, 3)."""
    return _planes(rgb.float(), torch.full_like(rgb[..., 0], 255).float(), None)


def planes_from_rgba(rgba: Tensor) -> Planes[Tensor]:
    """Of uint8 (H, W, 4), straight."""
    alpha = rgba[..., 3].float()
    return _planes(rgba[..., :3].float() * (alpha[..., None] / 255), alpha, rgba[..., 3].contiguous())


def rgb_from_planes(planes: Planes[Tensor]) -> Tensor:
    """Uint8 (H, W, 3), on black."""
    return _bytes(_premultiplied_rgb(planes, _alpha(planes).float()))


def rgba_from_planes(planes: Planes[Tensor]) -> Tensor:
    """Uint8 (H, W, 4), straight."""
    alpha = _alpha(planes)
    straight = _premultiplied_rgb(planes, alpha.float()) * (255 / alpha.float().clamp(min=1))[..., None]
    straight = torch.where(alpha[..., None] > 0, straight, torch.zeros_like(straight))
    return torch.cat([_bytes(straight), alpha[..., None]], dim=2)


def _alpha(planes: Planes[Tensor]) -> Tensor:
    return torch.full_like(planes.y, 255) if planes.a is None else planes.a


def _planes(premultiplied: Tensor, alpha: Tensor, alpha_bytes: Tensor | None) -> Planes[Tensor]:
    small, small_alpha = _mean_2x2(premultiplied), _mean_2x2(alpha[..., None])[..., 0] / 255
    y = _weighed(premultiplied, colour.Y_FROM_RGB) + 16 * (alpha / 255)
    u = _weighed(small, colour.U_FROM_RGB) + 128 * small_alpha
    v = _weighed(small, colour.V_FROM_RGB) + 128 * small_alpha
    return Planes(_bytes(y), _bytes(u), _bytes(v), alpha_bytes)


def _premultiplied_rgb(planes: Planes[Tensor], alpha: Tensor) -> Tensor:
    """R'G'B' times alpha over 255, as float (H, W, 3)."""
    mean = _mean_2x2(alpha[..., None])[..., 0]
    share = _doubled(1 / mean.clamp(min=1)) * alpha
    u = _doubled(planes.u.float() - 128 / 255 * mean) * share
    v = _doubled(planes.v.float() - 128 / 255 * mean) * share
    y = (planes.y.float() - 16 / 255 * alpha) * colour.RGB_FROM_Y
    green = y + colour.G_FROM_U * u + colour.G_FROM_V * v
    return torch.stack([y + colour.R_FROM_V * v, green, y + colour.B_FROM_U * u], dim=2)


def _weighed(rgb: Tensor, row: colour.Row) -> Tensor:
    return rgb[..., 0] * row[0] + rgb[..., 1] * row[1] + rgb[..., 2] * row[2]


def _mean_2x2(picture: Tensor) -> Tensor:
    """(H, W, C) float to (H/2, W/2, C)."""
    return (picture[0::2, 0::2] + picture[0::2, 1::2] + picture[1::2, 0::2] + picture[1::2, 1::2]) / 4


def _doubled(plane: Tensor) -> Tensor:
    return plane.repeat_interleave(2, 0).repeat_interleave(2, 1)


def _bytes(values: Tensor) -> Tensor:
    return (values + 0.5).clamp(0, 255).to(torch.uint8)
