"""Segment keys: SHA-256 over all that decides a segment's pixels, in times that count from the scene or the segment.

Nothing in a key says where in the project its segment lies, so a scene keeps its key when those before it grow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from render.graph.layers import SEEN
from render.graph.words import LABEL_TICKS
from render.presets.exports import RENDERER_VERSION
from render.timeline import codec
from render.timeline.document import PresenterContent, VideoContent
from render.timeline.fingerprints import UNSEEN
from render.timeline.placed import Cue, PlacedLayer, PlacedScene, PlacedTimeline
from render.timeline.time import TimeRange


@dataclass(frozen=True, slots=True)
class Part:
    """The stretch of a scene that a segment shows; times count from the scene's start. `seen` reaches into its transitions."""

    scene: PlacedScene
    shown: TimeRange
    seen: TimeRange


@dataclass(frozen=True, slots=True)
class Look:
    """What a whole program is drawn with."""

    size_px: tuple[int, int]
    label: str | None
    avatars_version: str


def segment_key(kind: str, parts: Sequence[Part], place: TimeRange, timeline: PlacedTimeline, look: Look) -> str:
    """The key of a segment that shows `parts` (two in a transition) and lies at `place` in the project."""
    return codec.digest(
        {
            "renderer": RENDERER_VERSION,
            "kind": kind,
            "size": list(look.size_px),
            "frame-rate": timeline.canvas.frame_rate,
            "language": timeline.language,
            "scenes": [_part(part) for part in parts],
            "presenter-engine": look.avatars_version if _has_presenter(parts, timeline, place) else "",
            "tracks": [_overlay(placed, place) for placed in timeline.tracks if _seen_in(placed, place)],
            "captions": _captions(timeline, place),
            "label": _label(look.label, place),
            **({"way": codec.facts(parts[0].scene.transition)} if len(parts) > 1 else {}),
        }
    )


def _part(part: Part) -> Any:
    scene = part.scene
    return {
        "scene": scene.digest,
        "shown": _range(part.shown),
        "seen": _range(part.seen),
    }


def _overlay(placed: PlacedLayer, place: TimeRange) -> Any:
    """A track layer as it looks during `place`: one that does not move looks alike wherever it began."""
    layer = placed.layer
    inside = placed.range.intersection(place)
    begun = place.start - placed.range.start if _changes(placed) else 0
    look = {name: fact for name, fact in codec.facts(layer).items() if name not in UNSEEN}
    return [look, _range(inside.shifted(-place.start)) if inside else None, begun, placed.range.duration if _changes(placed) else 0]


def _changes(placed: PlacedLayer) -> bool:
    content = placed.layer.content
    if isinstance(content, PresenterContent | VideoContent) or getattr(content, "zoom", None):
        return True
    return any(keyframe.property in SEEN for keyframe in placed.layer.keyframes)


def _seen_in(placed: PlacedLayer, place: TimeRange) -> bool:
    return placed.layer.content.kind != "audio" and placed.range.intersection(place) is not None


def _captions(timeline: PlacedTimeline, place: TimeRange) -> Any:
    if not timeline.captions.visible:
        return []
    seen = ((cue, cue.range.intersection(place)) for cue in timeline.cues)
    highlighted = timeline.captions.highlight != "none"
    cues = [[cue.text, _range(inside.shifted(-place.start)), *_extras(cue, place, words=highlighted)] for cue, inside in seen if inside]
    return [codec.facts(timeline.captions), cues] if cues else []


def _extras(cue: Cue, place: TimeRange, *, words: bool) -> list[Any]:
    """What some captions have besides their words: a second line, a look of their own, words that light up, a place of their own."""
    lit = [[word.start, word.end, word.at - place.start] for word in cue.words] if words else []
    extras = [cue.second, cue.style and codec.facts(cue.style), lit]
    own = [codec.facts(cue.place)] if cue.place else []
    return [*extras, *own] if any(extras) or own else []


def _label(label: str | None, place: TimeRange) -> Any:
    inside = TimeRange(0, LABEL_TICKS).intersection(place)
    return [label, _range(inside.shifted(-place.start))] if label and inside else []


def _has_presenter(parts: Iterable[Part], timeline: PlacedTimeline, place: TimeRange) -> bool:
    layers = [placed for part in parts for placed in part.scene.layers]
    layers += [placed for placed in timeline.tracks if _seen_in(placed, place)]
    return any(isinstance(placed.layer.content, PresenterContent) for placed in layers)


def _range(ticks: TimeRange) -> list[int]:
    return cast("list[int]", list(asdict(ticks).values()))
