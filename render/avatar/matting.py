"""Cutting a person out of moving pictures, frame after frame, so that the outline does not flicker."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import torch
from pymatting import estimate_foreground_ml
from torch import Tensor
from torch.nn import functional

from render.avatar.cutout import alpha_by_small, smaller
from render.avatar.faces import FaceModels
from render.avatar.keying import Screen, find_screen, keyed, softened_neck
from render.avatar.matting_kernels import HOLD, OWN_FROM, STILL, coloured, steady

Matting = Literal["screen", "screen-neck", "person"]
_GARBAGE_REACH: Final = 0.10
"""How far from a likely person something before a screen is kept, in parts of the longer side: hands, props."""
_SMALL_PX: Final = 192
_SOLVED_SIDE_PX: Final = 448
_LOOK_EVERY: Final = 5
"""Frames between two looks for where somebody may be at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture (3, H, W) to be cut, where somebody may be in it (H, W), and the chin's row and the face's half width, in pixels."""

    picture: Tensor
    near: Tensor
    chin: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """What a frame says by itself: before a screen all of it (4, H, W), without one its alpha (H, W) and the picture made smaller."""

    cut: Tensor
    small: Tensor | None = None


class Matte:
    """Cuts frames of one clip. A screen's clean plate is taken from the first frame; `screen` matting needs one.

    `frame` and `settled` are called in the clip's order; `raw`, where the time goes, in any order and from several threads.
    """

    def __init__(self, first: Tensor, networks: FaceModels, matting: Matting) -> None:
        self._networks, self._matting = networks, matting
        self._screen = find_screen(first) if matting != "person" else None
        self._before: tuple[Tensor, Tensor] | None = None
        self._near: Tensor | None = None
        self._seen = 0

    def cut(self, picture: Tensor, chin: tuple[float, float]) -> Tensor:
        """(4, H, W) straight colours and alpha, 0 to 1, of the next picture (3, H, W)."""
        frame = self.frame(picture, chin)
        return self.settled(frame, self.raw(frame))

    def frame(self, picture: Tensor, chin: tuple[float, float]) -> Frame:
        """The next picture with what is known of it; where somebody may be is looked for now and then."""
        if self._near is None or (self._screen and self._seen % _LOOK_EVERY == 0):
            self._near = self._look(picture)
        self._seen += 1
        return Frame(picture, self._near, chin)

    def raw(self, frame: Frame) -> Raw:
        """What a frame says by itself."""
        if self._screen is not None:
            return Raw(self._by_screen(frame, self._screen))
        small = smaller(frame.picture[None], _SOLVED_SIDE_PX)
        return Raw(alpha_by_small(small, (frame.picture.shape[1], frame.picture.shape[2]), self._networks), small[0])

    def settled(self, frame: Frame, raw: Raw) -> Tensor:
        """(4, H, W): the same once the frame before is known."""
        if raw.small is None:
            return raw.cut
        alpha = raw.cut
        if self._before is not None:
            alpha = steadied(frame.picture, *self._before, alpha)
        self._before = frame.picture, alpha
        return _foreground(frame.picture, raw.small, alpha)

    def _by_screen(self, frame: Frame, screen: Screen) -> Tensor:
        cut = keyed(frame.picture, screen, frame.near)
        if self._matting == "screen-neck":
            return torch.cat([softened_neck(cut[:3], cut[3], *frame.chin), cut[3:]])
        return cut

    def _look(self, picture: Tensor) -> Tensor:
        """(H, W): 1 where somebody may be, props included; 0 far from everybody."""
        likely = (self._networks.person(_small(picture)[None])[:, 0] > 0.3).float()  # noqa: PLR2004 - rather too much than too little
        reach = max(1, round(_GARBAGE_REACH * max(likely.shape)))
        near = functional.max_pool2d(likely, 2 * reach + 1, 1, reach)
        return functional.interpolate(near[None], picture.shape[1:], mode="bilinear", align_corners=False)[0, 0]


def steadied(picture: Tensor, before: Tensor, alpha_before: Tensor, alpha: Tensor) -> Tensor:
    """(H, W): where the picture (3, H, W) stands still the outline does too: there it keeps part of what it was."""
    if not picture.is_cpu:
        return steadied_reference(picture, before, alpha_before, alpha)
    kept = alpha.clone()
    steady(_pixels(picture), _pixels(before), alpha_before.contiguous().numpy(), kept.numpy())
    return kept


def steadied_reference(picture: Tensor, before: Tensor, alpha_before: Tensor, alpha: Tensor) -> Tensor:
    """`steadied` in plain torch."""
    changed = (picture - before).abs().amax(0)
    moved = functional.avg_pool2d(functional.avg_pool2d(changed[None, None], (9, 1), 1, (4, 0)), (1, 9), 1, (0, 4))[0, 0]
    return torch.lerp(alpha, alpha_before, HOLD * torch.exp(-((moved / STILL) ** 2)))


def _foreground(picture: Tensor, small: Tensor, alpha: Tensor) -> Tensor:
    """(4, H, W): the person's own colours and alpha; along the outline estimated in the smaller picture, where they change little."""
    cover = functional.interpolate(alpha[None, None], small.shape[1:], mode="bilinear", antialias=True)[0, 0]
    own = np.asarray(estimate_foreground_ml(small.permute(1, 2, 0).numpy(), cover.numpy()), np.float32)
    return in_colours(picture, torch.from_numpy(own), alpha)


def in_colours(picture: Tensor, own: Tensor, alpha: Tensor) -> Tensor:
    """(4, H, W): a picture (3, H, W) with its alpha, and along the outline the person's `own` colours (h, w, 3); black where nobody is."""
    if not picture.is_cpu:
        return in_colours_reference(picture, own, alpha)
    cut = torch.empty((*alpha.shape, 4))
    coloured(_pixels(picture), own.contiguous().numpy(), alpha.contiguous().numpy(), cut.numpy())
    return cut.permute(2, 0, 1)


def in_colours_reference(picture: Tensor, own: Tensor, alpha: Tensor) -> Tensor:
    """`in_colours` in plain torch."""
    wide = functional.interpolate(own.permute(2, 0, 1)[None], alpha.shape, mode="bilinear", align_corners=False)[0]
    colours = torch.lerp(wide, picture, ((alpha - OWN_FROM) / (1 - OWN_FROM)).clamp(0, 1)) * (alpha > 0)
    return torch.cat([colours, alpha[None]])


def _pixels(picture: Tensor) -> np.ndarray:
    """(H, W, 3) of (3, H, W): as decoded frames lie in memory."""
    return picture.permute(1, 2, 0).contiguous().numpy()


def matting_for(picture: Tensor) -> Matting:
    """What suits a clip by its first frame: the screen where there is one."""
    return "screen" if find_screen(picture) else "person"


def _small(picture: Tensor) -> Tensor:
    factor = min(1.0, _SMALL_PX / max(picture.shape[1:]))
    size = (round(picture.shape[1] * factor), round(picture.shape[2] * factor))
    return functional.interpolate(picture[None], size, mode="bilinear", antialias=True)[0]
