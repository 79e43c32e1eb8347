"""Compiling: a placed timeline becomes a program. Nothing is opened, loaded or decoded until a frame asks for it."""

from collections.abc import Iterator, Sequence
from functools import partial

from render.graph.keys import Look, Part, segment_key
from render.graph.presenters import Cast
from render.graph.program import Overlay, Program, SceneCall
from render.graph.scenes import ShownLayer, Stage, layer_node, scene_node
from render.graph.segments import Cut, Segment, cuts, has_film, seen_ranges
from render.graph.words import CaptionTrack, label_node
from render.graph.workshop import Workshop
from render.ports.avatar import AvatarEngine
from render.ports.sources import Sources
from render.timeline.placed import PlacedTimeline
from render.timeline.time import TimeRange, frame_ticks


def compile_program(
    timeline: PlacedTimeline,
    *,
    size_px: tuple[int, int],
    sources: Sources,
    avatars: AvatarEngine,
    label: str | None,
    device: str = "cpu",
    workshop: Workshop | None = None,
) -> Program:
    """Compile `timeline` for pictures of `size_px` (width, height; both even).

    `label` is the visible mark of machine-made pictures in the viewer's language; None leaves it out. A `workshop` carried from one
    compilation to the next keeps what was prepared: after an edit only what changed is prepared again.
    """
    stage = Stage(size_px, timeline.language, Cast(avatars, sources, workshop or Workshop(device)))
    found = cuts(timeline)
    return Program(
        size_px=size_px,
        frame_rate=timeline.canvas.frame_rate,
        cuts=found,
        scenes=_scenes(timeline, stage),
        overlays=tuple(_overlays(timeline, stage, label)),
        segments=partial(_segments, found, timeline, Look(size_px, label, avatars.version)),
        workshop=stage.cast.workshop,
    )


def _scenes(timeline: PlacedTimeline, stage: Stage) -> list[SceneCall]:
    placed = zip(timeline.scenes, seen_ranges(timeline), strict=True)
    return [SceneCall(scene.range.start, partial(scene_node, scene, seen, stage), scene.transition) for scene, seen in placed]


def _overlays(timeline: PlacedTimeline, stage: Stage, label: str | None) -> Iterator[Overlay]:
    for placed in timeline.tracks:
        node = layer_node(ShownLayer(placed, placed.range), (), stage)
        if node:
            yield node
    if timeline.captions.visible:
        yield CaptionTrack(timeline.cues, timeline.captions, stage.size_px, timeline.language, stage.cast.workshop)
    if label:
        yield label_node(label, stage.size_px, timeline.language, stage.cast.workshop)


def _segments(found: Sequence[Cut], timeline: PlacedTimeline, look: Look) -> tuple[Segment, ...]:
    seen, tick = seen_ranges(timeline), frame_ticks(timeline.canvas.frame_rate)
    return tuple(_segment(cut, TimeRange(cut.frames.start * tick, len(cut.frames) * tick), seen, timeline, look) for cut in found)


def _segment(cut: Cut, place: TimeRange, seen: Sequence[TimeRange], timeline: PlacedTimeline, look: Look) -> Segment:
    parts = [
        Part(timeline.scenes[index], place.shifted(-timeline.scenes[index].range.start), seen[index])
        for index in (cut.first, cut.second)
        if index is not None
    ]
    film = cut.second is None and has_film(timeline.scenes[cut.first], timeline)
    key = segment_key(cut.kind, parts, place, timeline, look)
    return Segment(key, cut.kind, cut.frames.start, len(cut.frames), has_film=film)
