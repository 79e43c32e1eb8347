"""A part of a layer as a layer of its own: its place, its curves, and where in its source it begins."""

from typing import Any

from render.errors import EditRefused
from render.timeline.curves import cut_keyframes
from render.timeline.document import Anchor, AudioContent, ImageContent, Layer, SlowZoom, Span, VideoContent
from render.timeline.manifest import LinkManifest
from render.timeline.time import TimeRange


def piece(layer: Layer, whole: TimeRange, part: TimeRange, manifest: LinkManifest) -> Layer:
    """What `layer`, shown during `whole`, shows during `part`. Raises EditRefused `stretched` for a clip of unknown length.

    Its start stands where the layer's did, moved; an end that is new hangs on the layer's start too, so that pieces stay together.
    """
    begin, end = part.start - whole.start, part.end - whole.start
    start = moved(layer.span.start, begin)
    stop = layer.span.end if part.end == whole.end else moved(layer.span.start, end)
    return layer.model_copy(
        update={
            "span": Span(start=start, end=stop),
            "keyframes": cut_keyframes(layer, begin, end) if begin or end < whole.duration else layer.keyframes,
            "content": _content(layer, whole, begin, end, manifest),
        },
    )


def moved(anchor: Anchor, by_ticks: int) -> Anchor:
    """The same anchor, so much later."""
    return anchor.model_copy(update={"offset": anchor.offset + by_ticks}) if by_ticks else anchor


def _content(layer: Layer, whole: TimeRange, begin: int, end: int, manifest: LinkManifest) -> Any:
    content = layer.content
    if isinstance(content, ImageContent) and content.zoom:
        return content.model_copy(update={"zoom": _zoom(content.zoom, begin / whole.duration, end / whole.duration)})
    if not isinstance(content, AudioContent | VideoContent):
        return content
    changes: dict[str, Any] = {"fade_in": 0 if begin else content.fade_in, "fade_out": content.fade_out if end == whole.duration else 0}
    speed = content.speed
    if isinstance(content, VideoContent) and content.beyond == "stretch":
        speed = _stretched(content, whole.duration, manifest)
        changes |= {"speed": speed, "beyond": "freeze"}
    return content.model_copy(update=changes | {"source_start": max(0, content.source_start + begin * speed // 1_000)})


def _stretched(content: VideoContent, shown_ticks: int, manifest: LinkManifest) -> int:
    """The speed at which a clip fills its place."""
    length = manifest.media_durations.get(content.asset, 0) - content.source_start
    if length <= 0:
        raise EditRefused("stretched", path=content.asset)
    return min(max(length * 1_000 // shown_ticks, 100), 10_000)


def _zoom(zoom: SlowZoom, begin: float, end: float) -> SlowZoom:
    """The part of a slow zoom from one share of its time to another: its scale grows geometrically."""
    ratio = zoom.to_scale / zoom.from_scale
    first, last = (min(max(round(zoom.from_scale * ratio**share), 1_000), 3_000) for share in (begin, end))
    return zoom.model_copy(update={"from_scale": first, "to_scale": last})
