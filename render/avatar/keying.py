"""Cuts a person out before a green or blue screen: how much of the screen's colour is in a pixel, against what the screen looks like there.

Pictures are (3, H, W) float, R'G'B' 0 to 1. Differences are taken in BT.601 chroma, as the eye and the codecs of cameras do.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from render.avatar.keying_kernels import CLEAR, COARSE, GIVEN_BACK, SOLID, UNMIXED_BELOW, key, unmix

_YCC: Final = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))
_BORDER: Final = 0.06
_SHARE_MIN: Final = 0.55
"""Of the border above and beside, that must be screen."""
_CHROMA_MIN: Final = 0.09
_RIM: Final = 0.012
"""How far into the figure the screen's light is looked for, in parts of the longer side."""
_PLATE_SIDE: Final = 128
_SURE: Final = (0.45, 0.70)
_ROUNDS_MIN_PIXELS: Final = 50


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """A screen as it looks without anybody before it (3, H, W), which way its chroma points, and its channel (1 green, 2 blue)."""

    plate: Tensor
    axis: "Axis"
    channel: int


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The chroma of a plate: its direction (2, H, W) over its length, and the length (H, W) itself."""

    direction: Tensor
    length: Tensor


def axis_of(plate: Tensor) -> Axis:
    """Measure a plate (3, H, W)."""
    chroma = _converted(plate)[1:]
    length = (chroma * chroma).sum(0).sqrt().clamp_min(0.02)
    return Axis(chroma / (length * length), length)


def find_screen(picture: Tensor) -> Screen | None:
    """The screen behind somebody, evened out by a quadratic surface through what is surely screen; None where there is none.

    The upper border and both sides decide: there a screen shows, whoever stands before it.
    """
    border = _border(picture)
    chroma = _converted(border[:, :, None])[1:, :, 0]
    colour = border[:, chroma.norm(dim=0) > chroma.norm(dim=0).quantile(0.5)].median(1).values
    channel = int(colour[1:].argmax()) + 1
    strong = float(_converted(colour[:, None, None])[1:].norm()) > _CHROMA_MIN and channel == int(colour.argmax())
    if not strong or float((_share(border[:, :, None], axis_of(colour[:, None, None])) > _SURE[0]).float().mean()) < _SHARE_MIN:
        return None
    plate = _plate(picture, colour)
    return Screen(plate, axis_of(plate), channel)


def keyed(picture: Tensor, screen: Screen, garbage: Tensor | None = None) -> Tensor:
    """(4, H, W): straight colours without the screen's light, black where nobody is, and alpha.

    `garbage` (H, W) is 0 where nobody can be: lamps, stands, dark corners.
    """
    if not picture.is_cpu:
        return keyed_reference(picture, screen, garbage)
    (height, width), pixels = picture.shape[1:], picture.permute(1, 2, 0).contiguous().numpy()
    alpha, cut = np.empty((height, width), np.float32), np.empty((height, width, 4), np.float32)
    solid = np.empty((-(-height // COARSE), -(-width // COARSE)), np.float32)
    near = torch.ones_like(picture[0]) if garbage is None else garbage
    key(pixels, screen.axis.direction.contiguous().numpy(), near.contiguous().numpy(), alpha, solid)
    rim = _around(torch.from_numpy(solid), max(height, width))[0, 0].numpy()
    unmix(pixels, screen.plate.contiguous().numpy(), alpha, rim, screen.channel, cut)
    return torch.from_numpy(cut).permute(2, 0, 1)


def keyed_reference(picture: Tensor, screen: Screen, garbage: Tensor | None = None) -> Tensor:
    """`keyed` in plain torch."""
    share = _share(picture, screen.axis)
    alpha = (1 - (share - SOLID) / (CLEAR - SOLID)).clamp(0, 1)
    if garbage is not None:
        alpha = alpha * garbage
    unmixed = ((picture - screen.plate * (1 - alpha)) / alpha.clamp_min(0.15)).clamp(0, 1)
    colours = torch.where(alpha > UNMIXED_BELOW, picture, unmixed)
    colours = torch.lerp(colours, _despilled(colours, screen.channel), _rim(alpha)) * (alpha > 0)
    return torch.cat([colours, alpha[None]])


def softened_neck(colours: Tensor, alpha: Tensor, chin_y: float, reach_px: float) -> Tensor:
    """Colours whose dark outline about the neck and collar is lightened from within: the outline takes what lies a little further in.

    `chin_y` and `reach_px` say where: from the chin down by `reach_px`, fading out.
    """
    inner = _shrunk(alpha, 3)
    weight = functional.avg_pool2d(inner[None, None], 9, 1, 4)[0, 0]
    spread = functional.avg_pool2d((colours * inner)[None], 9, 1, 4)[0] / weight.clamp_min(1e-3)
    rows = torch.arange(alpha.shape[0], dtype=torch.float32)
    where = ((rows - chin_y) / reach_px).clamp(0, 1) * (1 - ((rows - chin_y - reach_px) / reach_px).clamp(0, 1))
    share = (alpha > 0).float() * (1 - inner) * (weight > 0.02).float() * where[:, None]  # noqa: PLR2004 - something to take from
    return torch.lerp(colours, torch.maximum(colours, spread), share)


def _border(picture: Tensor) -> Tensor:
    """(3, N): the pixels along the top and the upper two thirds of both sides."""
    width = max(1, round(_BORDER * min(picture.shape[1:])))
    upper = picture[:, : picture.shape[1] * 2 // 3]
    parts = picture[:, :width], upper[:, :, :width], upper[:, :, -width:]
    return torch.cat([part.flatten(1) for part in parts], 1)


def _converted(picture: Tensor) -> Tensor:
    converted: Tensor = torch.einsum("ij,jhw->ihw", torch.tensor(_YCC), picture)
    return converted


def _share(picture: Tensor, axis: Axis) -> Tensor:
    """(H, W): the picture's chroma along the screen's, less what stands off it, in parts of the screen's own. 1 is screen."""
    chroma = torch.einsum("ij,jhw->ihw", torch.tensor(_YCC[1:]), picture)
    along = chroma[0] * axis.direction[0] + chroma[1] * axis.direction[1]
    aside = chroma[0] * axis.direction[1] - chroma[1] * axis.direction[0]
    return (along - aside.abs()).clamp(0, 1.2)


def _plate(picture: Tensor, colour: Tensor) -> Tensor:
    """(3, H, W): least squares of the sure screen pixels on 1, x, y, x², y², xy; twice, the second time with a stricter choice."""
    height, width = picture.shape[1:]
    small = functional.adaptive_avg_pool2d(picture[None], (min(height, _PLATE_SIDE), min(width, _PLATE_SIDE)))[0]
    basis = _quadratic(*small.shape[1:])
    plate = colour[:, None, None].expand_as(small)
    for sure in _SURE:
        chosen = (_share(small, axis_of(plate)) > sure).flatten()
        if int(chosen.sum()) < _ROUNDS_MIN_PIXELS:
            break
        solved = torch.linalg.lstsq(basis[chosen], small.flatten(1).T[chosen]).solution
        plate = (basis @ solved).T.reshape(small.shape).clamp(0, 1)
    return functional.interpolate(plate[None], (height, width), mode="bilinear", align_corners=True)[0]


def _quadratic(height: int, width: int) -> Tensor:
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    return torch.stack([torch.ones_like(x), x, y, x * x, y * y, x * y], -1).reshape(-1, 6)


def _despilled(colours: Tensor, channel: int) -> Tensor:
    """The screen's channel is never stronger than the others allow."""
    others = [other for other in range(3) if other != channel]
    most = 0.6 * torch.maximum(colours[others[0]], colours[others[1]]) + 0.4 * torch.minimum(colours[others[0]], colours[others[1]])
    cleaned = colours.clone()
    spill = (colours[channel] - most).clamp_min(0)
    cleaned[channel] -= spill
    return (cleaned + GIVEN_BACK * spill).clamp(0, 1)


def _rim(alpha: Tensor) -> Tensor:
    """(H, W): 1 along the outline, 0 well inside: a blue suit stays blue, and only the light from the screen on its edge goes."""
    solid = -functional.max_pool2d(-alpha[None, None], COARSE, ceil_mode=True)[0, 0]
    return functional.interpolate(_around(solid, max(alpha.shape)), alpha.shape, mode="bilinear", align_corners=False)[0, 0]


def _around(solid: Tensor, longer_px: int) -> Tensor:
    """(1, 1, rows, columns): 1 near what is not solid, by the least alpha of each square."""
    reach = max(1, round(_RIM * longer_px / COARSE))
    return functional.max_pool2d((solid < 0.9).float()[None, None], 2 * reach + 1, 1, reach)  # noqa: PLR2004 - not solid


def _shrunk(alpha: Tensor, reach: int) -> Tensor:
    side = 2 * reach + 1
    return -functional.max_pool2d(-alpha[None, None], side, 1, reach)[0, 0]
