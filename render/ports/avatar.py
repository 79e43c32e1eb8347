"""Presenters: a folder and speech times become pictures of somebody talking."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from render.timeline.acting import Beautify, Emotion
from render.timeline.placed import PlacedAction
from render.timeline.spoken import SpokenTimes

if TYPE_CHECKING:
    from render.pixels.planes import Planes


UNTOUCHED = Beautify()


@dataclass(frozen=True, slots=True)
class Look:
    """Which of a presenter's pictures is shown, and how flattered. A shot or an outfit that it lacks is its first one."""

    shot: str = "medium"
    outfit: str = ""
    beautify: Beautify = UNTOUCHED


@dataclass(frozen=True, slots=True)
class Direction:
    """How a passage is played: a feeling all through, and actions at their places."""

    emotion: Emotion = "neutral"
    actions: tuple[PlacedAction, ...] = ()


PLAIN = Direction()


class Performance(Protocol):
    """One presenter speaking one passage, ready to be drawn frame by frame in any order."""

    def frame(self, at_ticks: int) -> "Planes":
        """The presenter at `at_ticks` from the start of the passage (before and after it: idle). Planes with alpha, size as prepared."""
        ...


class Presenter(Protocol):
    """A presenter made ready for one picture size."""

    @property
    def width_px(self) -> int:
        """Columns of every frame."""
        ...

    @property
    def height_px(self) -> int:
        """Rows of every frame."""
        ...

    def perform(self, times: SpokenTimes | None, seed: int, loudness: tuple[float, ...], direction: Direction = PLAIN) -> Performance:
        """A performance of one passage; None is idle. `loudness` is the voice's RMS per 10 ms, 0 to 1. Same arguments, same pictures."""
        ...


class AvatarEngine(Protocol):
    """Loads presenters. `version` is part of every performance's key."""

    version: str

    def load(self, folder: Path, look: Look, width_px: int, height_px: int) -> Presenter:
        """Make `folder` ready to be drawn inside a box of the given size (fit: contain, standing on its lower edge)."""
        ...


class FilmEngine(Protocol):
    """Another's engine that moves the mouth of a film to a sound. It gives opaque films: `render.avatar.rematted` cuts them out."""

    version: str

    def prepare(self, film: Path) -> str:
        """Make a presenter's film (25 frames a second) known, once for each of its versions; the name it has from then on."""
        ...

    def render(self, prepared: str, sound: Path, out: Path, look: Callable[[], None]) -> None:
        """Write to `out` the prepared film saying a passage. `look` is called while it works and may raise to give it up."""
        ...
