"""Additions: new clips and tracks, put where the playhead stands."""

from typing import Literal

from render.errors import EditRefused
from render.timeline.document import (
    Anchor,
    AudioContent,
    Content,
    ImageContent,
    Layer,
    ShapeContent,
    Span,
    TextContent,
    Track,
    Transform,
    VideoContent,
)
from render.timeline.edits import Edit, InsertItem
from render.timeline.table import Table
from render.timeline.time import TICKS_PER_SECOND
from webapp.models.columns import new_id
from webapp.services.layers import TITLE_PLACE

LENGTH_TICKS = 3 * TICKS_PER_SECOND
PICTURE_LANE, SHAPE_LANE, TITLE_LANE, SOUND_LANE = 5, 4, 20, 0
SHAPE_PLACE = Transform(x=5_000, y=5_000, width=4_000, height=1_200)


def title(table: Table, at_ticks: int) -> Edit:
    """Words on the picture, to be written. Raises EditRefused `no-scene`."""
    content = TextContent(texts={table.document.language: ""})
    return _put(table, at_ticks, Layer(id=new_id(), lane=TITLE_LANE, transform=TITLE_PLACE, content=content))


def shape(table: Table, at_ticks: int) -> Edit:
    """A coloured field. Raises EditRefused `no-scene`."""
    return _put(table, at_ticks, Layer(id=new_id(), lane=SHAPE_LANE, transform=SHAPE_PLACE, content=ShapeContent()))


def picture(table: Table, at_ticks: int, asset: str) -> Edit:
    """A still picture. Raises EditRefused `no-scene` or, when it is applied, `value`."""
    return _put(table, at_ticks, _layer(PICTURE_LANE, ImageContent.model_construct(asset=asset)))


def film(table: Table, at_ticks: int, asset: str, length_ticks: int) -> Edit:
    """A film, from its first moment. Raises EditRefused `no-scene` or, when it is applied, `value`."""
    return _put(table, at_ticks, _layer(PICTURE_LANE, VideoContent.model_construct(asset=asset)), length_ticks)


def sound(table: Table, at_ticks: int, asset: str, length_ticks: int) -> Edit:
    """A sound that is heard once. Raises EditRefused `no-scene` or, when it is applied, `value`."""
    return _put(table, at_ticks, _layer(SOUND_LANE, AudioContent.model_construct(asset=asset, loop=False)), length_ticks)


def track(table: Table, kind: Literal["audio", "overlay"]) -> Edit:
    """A track without clips, in front of the others."""
    last = table.document.tracks[-1].id if table.document.tracks else ""
    fresh = Track(id=new_id(), kind=kind)
    return InsertItem(parent="document", collection="tracks", after=last, item=fresh.model_dump(mode="json"))


def _layer(lane: int, content: Content) -> Layer:
    """A layer of what was chosen; the edit that brings it is looked through when it is applied."""
    return Layer.model_construct(id=new_id(), lane=lane, content=content)


def _put(table: Table, at_ticks: int, layer: Layer, length_ticks: int = LENGTH_TICKS) -> Edit:
    """The layer in the scene at a tick: as long as it is, or as long as the scene lasts from there; a frame at least."""
    scene = table.scene_at(at_ticks)
    if scene is None:
        raise EditRefused("no-scene", path="document")
    where = table.places.scenes[scene.id]
    start = min(max(where.start, table.whole_frames(at_ticks)), where.end - table.frame_ticks)
    end = min(where.end, start + max(table.frame_ticks, table.whole_frames(length_ticks)))
    span = Span(start=Anchor(offset=start - where.start), end=Anchor(kind="scene-start", offset=end - where.start))
    item = layer.model_copy(update={"span": span}).model_dump(mode="json")
    return InsertItem(parent=scene.id, collection="layers", after=scene.layers[-1].id if scene.layers else "", item=item)
