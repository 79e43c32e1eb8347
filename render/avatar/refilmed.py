"""Presenters whose mouth another's engine has moved: films of whole passages take the place of our own drawing."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import torch

from render.avatar.clip import ClipPerformance, ClipPresenter
from render.avatar.film_frames import film_frame
from render.avatar.footage import FRAME_TICKS, RECIPE, Frames, own_actions
from render.media.films import WHOLE, FilmWriter
from render.pixels.convert import rgba_from_planes
from render.pixels.planes import Planes
from render.ports.avatar import PLAIN, AvatarEngine, Direction, Look, Performance, Presenter
from render.timeline import codec
from render.timeline.spoken import SpokenTimes
from render.timeline.voicing import times_to_json

_LOUDNESS_STEPS: Final = 1_000


class RefilmedEngine:
    """An `AvatarEngine`: passages of which there is a film (by `passage_name`) are played from it, and `own` draws all else.

    `engine` is the version of whoever made the films.
    """

    def __init__(self, own: AvatarEngine, engine: str, films: Mapping[str, Path]) -> None:
        self.version = f"{own.version}+{engine}"
        self._own, self._engine, self._films = own, engine, films

    def load(self, folder: Path, look: Look, width_px: int, height_px: int) -> Presenter:
        """As the own engine does; only somebody filmed can have films."""
        presenter = self._own.load(folder, look, width_px, height_px)
        return RefilmedPresenter(presenter, self._engine, self._films) if isinstance(presenter, ClipPresenter) else presenter


class RefilmedPresenter:
    """A filmed presenter, with films for some of what she says."""

    def __init__(self, own: ClipPresenter, engine: str, films: Mapping[str, Path]) -> None:
        self.width_px, self.height_px = own.width_px, own.height_px
        self.own = own
        self._films = films
        with own.footage.file.open("rb") as file:
            self._made_of = [engine, hashlib.file_digest(file, "sha256").hexdigest()]

    def passage_name(self, times: SpokenTimes, loudness: tuple[float, ...], direction: Direction) -> str:
        """What the film of a passage is called: a digest of the engine, the clip, the sound's course and the clip's actions.

        Size, shot and feeling are not in it: the film is of the clip's own size, and all of its face is as it was filmed.
        """
        known = own_actions(self.own.footage, direction)
        acted = [[action.at, known[action.name].first, known[action.name].end] for action in direction.actions if action.name in known]
        heard = [round(level * _LOUDNESS_STEPS) for level in loudness]
        facts: dict[str, Any] = {"made-of": self._made_of, "times": times_to_json(times), "heard": heard, "acted": acted}
        return codec.digest(facts)

    def perform(self, times: SpokenTimes | None, seed: int, loudness: tuple[float, ...], direction: Direction = PLAIN) -> Performance:
        """The film of the passage where there is one, else our own performance."""
        drawn = self.own.perform(times, seed, loudness, direction)
        film = self._films.get(self.passage_name(times, loudness, direction)) if times else None
        return RefilmedPerformance(drawn, film, frames_of(times)) if times and film else drawn


class RefilmedPerformance:
    """A passage as it was filmed; before and after it the clip idles as we draw it."""

    def __init__(self, drawn: ClipPerformance, film: Path, frames: int) -> None:
        self._drawn, self._film, self._frames = drawn, Frames(film), frames

    def frame(self, at_ticks: int) -> Planes:
        """The presenter at `at_ticks` from the start of the passage, premultiplied, of the box's size."""
        number = at_ticks // FRAME_TICKS
        if not 0 <= number < self._frames:
            return self._drawn.frame(at_ticks)
        return self._drawn.presenter.framed(self._film.at(number))


def frames_of(times: SpokenTimes) -> int:
    """How many frames the film of a passage has."""
    return -(-times.duration // FRAME_TICKS)


def write_passage(performance: ClipPerformance, frames: int, cut: Path, opaque: Path, look: Callable[[], None]) -> None:
    """Write a passage as the camera saw it, of the clip's own size: `cut` out, to keep its alpha, and `opaque`, to be sent.

    Colours go on beyond the outline, so that nothing of the ground is in what comes back. `look` is called for every frame and may raise.
    """
    with ExitStack() as stack:
        films: list[FilmWriter] = []
        for number in range(frames):
            look()
            frame = film_frame(torch.from_numpy(rgba_from_planes(performance.filmed(number * FRAME_TICKS))))
            size_px = frame.width, frame.height
            if not films:
                films.append(stack.enter_context(FilmWriter(cut, RECIPE, size_px, alpha=True)))
                films.append(stack.enter_context(FilmWriter(opaque, WHOLE, size_px, alpha=False)))
            films[0].add(frame, number * FRAME_TICKS)
            films[1].add(frame.reformat(format="yuv420p"), number * FRAME_TICKS)
        for film in films:
            film.finish(frames * FRAME_TICKS)
