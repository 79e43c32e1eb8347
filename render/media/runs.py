"""Runs: what an encoder is given, sorted into what moves, what stands with the fades around it, and what is copied."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final, Generic, TypeVar

from render.media.fades import FADE_FRAMES_MAX, Faded, faded, may_be_faded
from render.pixels.device import HOST, moved
from render.pixels.planes import Planes

Other = TypeVar("Other")

STANDING_FRAMES_MIN: Final = 24
"""What stands for less is encoded like what moves."""


@dataclass(frozen=True, slots=True)
class Run:
    """A picture that is shown for `count` frames.

    `rising` are the frames of its fade before it, which begins with the run before, `falling` those after it; only what stands has them.
    """

    planes: Planes
    count: int
    begins: bool = False
    """Whether the encoder must begin anew with it, since a fade does."""
    rising: tuple[Faded, ...] = ()
    falling: tuple[Faded, ...] = ()

    @property
    def standing(self) -> bool:
        """Whether it is encoded once."""
        return self.count >= STANDING_FRAMES_MIN


def runs(frames: Iterable[Planes | Other], longest: int, *, fades: bool) -> Iterator[Run | Other]:
    """Frames as runs in the machine's memory, what is no picture as it is. A picture that comes several times in a row is one object.

    With `fades` a few pictures are held back to see one. What stands longer than `longest` begins anew within, so none leads to it.
    """
    sorting = _Sorting[Other](longest, FADE_FRAMES_MAX if fades else 0)
    for shown, count in _counted(frames):
        yield from sorting.taken(moved(shown, HOST) if isinstance(shown, Planes) else shown, count)
    yield from sorting.rest()


def _counted(frames: Iterable[Planes | Other]) -> Iterator[tuple[Planes | Other, int]]:
    """Each with how many times in a row it comes. Equal pictures that are not one object count as two."""
    held: Planes | Other | None = None
    count = 0
    for shown in frames:
        if held is not None and shown is not held:
            yield held, count
            count = 0
        held, count = shown, count + 1
    if held is not None:
        yield held, count


@dataclass(slots=True)
class _Sorting(Generic[Other]):
    """What is held back: pictures that may grow into one that stands, or one that stands and may fade."""

    longest: int
    fade_frames_max: int
    growing: list[Planes] = field(default_factory=list)
    fading: Run | None = None

    def taken(self, shown: Planes | Other, count: int) -> Iterator[Run | Other]:
        """What can be told now that this comes."""
        if self._fades(shown, count):
            return
        if not isinstance(shown, Planes):
            yield from self.rest()
            yield shown
        elif count >= STANDING_FRAMES_MIN:
            yield from self._stands(Run(shown, count))
        else:
            yield from self._moves(shown, count)

    def rest(self) -> Iterator[Run | Other]:
        """All that is held."""
        if self.fading:
            yield self.fading
        yield from (Run(planes, 1) for planes in self.growing)
        self.fading = None
        self.growing.clear()

    def _fades(self, shown: Planes | Other, count: int) -> bool:
        """Whether it is the next picture of a fade after what stands."""
        run = self.fading
        if run is None or count > 1 or not isinstance(shown, Planes) or len(run.falling) == self.fade_frames_max:
            return False
        weights = faded(run.planes, shown)
        if weights:
            self.fading = replace(run, falling=(*run.falling, weights))
        return weights is not None

    def _moves(self, shown: Planes, count: int) -> Iterator[Run | Other]:
        if self.fading or count > 1 or (self.growing and not may_be_faded(shown, self.growing[0])):
            yield from self.rest()
        if count > 1:
            yield Run(shown, count)
            return
        self.growing.append(shown)
        if len(self.growing) > self.fade_frames_max + 1:
            yield Run(self.growing.pop(0), 1)

    def _stands(self, run: Run) -> Iterator[Run | Other]:
        rising = () if self.fading or run.count > self.longest else self._rising(run.planes)
        before = len(self.growing) - len(rising) - 1
        if rising:
            first = Run(self.growing[before], 1, begins=True)
            del self.growing[before:]
            yield from self.rest()
            yield first
        yield from self.rest()
        self.fading = replace(run, rising=rising)

    def _rising(self, whole: Planes) -> tuple[Faded, ...]:
        """Of what is held, what is faded from `whole`, but for the first picture, which must be encoded."""
        found = takewhile(bool, (faded(whole, planes) for planes in reversed(self.growing[1:])))
        return tuple(weights for weights in found if weights)[::-1]
