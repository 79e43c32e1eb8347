"""The program: a timeline compiled for one picture size, ready to show any of its frames in any order."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from render.graph.copies import with_copies
from render.graph.scenes import SceneNode
from render.graph.segments import Cut, Segment
from render.graph.stamp import Drawn, Key, SourceFrame, Stamp, compose, keys
from render.graph.workshop import Workshop
from render.pixels.planes import Planes
from render.pixels.transitions import transition
from render.timeline.document import Transition
from render.timeline.time import frame_ticks


class Overlay(Protocol):
    """Something drawn over all scenes: a track's layer, a caption, the mark."""

    def stamp(self, ticks: int) -> Stamp | None:
        """What it shows at `ticks` from the project's start."""
        ...


@dataclass(frozen=True)
class SceneCall:
    """A scene of the program; `start` ticks from the project's start, `leaving` the way out of it."""

    start: int
    prepare: Callable[[], SceneNode]
    leaving: Transition

    @cached_property
    def node(self) -> SceneNode:
        """The scene made ready, when it is first shown."""
        return self.prepare()


class Program:
    """Frames on demand. The same program and index always give the same planes; what `frame` returns is shared: never change it."""

    def __init__(
        self,
        *,
        size_px: tuple[int, int],
        frame_rate: int,
        cuts: Sequence[Cut],
        scenes: Sequence[SceneCall],
        overlays: Sequence[Overlay],
        segments: Callable[[], tuple[Segment, ...]],
        workshop: Workshop,
    ) -> None:
        self.size_px, self.frame_rate, self._list_segments = size_px, frame_rate, segments
        self.frame_count = cuts[-1].frames.stop if cuts else 0
        self._cuts, self._starts = tuple(cuts), [cut.frames.start for cut in cuts]
        self._scenes, self._overlays, self._workshop = tuple(scenes), tuple(overlays), workshop
        self._shown: tuple[Key, Planes] | None = None

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """All frames, in order, in pieces that can be kept: what an export encodes and a preview never asks for."""
        segments = with_copies(self, self._list_segments())
        self._workshop.videos.clear()  # only looked at: each holds some thirty megabytes, and most are drawn from much later
        return segments

    def frame(self, index: int) -> Planes:
        """Frame `index` (from 0) as opaque planes of exactly `size_px`.

        Raises IndexError beyond the last frame, and what sources, presenters and readers raise: MissingSource, MediaRefused, …
        """
        stamps = self.stamps(index)
        name = keys(stamps)
        if self._shown is None or self._shown[0] != name:
            self._shown = (name, compose(stamps, self.size_px, self._workshop))
        return self._shown[1]

    def tidy(self) -> None:
        """Let go of what the frames since the last time did not use."""
        self._workshop.tidy()

    def let_films_go(self) -> None:
        """Let go of the films alone that the frames since the last time did not show."""
        self._workshop.let_films_go()

    def untouched(self, index: int) -> SourceFrame | None:
        """The frame of a film that frame `index` is, where one fills the picture and nothing lies over it."""
        stamps = self.stamps(index)
        return stamps[-1].untouched if stamps else None

    def stamps(self, index: int) -> list[Stamp]:
        """What frame `index` is made of, the lowest first: equal keys, equal frames. Draws nothing."""
        cut, ticks = self._cut_at(index), self._ticks(index)
        if cut.second is None:
            return self._scene_stamps(cut.first, ticks) + self._over(ticks)
        return [self._fade(cut, index, ticks), *self._over(ticks)]

    def parts(self, index: int) -> list[Stamp]:
        """The same, and where one scene gives way to the next all that both are made of. Draws nothing."""
        cut, ticks = self._cut_at(index), self._ticks(index)
        second = [] if cut.second is None else self._scene_stamps(cut.second, ticks)
        return self._scene_stamps(cut.first, ticks) + second + self._over(ticks)

    def _cut_at(self, index: int) -> Cut:
        if not 0 <= index < self.frame_count:
            raise IndexError(index)
        return self._cuts[bisect_right(self._starts, index) - 1]

    def _ticks(self, index: int) -> int:
        return index * frame_ticks(self.frame_rate)

    def _over(self, ticks: int) -> list[Stamp]:
        """What lies over all scenes."""
        return [stamp for overlay in self._overlays if (stamp := overlay.stamp(ticks))]

    def _scene_stamps(self, scene: int, ticks: int) -> list[Stamp]:
        call = self._scenes[scene]
        return call.node.stamps(ticks - call.start)

    def _fade(self, cut: Cut, index: int, ticks: int) -> Stamp:
        """One scene giving way to the next. How far it is counts at the middle of each frame, so both ends are alike."""
        first, second = self._scene_stamps(cut.first, ticks), self._scene_stamps(cut.second or 0, ticks)
        way, share = self._scenes[cut.first].leaving, (2 * cut.frames.index(index) + 1) / (2 * len(cut.frames))

        def draw() -> Drawn:
            one, two = (compose(stamps, self.size_px, self._workshop) for stamps in (first, second))
            return Drawn(transition(one, two, way, share), fresh=True)

        return Stamp(("transition", keys(first), keys(second), way, share), draw, still=False)
