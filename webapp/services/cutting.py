"""Cutting: what is done to the clips that are chosen on the timeline. Each gesture is one edit; what it does is arithmetic of the document.

Nothing is overwritten: clips that come to cover each other in one lane stand on rows of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from render.errors import EditRefused
from render.timeline import crossings, cuts
from render.timeline.cuts import Side
from render.timeline.edits import Edit, Group, RemoveItem, SetField
from render.timeline.table import Table, Whereabouts, whereabouts
from render.timeline.time import TimeRange
from webapp.models.columns import new_id

_IDS: Final[Iterator[str]] = iter(new_id, "")


def move(table: Table, names: Sequence[str], by_ticks: int, row: str = "") -> Edit:
    """Clips go earlier or later, and where there is one clip and a `row`, onto that row. Raises EditRefused.

    One that would cross its scene's border goes onto a track, anchored to the scenes where it starts and ends; one that ends up
    inside another scene goes into that. None leaves the project.
    """
    return Group(edits=tuple(_moved(table, whereabouts(table, name), by_ticks, row if len(names) == 1 else "") for name in names))


def trim(table: Table, names: Sequence[str], side: Side, by_ticks: int) -> Edit:
    """An edge of the clips goes earlier or later, no further than its scene; what is left lasts a frame at least."""
    return Group(edits=tuple(cuts.drag_edge(table, name, side, by_ticks) for name in names))


def split(table: Table, names: Sequence[str], at_ticks: Iterable[int]) -> Edit:
    """Clips are parted at ticks of the project; where one does not lie there it stays whole. Raises EditRefused `split-outside`."""
    wanted = {table.whole_frames(at) for at in at_ticks}
    inner = ((name, _inside(table, name, wanted)) for name in names)
    edits = tuple(cuts.split_layer(table, name, at, _IDS) for name, at in inner if at)
    if not edits:
        raise EditRefused("split-outside", path=names[0] if names else "")
    return Group(edits=edits)


def remove(table: Table, names: Sequence[str], *, closes_gap: bool) -> Edit:
    """Clips go; with `closes_gap` what comes later on their lanes and tracks moves up."""
    return cuts.ripple_delete(table, names) if closes_gap else Group(edits=tuple(RemoveItem(id=name) for name in names))


def duplicate(table: Table, names: Sequence[str]) -> Edit:
    """The clips once more: right after themselves where there is room, else at the same place on a row of their own."""
    return Group(edits=tuple(cuts.duplicate_layer(table, name, _IDS) for name in names))


def put(table: Table, name: str, side: Literal["start", "end", "length"], ticks: int) -> Edit:
    """A clip starts, ends or lasts exactly: from the numbers of the inspector. A new start moves it, a new end or length trims it."""
    where = whereabouts(table, name).range
    if side == "start":
        return move(table, [name], ticks - where.start)
    wanted = ticks if side == "end" else where.start + ticks
    return cuts.drag_edge(table, name, "end", wanted - where.end)


def begin_in_source(table: Table, name: str, ticks: int) -> Edit:
    """A film or sound shows another stretch of its file, at the same place. Raises EditRefused `field`."""
    return SetField(target=whereabouts(table, name).layer.id, field="content.source_start", value=max(0, ticks))


def onto_track(table: Table, name: str) -> Edit:
    """A scene's clip goes onto a track, at the same time. Raises EditRefused `presenter-stays`."""
    return crossings.to_track(table, name, _IDS) if whereabouts(table, name).home else Group()


def into_scene(table: Table, name: str) -> Edit:
    """A track's clip goes into the scene in which it starts, as far as that reaches."""
    return Group() if whereabouts(table, name).home else crossings.to_scene(table, name)


def _moved(table: Table, found: Whereabouts, by_ticks: int, row: str) -> Edit:
    wanted, name = _wanted(table, found.range, by_ticks), found.layer.id
    if row.startswith("t"):
        return crossings.to_track(table, name, _IDS, wanted, row[1:].partition(".")[0])
    off_track = row and found.home is None
    placed = crossings.to_scene(table, name, wanted) if off_track else crossings.place_layer(table, name, wanted, _IDS)
    lane = int(row[1:].partition(".")[0]) if row else found.layer.lane
    changed = () if lane == found.layer.lane else (SetField(target=name, field="lane", value=lane),)
    return Group(edits=(placed, *changed))


def _wanted(table: Table, where: TimeRange, by_ticks: int) -> TimeRange:
    """A clip's time, moved by whole frames and kept in the project."""
    if not by_ticks:
        return where
    latest = table.places.duration - table.frame_ticks
    return TimeRange(max(0, min(latest, table.whole_frames(where.start + by_ticks))), where.duration)


def _inside(table: Table, name: str, wanted: Iterable[int]) -> list[int]:
    """The cuts that leave a frame of a clip at least on either side."""
    where, least = whereabouts(table, name).range, table.frame_ticks
    return [at for at in wanted if where.start + least <= at <= where.end - least]
