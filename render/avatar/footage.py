"""The filmed half of a presenter's folder: its frames, and what was measured on them at ingest."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from render.avatar.folder import LANDMARKS, Clip, read_folder
from render.avatar.looping import FRAME_RATE, ClipAction
from render.errors import PresenterRefused
from render.media.films import Recipe
from render.media.video import VideoReader
from render.pixels.planes import Planes
from render.ports.avatar import Direction
from render.timeline.time import TICKS_PER_SECOND

GROUP: Final = 12
RECIPE: Final = Recipe("veryfast", 19, GROUP)
"""Good to a look at full size, and about 20 MB a minute at 720 by 1280."""
FRAME_TICKS: Final = TICKS_PER_SECOND // FRAME_RATE
_KEPT: Final = 2 * GROUP


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """What a clip's folder holds besides its pictures."""

    file: Path
    landmarks: Tensor
    """(T, 478, 3), in the clip's pixels, smoothed in time."""
    gains: Tensor
    """(T,): how light each frame's face is against the reference's."""
    reference: int
    actions: dict[str, ClipAction]


class Frames:
    """A clip's frames by number, for one reader at a time. Going backwards, a group is decoded once and kept."""

    def __init__(self, file: Path) -> None:
        self._reader, self._lock = VideoReader(file), threading.Lock()
        self._kept: OrderedDict[int, Planes] = OrderedDict()
        self._last = -1

    def at(self, number: int) -> Planes:
        """The frame of this number, premultiplied, with alpha."""
        with self._lock:
            if number not in self._kept:
                first = number - number % GROUP if number < self._last else number
                for wanted in range(first, number + 1):
                    self._keep(wanted)
            self._last = number
            return self._kept[number]

    def _keep(self, number: int) -> None:
        self._kept[number] = self._reader.frame_at(number * FRAME_TICKS)
        self._kept.move_to_end(number)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def own_actions(footage: Footage, direction: Direction) -> dict[str, ClipAction]:
    """The clip's actions; where one is asked for that was not there, it may have been named since: the description is read again."""
    if all(action.name in footage.actions for action in direction.actions):
        return footage.actions
    clip = read_folder(footage.file.parent).clip
    return {name: ClipAction(first, end) for name, (first, end) in clip.actions.items()} if clip else {}


def read_footage(folder: Path, clip: Clip) -> Footage:
    """The footage of a folder. Raises PresenterRefused (`damaged`) where its measures do not fit it."""
    try:
        with np.load(folder / LANDMARKS, allow_pickle=False) as arrays:
            points, gains = torch.from_numpy(arrays["clip"].astype(np.float32)), torch.from_numpy(arrays["gains"].astype(np.float32))
    except (OSError, KeyError, ValueError) as problem:
        raise PresenterRefused("damaged", name=folder.name) from problem
    if points.shape != (clip.frames, 478, 3) or gains.shape != (clip.frames,):
        raise PresenterRefused("damaged", name=folder.name)
    actions = {name: ClipAction(first, end) for name, (first, end) in clip.actions.items()}
    return Footage(folder / clip.file, points, gains, clip.reference, actions)
