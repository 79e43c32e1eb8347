"""Copies: the passages of a segment in which a film is shown as it is, whose coded pictures can be used again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final, Protocol

from render.graph.segments import Passage, Segment
from render.graph.stamp import SourceFrame
from render.media.encode import SETS_ID
from render.media.groups import COPIED_FRAMES_MIN, sets_of
from render.media.parameters import ParameterSets
from render.timeline.time import frame_ticks

PASSAGE_FRAMES_MIN: Final = 2 * COPIED_FRAMES_MIN
"""In a shorter one, hardly ever does a whole group lie."""


class Shown(Protocol):
    """What is asked of a program."""

    frame_rate: int
    size_px: tuple[int, int]

    def untouched(self, index: int) -> SourceFrame | None:
        """The frame of a film that frame `index` is, if it is one."""
        ...


@dataclass(slots=True)
class _Accepted:
    """The parameter sets that will stand in the file: no id may mean two things, so what comes later may have to be drawn."""

    whole: ParameterSets | None = None

    def digest(self, path: Path) -> str:
        """The name of a film's parameter sets, or nothing where they do not fit."""
        sets = sets_of(path)
        if sets is None or SETS_ID in {number for number, _ in (*sets.sequences, *sets.pictures)}:
            return ""
        if self.whole and not self.whole.meets(sets):
            return ""
        self.whole = self.whole.and_(sets) if self.whole else sets
        return sets.digest()


def with_copies(program: Shown, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments, each with the passages that can be copied into it."""
    accepted = _Accepted()
    return tuple(
        replace(segment, copied=tuple(_passages(program, segment, accepted))) if segment.has_film else segment for segment in segments
    )


def _passages(program: Shown, segment: Segment, accepted: _Accepted) -> Iterator[Passage]:
    step = frame_ticks(program.frame_rate)
    frames = [(place, program.untouched(segment.first_frame + place)) for place in range(segment.frame_count)]
    found = [(place, frame) for place, frame in frames if frame]
    for (path, _), one_by_one in groupby(found, lambda pair: (pair[1].path, pair[1].ticks - pair[0] * step)):
        together = list(one_by_one)
        first, frame = together[0]
        if len(together) >= PASSAGE_FRAMES_MIN and (digest := accepted.digest(path)):
            yield Passage(first, len(together), path, frame.ticks, digest)
