"""Cutting a person out of moving pictures, frame after frame, so that the outline does not flicker."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import torch
from pymatting import estimate_foreground_ml
from torch import Tensor
from torch.nn import functional

from render.avatar.cutout import person_alpha
from render.avatar.faces import FaceModels
from render.avatar.keying import Screen, find_screen, keyed, softened_neck

Matting = Literal["screen", "screen-neck", "person"]
_GARBAGE_REACH: Final = 0.10
"""How far from a likely person something before a screen is kept, in parts of the longer side: hands, props."""
_STILL: Final = 0.018
_SMALL_PX: Final = 192
_SOLVED_SIDE_PX: Final = 448
_LOOK_EVERY: Final = 5
"""Frames between two looks for where somebody may be at all."""
_HOLD: Final = 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture (3, H, W) to be cut, where somebody may be in it (H, W), and the chin's row and the face's half width, in pixels."""

    picture: Tensor
    near: Tensor
    chin: tuple[float, float]


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

    def raw(self, frame: Frame) -> Tensor:
        """What a frame says by itself: colours and alpha before a screen (4, H, W), alpha alone without one (1, H, W)."""
        if self._screen is None:
            return person_alpha(frame.picture[None], self._networks, _SOLVED_SIDE_PX)[None]
        return self._by_screen(frame, self._screen)

    def settled(self, frame: Frame, raw: Tensor) -> Tensor:
        """(4, H, W): the same once the frame before is known."""
        if self._screen is not None:
            return raw
        alpha = self._steady(frame.picture, raw[0])
        return torch.cat([_foreground(frame.picture, alpha), alpha[None]])

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

    def _steady(self, picture: Tensor, alpha: Tensor) -> Tensor:
        """Where the picture stands still the outline does too: there it keeps part of what it was."""
        if self._before is not None:
            changed = (picture - self._before[0]).abs().amax(0)
            moved = functional.avg_pool2d(functional.avg_pool2d(changed[None, None], (9, 1), 1, (4, 0)), (1, 9), 1, (0, 4))[0, 0]
            alpha = torch.lerp(alpha, self._before[1], _HOLD * torch.exp(-((moved / _STILL) ** 2)))
        self._before = picture, alpha
        return alpha


def _foreground(picture: Tensor, alpha: Tensor) -> Tensor:
    """(3, H, W): the person's own colours; along the outline estimated at a coarser size, where they change little."""
    height, width = alpha.shape
    factor = min(1.0, _SOLVED_SIDE_PX / max(height, width))
    size = (round(height * factor), round(width * factor))
    small, cover = (functional.interpolate(plane[None], size, mode="bilinear", antialias=True)[0] for plane in (picture, alpha[None]))
    guess = estimate_foreground_ml(small.permute(1, 2, 0).double().numpy(), cover[0].double().numpy())
    own = torch.from_numpy(np.asarray(guess, np.float32)).permute(2, 0, 1)[None]
    wide = functional.interpolate(own, (height, width), mode="bilinear", align_corners=False)[0].clamp(0, 1)
    return torch.lerp(wide, picture, ((alpha - 0.9) / 0.1).clamp(0, 1))


def matting_for(picture: Tensor) -> Matting:
    """What suits a clip by its first frame: the screen where there is one."""
    return "screen" if find_screen(picture) else "person"


def _small(picture: Tensor) -> Tensor:
    factor = min(1.0, _SMALL_PX / max(picture.shape[1:]))
    size = (round(picture.shape[1] * factor), round(picture.shape[2] * factor))
    return functional.interpolate(picture[None], size, mode="bilinear", antialias=True)[0]
