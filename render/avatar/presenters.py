"""Makes presenters ready to be drawn: one portrait, warped by its landmarks, talks; a clip gets another mouth."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from render.avatar.anatomy import anatomy
from render.avatar.beautify import beautified
from render.avatar.clip import ClipPresenter
from render.avatar.drawing import draw
from render.avatar.folder import Shot, read_folder, rig_of, set_of
from render.avatar.footage import read_footage
from render.avatar.framing import CLOSER, Framing, by_the_eyes, contained
from render.avatar.rig import Rig, build_rig, one_thread
from render.avatar.score import Score, compose
from render.avatar.stage import Stage, set_stage
from render.media.images import read_image
from render.pixels.planes import Planes
from render.ports.avatar import PLAIN, Direction, Look
from render.timeline.acting import Beautify
from render.timeline.spoken import SpokenTimes


@dataclass(frozen=True, slots=True, eq=False)
class WarpPerformance:
    """One presenter speaking one passage. Every frame is a pure function of its time."""

    stage: Stage
    score: Score

    def frame(self, at_ticks: int) -> Planes:
        """The presenter at `at_ticks` from the start of the passage (before and after it: idle), premultiplied, of the stage's size."""
        return draw(self.stage, self.score.controls_at(at_ticks))


@dataclass(frozen=True, slots=True, eq=False)
class WarpPresenter:
    """A presenter made ready for one picture size."""

    width_px: int
    height_px: int
    stage: Stage

    def perform(self, times: SpokenTimes | None, seed: int, loudness: tuple[float, ...], direction: Direction = PLAIN) -> WarpPerformance:
        """A performance of one passage; None is idle. `loudness` is the voice's RMS per 10 ms, 0 to 1. Same arguments, same pictures."""
        return WarpPerformance(self.stage, compose(times, seed, loudness, direction))


def ready(
    folder: Path, look: Look, size_px: tuple[int, int], *, models: Path, cache: Path | None, device: str
) -> WarpPresenter | ClipPresenter:
    """What `render.avatar.engine.WarpEngine.load` says."""
    presenter = read_folder(set_of(folder, look.outfit))
    framed = presenter.shot(look.shot)
    portrait = torch.from_numpy(read_image(presenter.folder / presenter.pictures[framed.picture].file))
    rig = rig_of(presenter, framed.picture, models, cache)
    with one_thread():
        framing = _framing(framed, look.shot, rig, portrait, size_px)
        if presenter.clip:
            return ClipPresenter(read_footage(presenter.folder, presenter.clip), rig, portrait, framing, size_px)
        portrait, rig = _flattered(portrait, rig, look.beautify)
        return WarpPresenter(*size_px, set_stage(rig, portrait, framing, size_px, torch.device(device)))


def _flattered(portrait: Tensor, rig: Rig, wanted: Beautify) -> tuple[Tensor, Rig]:
    """A reshaped face gets a rig of its own (about a second)."""
    shown, landmarks = beautified(portrait, rig.landmarks, wanted)
    return shown, rig if landmarks is rig.landmarks else build_rig(landmarks, rig.width_px, rig.height_px)


def _framing(framed: Shot, name: str, rig: Rig, portrait: Tensor, size_px: tuple[int, int]) -> Framing:
    closeness = CLOSER.get(name)
    return by_the_eyes(anatomy(rig.landmarks), portrait, closeness, size_px) if closeness else contained(framed.window, *size_px)
