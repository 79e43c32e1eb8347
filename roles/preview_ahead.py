"""What a preview does while it rests: what comes after the playhead is made ready, one thing at a time, the nearest first."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from render.graph.program import Program
from render.timeline.document import VideoContent
from render.timeline.placed import PlacedTimeline
from render.timeline.time import TICKS_PER_SECOND, frames_up

AHEAD_TICKS: Final = 12 * TICKS_PER_SECOND
"""So much of what follows is looked at, and the next two scenes, however far they are."""
SCENES_AHEAD: Final = 2
MOMENTS_MAX: Final = 16
KNOWN_MAX: Final = 4_096


class Ahead:
    """Remembers what it has drawn: after an edit, only what looks otherwise is drawn again."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, None] = OrderedDict()

    def steps(self, program: Program, timeline: PlacedTimeline, ticks: int) -> Iterator[None]:
        """Draw what comes after `ticks`, one thing a step: words, pictures, films and presenters are at hand from then on.

        A step is short, since whoever comes back meanwhile waits for its end.
        """
        for index in coming_frames(timeline, ticks):
            for part in program.parts(index):
                name = hash(part.key)
                if name not in self._known:
                    part.draw()
                    self._remember(name)
                    yield

    def _remember(self, name: int) -> None:
        self._known[name] = None
        if len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)


def coming_frames(timeline: PlacedTimeline, ticks: int) -> list[int]:
    """The frames after `ticks` in which something is seen for the first time, in order, MOMENTS_MAX at most."""
    rate = timeline.canvas.frame_rate
    starts = [scene.range.start for scene in timeline.scenes if scene.range.start > ticks]
    near = (start for start in _beginnings(timeline) if ticks < start <= ticks + AHEAD_TICKS)
    frames = {frames_up(start, rate) for start in (*starts[:SCENES_AHEAD], *near) if start < timeline.duration}
    return sorted(index for index in frames if index < frames_up(timeline.duration, rate))[:MOMENTS_MAX]


def shows_films(timeline: PlacedTimeline) -> bool:
    """Whether any of its pictures comes out of a film."""
    layers = (placed.layer for holder in (timeline.tracks, *(scene.layers for scene in timeline.scenes)) for placed in holder)
    return any(scene.background.video for scene in timeline.scenes) or any(isinstance(layer.content, VideoContent) for layer in layers)


def _beginnings(timeline: PlacedTimeline) -> Iterator[int]:
    """When scenes, layers and captions begin."""
    for scene in timeline.scenes:
        yield scene.range.start
        yield from (scene.range.start + placed.range.start for placed in scene.layers)
    yield from (placed.range.start for placed in timeline.tracks)
    yield from (cue.range.start for cue in timeline.cues if cue.text)
