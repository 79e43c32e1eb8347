"""Cutting: what is done to clips on the timeline. Each gesture is one edit, made from the document and where everything in it falls.

Nothing is overwritten: clips that come to cover each other in one lane stand on rows of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from render.errors import EditRefused
from render.timeline import keyframes
from render.timeline.document import (
    AnimatedProperty,
    AudioContent,
    Keyframe,
    Layer,
    PresenterContent,
    Scene,
    Span,
    Track,
    VideoContent,
)
from render.timeline.edits import Edit, Group, InsertItem, MoveItem, RemoveItem, SetField
from render.timeline.time import TimeRange
from webapp.models.columns import new_id
from webapp.services.holdings import Holding, Table, bounds, crossing_span, holding, respanned, scene_at, scene_span

Side = Literal["start", "end"]


def move(table: Table, names: Sequence[str], by_ticks: int, row: str = "") -> Edit:
    """Clips go earlier or later, and where there is one clip and a `row`, onto that row. Raises EditRefused.

    One that would cross its scene's border goes onto a track, anchored to the scenes where it starts and ends; one that ends up
    inside another scene goes into that.
    """
    edits = [_moved(table, holding(table, name), by_ticks, row if len(names) == 1 else "") for name in names]
    return Group(edits=tuple(edit for made in edits for edit in made))


def trim(table: Table, names: Sequence[str], side: Side, by_ticks: int) -> Edit:
    """An edge of the clips goes earlier or later, no further than its scene; what is left lasts a frame at least."""
    return Group(edits=tuple(edit for name in names for edit in _trimmed(table, holding(table, name), side, by_ticks)))


def split(table: Table, names: Sequence[str], at_ticks: Sequence[int]) -> Edit:
    """Clips are parted at ticks of the project; where one does not lie there it stays whole. Raises EditRefused `split-outside`."""
    edits = tuple(edit for name in names for edit in _split(table, holding(table, name), at_ticks))
    if not edits:
        raise EditRefused("split-outside", path=names[0] if names else "")
    return Group(edits=edits)


def remove(table: Table, names: Sequence[str], *, closes_gap: bool) -> Edit:
    """Clips go; with `closes_gap` what comes later on their rows moves up."""
    gone = [holding(table, name) for name in names]
    moved = _closed(table, gone) if closes_gap else ()
    return Group(edits=(*moved, *(RemoveItem(id=held.layer.id) for held in gone)))


def duplicate(table: Table, names: Sequence[str]) -> Edit:
    """The clips once more: right after themselves where there is room, else at the same place on a row of their own."""
    return Group(edits=tuple(_again(table, holding(table, name)) for name in names))


def put(table: Table, name: str, side: Literal["start", "end", "length"], ticks: int) -> Edit:
    """A clip starts, ends or lasts exactly: from the numbers of the inspector. A new start moves it, a new end or length trims it."""
    held = holding(table, name)
    if side == "start":
        return move(table, [name], ticks - held.range.start)
    wanted = ticks if side == "end" else held.range.start + ticks
    return trim(table, [name], "end", wanted - held.range.end)


def run_at(table: Table, name: str, speed: int) -> Edit:
    """A film or sound runs faster or slower (per mille) and takes so much less or more time. Raises EditRefused `target-kind`."""
    held = holding(table, name)
    content = held.layer.content
    if not isinstance(content, AudioContent | VideoContent):
        raise EditRefused("target-kind", path=name)
    wanted = table.whole_frames(held.range.duration * content.speed // max(1, speed))
    longer = trim(table, [name], "end", wanted - held.range.duration)
    return Group(edits=(SetField(target=name, field="content.speed", value=speed), longer))


def begin_in_source(table: Table, name: str, ticks: int) -> Edit:
    """A film or sound shows another stretch of its file, at the same place. Raises EditRefused `field`."""
    return SetField(target=holding(table, name).layer.id, field="content.source_start", value=max(0, ticks))


def bend(table: Table, name: str, points: Iterable[tuple[int, int]]) -> Edit:
    """The envelope of a clip: its volume where it sounds, else its opacity, as (ticks from its start, per mille)."""
    held = holding(table, name)
    bent = envelope_of(held.layer)
    fresh = (Keyframe(property=bent, at=at, value=value, easing="linear") for at, value in sorted(points))
    return _framed(name, [*(frame for frame in held.layer.keyframes if frame.property != bent), *fresh])


def envelope_of(layer: Layer) -> AnimatedProperty:
    """What the envelope of a clip changes."""
    return "volume" if isinstance(layer.content, AudioContent | VideoContent) else "opacity"


def onto_track(table: Table, name: str) -> Edit:
    """A scene's clip goes onto a track, at the same time. Raises EditRefused `presenter-stays`."""
    held = holding(table, name)
    return Group(edits=tuple(_to_track(table, held, held.range, "")) if held.home else ())


def into_scene(table: Table, name: str) -> Edit:
    """A track's clip goes into the scene in which it starts, as far as that reaches. Raises EditRefused `no-scene`."""
    held = holding(table, name)
    scene = scene_at(table, held.range.start)
    if scene is None:
        raise EditRefused("no-scene", path=name)
    return Group(edits=tuple(_to_scene(table, held, scene, held.range)) if not held.home else ())


def last_for(table: Table, scene_id: str, ticks: int) -> Edit:
    """A scene lasts so long, if its words leave room."""
    rule = {"kind": "fixed", "fixed": max(table.frame_ticks, ticks)}
    fields = (SetField(target=scene_id, field=f"duration.{name}", value=value) for name, value in rule.items())
    return Group(edits=(*fields, SetField(target=scene_id, field="duration.least", value=min(max(1, ticks), 240_000))))


def _moved(table: Table, held: Holding, by_ticks: int, row: str) -> Iterator[Edit]:
    wanted = TimeRange(max(0, table.whole_frames(held.range.start + by_ticks)), held.range.duration)
    if by_ticks == 0:
        wanted = held.range
    home = held.home
    if row.startswith("t"):
        yield from _to_track(table, held, wanted, row[1:].partition(".")[0])
    elif row and not home:
        yield from _to_scene(table, held, _scene_of(table, held, wanted), wanted, row)
    elif home and not _inside(table, home, wanted):
        around = scene_at(table, wanted.start)
        fits = around is not None and _inside(table, around, wanted)
        yield from _to_scene(table, held, around, wanted, row) if around and fits else _to_track(table, held, wanted, "")
    else:
        yield from _stays(table, held, wanted, row)


def _stays(table: Table, held: Holding, wanted: TimeRange, row: str) -> Iterator[Edit]:
    if wanted != held.range:
        yield _respan(held, respanned(held, wanted.start, wanted.end, table.layout.places))
    if row and held.home and _lane(row) != held.layer.lane:
        yield SetField(target=held.layer.id, field="lane", value=_lane(row))


def _scene_of(table: Table, held: Holding, wanted: TimeRange) -> Scene:
    scene = scene_at(table, wanted.start)
    if scene is None:
        raise EditRefused("no-scene", path=held.layer.id)
    return scene


def _inside(table: Table, scene: Scene, wanted: TimeRange) -> bool:
    return table.layout.places.scenes[scene.id].intersection(wanted) == wanted


def _to_scene(table: Table, held: Holding, scene: Scene, wanted: TimeRange, row: str = "") -> Iterator[Edit]:
    """Into a scene, cut off at its end."""
    where = table.layout.places.scenes[scene.id]
    within = where.intersection(wanted) or TimeRange(where.start, min(where.duration, wanted.duration))
    yield MoveItem(id=held.layer.id, parent=scene.id, after=_last(scene, held))
    yield _respan(held, scene_span(where.start, within.start, within.end))
    if row and _lane(row) != held.layer.lane:
        yield SetField(target=held.layer.id, field="lane", value=_lane(row))


def _to_track(table: Table, held: Holding, wanted: TimeRange, track_id: str) -> Iterator[Edit]:
    """Onto a track; without one, onto the first that is free then, or a new one."""
    if isinstance(held.layer.content, PresenterContent):
        raise EditRefused("presenter-stays", path=held.layer.id)
    end = min(wanted.end, max(table.layout.duration, wanted.start + table.frame_ticks))
    track = next((track for track in table.document.tracks if track.id == track_id), None) or _free_track(table, held, wanted)
    if track is None:
        track = Track(id=new_id(), kind="audio" if held.is_sound else "overlay")
        after = table.document.tracks[-1].id if table.document.tracks else ""
        yield InsertItem(parent="document", collection="tracks", after=after, item=track.model_dump(mode="json"))
    if track is not held.holder:
        yield MoveItem(id=held.layer.id, parent=track.id, after=_last(track, held))
    yield _respan(held, crossing_span(table, wanted.start, end))


def _free_track(table: Table, held: Holding, wanted: TimeRange) -> Track | None:
    kind = "audio" if held.is_sound else "overlay"
    for track in table.document.tracks:
        taken = (TimeRange(clip.start, clip.duration) for clip in table.layout.strip if clip.row.partition(".")[0] == f"t{track.id}")
        if track.kind == kind and not track.locked and not any(wanted.intersection(other) for other in taken):
            return track
    return None


def _last(holder: Scene | Track, held: Holding) -> str:
    others = [layer.id for layer in holder.layers if layer.id != held.layer.id]
    return others[-1] if others else ""


def _trimmed(table: Table, held: Holding, side: Side, by_ticks: int) -> Iterator[Edit]:
    limits, least = bounds(table, held), table.frame_ticks
    start, end = held.range.start, held.range.end
    if side == "end":
        end = max(start + least, min(limits.end, table.whole_frames(end + by_ticks)))
    else:
        start = min(end - least, max(limits.start, table.whole_frames(start + by_ticks), start - _source_before(held)))
    if (start, end) == (held.range.start, held.range.end):
        return
    yield _respan(held, respanned(held, start, end, table.layout.places))
    yield from _begun(held.layer, start - held.range.start)


def _source_before(held: Holding) -> int:
    """How much earlier a film or sound could begin; without end for what has no time of its own."""
    content = held.layer.content
    if not isinstance(content, AudioContent | VideoContent):
        return held.range.start
    return content.source_start * 1_000 // content.speed


def _begun(layer: Layer, by_ticks: int) -> Iterator[Edit]:
    """What must change inside a clip that begins later, so that every moment of it shows and sounds as before."""
    content = layer.content
    if by_ticks and isinstance(content, AudioContent | VideoContent):
        fresh = max(0, content.source_start + by_ticks * content.speed // 1_000)
        yield SetField(target=layer.id, field="content.source_start", value=fresh)
    if by_ticks and layer.keyframes:
        yield _framed(layer.id, _frames_from(layer, by_ticks))


def _frames_from(layer: Layer, by_ticks: int) -> list[Keyframe]:
    """The keyframes as a start that is later by some ticks counts them; what is before it holds as a value at its first tick."""
    kept = [frame.model_copy(update={"at": frame.at - by_ticks}) for frame in layer.keyframes if frame.at >= by_ticks]
    animated = dict.fromkeys(frame.property for frame in layer.keyframes if frame.at < by_ticks)
    held = [Keyframe(property=name, at=0, value=round(keyframes.value_at(layer, name, by_ticks)), easing="linear") for name in animated]
    return [*held, *kept]


def _split(table: Table, held: Holding, at_ticks: Sequence[int]) -> Iterator[Edit]:
    least = table.frame_ticks
    wanted = sorted({table.whole_frames(at) for at in at_ticks})
    cuts = [at for at in wanted if held.range.start + least <= at <= held.range.end - least]
    if not cuts:
        return
    after = held.layer.id
    for start, end in zip(cuts, [*cuts[1:], held.range.end], strict=True):
        piece = _piece(table, held, start, end)
        yield InsertItem(parent=held.holder.id, collection="layers", after=after, item=piece.model_dump(mode="json"))
        after = piece.id
    yield _respan(held, respanned(held, held.range.start, cuts[0], table.layout.places))
    if getattr(held.layer.content, "fade_out", 0):
        yield SetField(target=held.layer.id, field="content.fade_out", value=0)


def _piece(table: Table, held: Holding, start: int, end: int) -> Layer:
    """A part of a clip as a clip of its own; only the last one keeps the fade at the end."""
    layer, by_ticks = held.layer, start - held.range.start
    content = layer.content
    if isinstance(content, AudioContent | VideoContent):
        source = content.source_start + by_ticks * content.speed // 1_000
        fade = content.fade_out if end == held.range.end else 0
        content = content.model_copy(update={"source_start": source, "fade_in": 0, "fade_out": fade})
    span = respanned(held, start, end, table.layout.places)
    fresh = {"id": new_id(), "span": span, "content": content, "keyframes": tuple(_frames_from(layer, by_ticks))}
    return layer.model_copy(update=fresh)


def _closed(table: Table, gone: Sequence[Holding]) -> Iterator[Edit]:
    """What comes after the clips that go, on their rows, moves up by what they took."""
    names = {held.layer.id for held in gone}
    for holder in {held.holder.id: held.holder for held in gone}.values():
        rows = {held.clip.row for held in gone if held.holder is holder}
        for layer in holder.layers:
            other = holding(table, layer.id)
            earlier = (held for held in gone if held.clip.row == other.clip.row and held.range.end <= other.range.start)
            by_ticks = sum(held.range.duration for held in earlier)
            if layer.id not in names and other.clip.row in rows and by_ticks:
                start = other.range.start - by_ticks
                yield _respan(other, respanned(other, start, start + other.range.duration, table.layout.places))


def _again(table: Table, held: Holding) -> Edit:
    limits, length = bounds(table, held), held.range.duration
    span = held.layer.span
    if held.range.end + length <= limits.end:
        span = respanned(held, held.range.end, held.range.end + length, table.layout.places)
    copy = held.layer.model_copy(update={"id": new_id(), "span": span, "locked": False})
    return InsertItem(parent=held.holder.id, collection="layers", after=held.layer.id, item=copy.model_dump(mode="json"))


def _respan(held: Holding, span: Span) -> SetField:
    return SetField(target=held.layer.id, field="span", value=span.model_dump(mode="json"))


def _framed(name: str, frames: Sequence[Keyframe]) -> SetField:
    return SetField(target=name, field="keyframes", value=[frame.model_dump(mode="json") for frame in frames])


def _lane(row: str) -> int:
    return int(row[1:].partition(".")[0] or 0)
