"""The embedded presenter engine: one portrait, warped by its landmarks, talks."""

from dataclasses import dataclass
from pathlib import Path

import torch

from render.avatar.drawing import draw
from render.avatar.folder import read_folder, rig_of
from render.avatar.rig import one_thread
from render.avatar.score import ENGINE_VERSION, Score, compose
from render.avatar.stage import Stage, set_stage
from render.media.images import read_image
from render.pixels.planes import Planes
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

    def perform(self, times: SpokenTimes | None, seed: int, loudness: tuple[float, ...]) -> WarpPerformance:
        """A performance of one passage; None is idle. `loudness` is the voice's RMS per 10 ms, 0 to 1. Same arguments, same pictures."""
        return WarpPerformance(self.stage, compose(times, seed, loudness))


class WarpEngine:
    """Implements `render.ports.avatar.AvatarEngine`. `models` holds `faces/*.tflite`; rigs that a folder lacks are kept in `cache`."""

    version = ENGINE_VERSION

    def __init__(self, models: Path, cache: Path | None = None, device: str = "cpu") -> None:
        self._models, self._cache, self._device = models, cache, torch.device(device)

    def load(self, folder: Path, shot: str, width_px: int, height_px: int) -> WarpPresenter:
        """Make `folder` ready to be drawn inside a box of the given size (even sides; fit: contain, standing on its lower edge).

        Raises MissingSource where the folder or a file of it is not there, PresenterRefused where it is damaged or shows no face,
        SetupIncomplete where a rig must be worked out and the face models are missing.
        """
        presenter = read_folder(folder)
        framed = presenter.shot(shot)
        rig = rig_of(presenter, framed.picture, self._models, self._cache)
        portrait = read_image(folder / presenter.pictures[framed.picture].file)
        with one_thread():
            stage = set_stage(rig, portrait, framed.window, (width_px, height_px), self._device)
        return WarpPresenter(width_px, height_px, stage)
