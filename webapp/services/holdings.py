"""Holdings: a clip with what holds it and where it falls; and the anchors that put it somewhere else."""

from dataclasses import dataclass

from render.errors import EditRefused
from render.timeline import items
from render.timeline.anchors import Places
from render.timeline.document import Anchor, AudioContent, Document, Layer, Scene, Span, Track
from render.timeline.time import TimeRange, frame_ticks
from webapp.services.lanes import Clip, Layout


@dataclass(frozen=True, slots=True)
class Table:
    """A document on the cutting table: with everything in its place."""

    document: Document
    layout: Layout

    @property
    def frame_ticks(self) -> int:
        """The least that a clip lasts."""
        return frame_ticks(self.layout.frame_rate)

    def whole_frames(self, ticks: int) -> int:
        """The nearest tick at which a frame starts."""
        return round(ticks / self.frame_ticks) * self.frame_ticks


@dataclass(frozen=True, slots=True)
class Holding:
    """A clip's layer, the scene or track that holds it, and where it falls, in ticks from the project's start."""

    layer: Layer
    holder: Scene | Track
    clip: Clip
    range: TimeRange

    @property
    def home(self) -> Scene | None:
        """The scene that holds it; None on a track."""
        return self.holder if isinstance(self.holder, Scene) else None

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing of it to be seen."""
        return isinstance(self.layer.content, AudioContent)


def holding(table: Table, clip_id: str) -> Holding:
    """A clip by its layer's id. Raises EditRefused `target-gone` or `target-kind`."""
    steps = items.steps_to(table.document, clip_id)
    layer, found = items.at(table.document, steps), table.layout.clip(clip_id)
    if not isinstance(layer, Layer) or found is None:
        raise EditRefused("target-kind", path=clip_id)
    holder = items.at(table.document, steps[:-1])
    clip, base = found
    return Holding(layer, holder, clip, TimeRange(base + clip.start, clip.duration))  # type: ignore[arg-type]  # layers stand in these two


def bounds(table: Table, held: Holding) -> TimeRange:
    """How far a clip may reach where it is: its scene, or on a track the whole project."""
    return table.layout.places.scenes[held.home.id] if held.home else TimeRange(0, table.layout.duration)


def respanned(held: Holding, start: int, end: int, places: Places) -> Span:
    """The span that reaches from one project tick to another. An edge that does not move keeps its anchor as it is."""
    span = held.layer.span
    return Span(
        start=span.start if start == held.range.start else _shifted(span.start, start, held, places),
        end=span.end if end == held.range.end else _shifted(span.end, end, held, places),
    )


def scene_span(scene_start: int, start: int, end: int) -> Span:
    """The span in a scene from one project tick to another, counted from the scene's start."""
    return Span(start=Anchor(offset=start - scene_start), end=Anchor(kind="scene-start", offset=end - scene_start))


def crossing_span(table: Table, start: int, end: int) -> Span:
    """A span on a track that hangs on the scenes in which it starts and ends, so that it moves along with them."""
    return Span(start=_hung(table, start), end=_hung(table, end))


def scene_at(table: Table, ticks: int) -> Scene | None:
    """The scene at a tick; the last one after the end."""
    scenes = table.layout.places.scenes
    found = (scene for scene in table.document.scenes if scenes[scene.id].contains(ticks))
    return next(found, table.document.scenes[-1] if table.document.scenes else None)


def _hung(table: Table, ticks: int) -> Anchor:
    scene = scene_at(table, ticks)
    if scene is None:
        return Anchor(kind="project", offset=ticks)
    return Anchor(kind="scene-start", of=scene.id, offset=ticks - table.layout.places.scenes[scene.id].start)


def _shifted(anchor: Anchor, wanted: int, held: Holding, places: Places) -> Anchor:
    """The anchor with the offset that brings it to a tick; one whose name is gone hangs on the start of what holds it."""
    base = _base(anchor, held, places)
    if base is None:
        start = places.scenes[held.home.id].start if held.home else 0
        return Anchor(kind="scene-start" if held.home else "project", offset=wanted - start)
    return anchor.model_copy(update={"offset": wanted - base})


def _base(anchor: Anchor, held: Holding, places: Places) -> int | None:
    """Where an anchor is without its offset."""
    if anchor.kind == "project":
        return 0
    if anchor.kind == "mark":
        spot = places.marks.get(anchor.of)
        return spot.at if spot else None
    named = places.blocks if anchor.kind.startswith("block") else places.scenes
    of = anchor.of or (held.home.id if held.home and named is places.scenes else "")
    where = named.get(of) or (TimeRange(0, places.duration) if not anchor.of and not held.home else None)
    if where is None:
        return None
    return where.start if anchor.kind.endswith("start") else where.end
