"""A layer that begins or ends elsewhere, and parts of it as layers of their own: place, curves, and where in its source it begins."""

from typing import Any

from render.errors import EditRefused
from render.timeline.anchors import moved
from render.timeline.curves import cut_keyframes
from render.timeline.document import AudioContent, ImageContent, Layer, SlowZoom, Span, VideoContent
from render.timeline.manifest import LinkManifest
from render.timeline.table import Whereabouts
from render.timeline.time import TimeRange


def trimmed(found: Whereabouts, wanted: TimeRange, manifest: LinkManifest) -> Layer:
    """The layer as it is when it lasts for `wanted`: every moment of it that is left shows and sounds as before.

    Fades go along with the edges. Raises EditRefused `stretched` for a clip of unknown length.
    """
    layer, whole, begin = found.layer, found.range, wanted.start - found.range.start
    span = found.spanned(wanted)
    if not begin:
        return layer.model_copy(update={"span": span})
    end = max(whole.end, wanted.end) - whole.start
    content = _begun(layer, whole, begin, end, manifest)
    return layer.model_copy(update={"span": span, "keyframes": cut_keyframes(layer, begin, end), "content": content})


def piece(found: Whereabouts, part: TimeRange, manifest: LinkManifest) -> Layer:
    """What a layer shows during `part` of its time; the fades are those of its first and its last moment.

    Its start stands where the layer's did, moved; an end that is new hangs on the layer's start too, so that pieces stay together.
    Raises EditRefused `stretched` for a clip of unknown length.
    """
    layer, whole = found.layer, found.range
    begin, end = part.start - whole.start, part.end - whole.start
    first, last = begin == 0, part.end == whole.end
    start = layer.span.start if first else moved(found.exact.start, begin)
    stop = layer.span.end if last else moved(found.exact.start, end)
    content = _faded(_begun(layer, whole, begin, end, manifest), first=first, last=last)
    keyframes = layer.keyframes if first and last else cut_keyframes(layer, begin, end)
    return layer.model_copy(update={"span": Span(start=start, end=stop), "keyframes": keyframes, "content": content})


def source_before(layer: Layer) -> int | None:
    """How many ticks earlier a film or sound could begin; None for what has no time of its own."""
    content = layer.content
    return content.source_start * 1_000 // content.speed if isinstance(content, AudioContent | VideoContent) else None


def _faded(content: Any, *, first: bool, last: bool) -> Any:
    if not isinstance(content, AudioContent | VideoContent):
        return content
    fades = {"fade_in": content.fade_in if first else 0, "fade_out": content.fade_out if last else 0}
    return content.model_copy(update=fades)


def _begun(layer: Layer, whole: TimeRange, begin: int, end: int, manifest: LinkManifest) -> Any:
    content = layer.content
    if isinstance(content, ImageContent) and content.zoom:
        return content.model_copy(update={"zoom": _zoom(content.zoom, begin / whole.duration, end / whole.duration)})
    if not isinstance(content, AudioContent | VideoContent):
        return content
    changes: dict[str, Any] = {}
    speed = content.speed
    if isinstance(content, VideoContent) and content.beyond == "stretch":
        speed = _stretched(content, whole.duration, manifest)
        changes = {"speed": speed, "beyond": "freeze"}
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
