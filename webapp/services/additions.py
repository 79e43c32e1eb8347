"""Additions: new clips and tracks, put where the playhead stands."""

from typing import Literal

from render.errors import EditRefused
from render.timeline.document import Anchor, Content, ImageContent, Layer, ShapeContent, Span, TextContent, Track, Transform
from render.timeline.edits import Edit, InsertItem
from render.timeline.table import Table
from render.timeline.time import TICKS_PER_SECOND
from webapp.models.columns import new_id
from webapp.services.layers import TITLE_PLACE

LENGTH_TICKS = 3 * TICKS_PER_SECOND
PICTURE_LANE, SHAPE_LANE, TITLE_LANE = 5, 4, 20
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
    content: Content = ImageContent.model_construct(asset=asset)
    return _put(table, at_ticks, Layer.model_construct(id=new_id(), lane=PICTURE_LANE, content=content))


def track(table: Table, kind: Literal["audio", "overlay"]) -> Edit:
    """A track without clips, in front of the others."""
    last = table.document.tracks[-1].id if table.document.tracks else ""
    fresh = Track(id=new_id(), kind=kind)
    return InsertItem(parent="document", collection="tracks", after=last, item=fresh.model_dump(mode="json"))


def _put(table: Table, at_ticks: int, layer: Layer) -> Edit:
    """The layer in the scene at a tick: some seconds long, or as long as the scene lasts from there."""
    scene = table.scene_at(at_ticks)
    if scene is None:
        raise EditRefused("no-scene", path="document")
    where = table.places.scenes[scene.id]
    start = min(max(where.start, table.whole_frames(at_ticks)), where.end - table.frame_ticks)
    end = min(where.end, start + LENGTH_TICKS)
    span = Span(start=Anchor(offset=start - where.start), end=Anchor(kind="scene-start", offset=end - where.start))
    item = layer.model_copy(update={"span": span}).model_dump(mode="json")
    return InsertItem(parent=scene.id, collection="layers", after=scene.layers[-1].id if scene.layers else "", item=item)
