"""The cutting table: a document with everything in its place, where a layer lies on it, and the spans that would put it elsewhere.

Times are ticks of the project.
"""

from dataclasses import dataclass
from typing import cast

from render.errors import EditRefused
from render.timeline import items
from render.timeline.anchors import Places, exact_span, moved, span_range
from render.timeline.document import Document, Layer, Scene, Span, Track
from render.timeline.manifest import LinkManifest
from render.timeline.time import TimeRange, frame_ticks


@dataclass(frozen=True, slots=True)
class Table:
    """A document, what it was linked with, and where everything with a name falls."""

    document: Document
    manifest: LinkManifest
    places: Places

    @property
    def frame_ticks(self) -> int:
        """The least that a clip lasts when it is cut by hand."""
        return frame_ticks(self.document.canvas.frame_rate)

    def whole_frames(self, ticks: int) -> int:
        """The nearest tick at which a frame starts."""
        return round(ticks / self.frame_ticks) * self.frame_ticks

    def scene_at(self, ticks: int) -> Scene | None:
        """The scene at a tick; the last one after the end. None where there are no scenes."""
        scenes = self.document.scenes
        found = (scene for scene in scenes if self.places.scenes[scene.id].contains(ticks))
        return next(found, scenes[-1] if scenes else None)

    def range_of(self, layer: Layer, holder: Scene | Track) -> TimeRange | None:
        """When a layer would be seen or heard, hidden or not; None where nothing of it is left."""
        return span_range(layer.span, holder if isinstance(holder, Scene) else None, self.places)[0]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A layer, what holds it, when it would be seen or heard, and how far it may reach there: its scene, or the project."""

    layer: Layer
    holder: Scene | Track
    range: TimeRange
    bounds: TimeRange
    exact: Span
    """What `range` says to the tick, hanging on what the layer hangs on."""

    @property
    def home(self) -> Scene | None:
        """The scene that holds it; None on a track."""
        return self.holder if isinstance(self.holder, Scene) else None

    def spanned(self, wanted: TimeRange) -> Span:
        """The span that is `wanted`. An edge that does not move keeps its anchor; one that does keeps what it hangs on."""
        span, by_start, by_end = self.layer.span, wanted.start - self.range.start, wanted.end - self.range.end
        return Span(
            start=moved(self.exact.start, by_start) if by_start else span.start,
            end=moved(self.exact.end, by_end) if by_end else span.end,
        )


def whereabouts(table: Table, layer_id: str) -> Whereabouts:
    """Where a layer is, hidden or not. Raises EditRefused `target-gone`, `target-kind`, or `range` where nothing of it is left."""
    steps = items.steps_to(table.document, layer_id)
    layer = items.at(table.document, steps)
    if not isinstance(layer, Layer):
        raise EditRefused("target-kind", path=layer_id)
    holder = cast("Scene | Track", items.at(table.document, steps[:-1]))
    within, home = table.range_of(layer, holder), holder if isinstance(holder, Scene) else None
    if within is None:
        raise EditRefused("range", path=layer_id)
    bounds = table.places.scenes[home.id] if home else TimeRange(0, table.places.duration)
    return Whereabouts(layer, holder, within, bounds, exact_span(layer.span, within, home, table.places))
