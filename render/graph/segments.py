"""Segments: the pieces a program is encoded and kept in, one per scene's body and one per transition."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

from render.timeline.document import Transform, VideoContent
from render.timeline.placed import PlacedScene, PlacedTimeline
from render.timeline.time import TimeRange, frame_ticks

PIECE_SECONDS: Final = 8
FILM_PIECE_SECONDS: Final = 60
"""A piece of a film that is copied is longer: at both its ends a little must be encoded."""

SegmentKind = Literal["scene", "transition"]


@dataclass(frozen=True, slots=True)
class Passage:
    """`frame_count` frames of a segment, from its frame `first_frame` on, that are those of a film from `source_ticks` on.

    `sets` names the film's parameter sets.
    """

    first_frame: int
    frame_count: int
    path: Path
    source_ticks: int
    sets: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames `first_frame` up to `first_frame + frame_count`; `key` names their pixels, `copied` what of them is coded already."""

    key: str
    kind: SegmentKind
    first_frame: int
    frame_count: int
    has_film: bool = False
    """Whether a film may fill the picture in it."""
    copied: tuple[Passage, ...] = ()

    @property
    def mostly_copied(self) -> bool:
        """Whether of four frames at most one is drawn, but for what lies between a cut and the film's next key frame."""
        return 4 * sum(passage.frame_count for passage in self.copied) >= 3 * self.frame_count


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of frames of one scene (`second` None) or of one scene giving way to the next."""

    frames: range
    first: int
    second: int | None = None

    @property
    def kind(self) -> SegmentKind:
        """What kind of segment these frames are."""
        return "scene" if self.second is None else "transition"


def cuts(timeline: PlacedTimeline) -> tuple[Cut, ...]:
    """All frames of the timeline, in order, each in one cut."""
    return tuple(cut for cut in _all_cuts(timeline) if len(cut.frames))


def overlap_frames(scene: PlacedScene, frame_rate: int) -> int:
    """Frames of the transition out of a scene, an even number."""
    if scene.transition.kind == "cut":
        return 0
    return scene.transition.duration // frame_ticks(frame_rate)


def seen_ranges(timeline: PlacedTimeline) -> tuple[TimeRange, ...]:
    """For each scene, from its start: all the time at which anything of it is seen."""
    before = [0, *(_half_ticks(scene, timeline) for scene in timeline.scenes[:-1])]
    after = [*before[1:], 0]
    return tuple(
        TimeRange(-early, early + scene.range.duration + late) for scene, early, late in zip(timeline.scenes, before, after, strict=True)
    )


def _all_cuts(timeline: PlacedTimeline) -> Iterator[Cut]:
    rate = timeline.canvas.frame_rate
    start = 0
    for index, (scene, following) in enumerate(pairwise((*timeline.scenes, None))):
        if scene is None:
            return
        end = scene.range.end // frame_ticks(rate)
        half = overlap_frames(scene, rate) // 2 if following else 0
        yield from (Cut(piece, index) for piece in _cut_up(range(start, end - half), rate, film=has_film(scene, timeline)))
        yield Cut(range(end - half, end + half), index, index + 1)
        start = end + half


def has_film(scene: PlacedScene, timeline: PlacedTimeline) -> bool:
    """Whether a layer that fills the canvas is a film: asked before anything is opened."""
    films = (placed.layer for placed in (*scene.layers, *timeline.tracks) if isinstance(placed.layer.content, VideoContent))
    return any(film.transform == Transform() for film in films)


def _cut_up(frames: range, frame_rate: int, *, film: bool) -> Iterator[range]:
    """A scene's body in pieces, so that any length is drawn side by side and in the same memory. Pieces are whole groups of pictures."""
    step = (FILM_PIECE_SECONDS if film else PIECE_SECONDS) * frame_rate
    for start in range(frames.start, frames.stop, step):
        yield range(start, min(start + step, frames.stop))


def _half_ticks(scene: PlacedScene, timeline: PlacedTimeline) -> int:
    rate = timeline.canvas.frame_rate
    return overlap_frames(scene, rate) // 2 * frame_ticks(rate)
