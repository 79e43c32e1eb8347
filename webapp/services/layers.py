"""Layers of a scene: put in, copied, brought forward or back. Pure: ids and defaults are decided here, places by the caller's document."""

from collections.abc import Iterator
from typing import Final

from render.errors import EditRefused
from render.timeline import items
from render.timeline.document import (
    AudioContent,
    Canvas,
    Content,
    Document,
    ImageContent,
    Layer,
    Scene,
    ShapeContent,
    TextContent,
    Transform,
    VideoContent,
)
from render.timeline.edits import Edit, Group, InsertItem, SetField
from webapp.models.asset import Asset, AssetKind
from webapp.models.columns import new_id

LANE_STEP: Final = 10
LANE_MAX: Final = 1_000
TITLE_PLACE: Final = Transform(x=5_000, y=1_500, width=8_600, height=1_200)
SHAPE_PLACE: Final = Transform(x=5_000, y=5_000, width=4_000, height=1_200)
SIDE_MAX: Final = 6_000
"""Parts per 10,000 of the canvas that new material fills at most, either way."""
ASIDE: Final = 300
"""How far a copy stands from what it was copied from."""


def add_title(document: Document, scene_id: str) -> Edit:
    """Words on the picture, to be written."""
    return _add(document, scene_id, TextContent(texts={document.language: ""}), TITLE_PLACE)


def add_shape(document: Document, scene_id: str, shape: str) -> Edit:
    """A coloured field. Raises EditRefused `value` for a shape there is none of."""
    if shape not in {"rectangle", "ellipse"}:
        raise EditRefused("value", path="content.shape")
    content = ShapeContent.model_validate({"shape": shape})
    place = SHAPE_PLACE if shape == "rectangle" else _shaped(document.canvas, 1, 1)
    return _add(document, scene_id, content, place)


def add_material(document: Document, scene_id: str, asset: Asset) -> Edit:
    """A picture or clip in the middle, in its own shape; a sound that is heard once."""
    if asset.kind is AssetKind.AUDIO:
        return _add(document, scene_id, AudioContent(asset=asset.digest, loop=False), Transform())
    place = _shaped(document.canvas, asset.width_px or 1, asset.height_px or 1)
    moving = asset.kind is AssetKind.VIDEO
    return _add(document, scene_id, VideoContent(asset=asset.digest) if moving else ImageContent(asset=asset.digest), place)


def copy(document: Document, layer_id: str) -> Edit:
    """The layer once more, in front of itself and a little aside, in every shape. Raises EditRefused `presenter-stays`."""
    scene, layer = _held(document, layer_id)
    if layer.content.kind == "presenter":
        raise EditRefused("presenter-stays", path=layer_id)
    again = layer.model_copy(update={"id": new_id(), "transform": _aside(layer.transform), "locked": False})
    insertion = InsertItem(parent=scene.id, collection="layers", after=layer_id, item=again.model_dump(mode="json"))
    return Group(edits=(insertion, *_in_shapes(document, layer_id, again.id)))


def restack(document: Document, layer_id: str, *, forward: bool) -> Edit:
    """The layer trades places with the next one in front of it, or behind it; nothing happens at either end."""
    scene, layer = _held(document, layer_id)
    order = stacked(scene)
    index = order.index(layer)
    other = index + (1 if forward else -1)
    if not 0 <= other < len(order):
        return Group()
    order[index], order[other] = order[other], order[index]
    lanes = {held.id: place * LANE_STEP for place, held in enumerate(order, start=1)}
    changes = (held for held in order if held.lane != lanes[held.id])
    return Group(edits=tuple(SetField(target=held.id, field="lane", value=lanes[held.id]) for held in changes))


def stacked(scene: Scene) -> list[Layer]:
    """What is seen in a scene, from the back to the front."""
    return sorted((layer for layer in scene.layers if layer.content.kind != "audio"), key=lambda layer: layer.lane)


def _add(document: Document, scene_id: str, content: Content, place: Transform) -> Edit:
    scene = items.found(document, scene_id, Scene)
    front = max((layer.lane for layer in scene.layers), default=0)
    layer = Layer(id=new_id(), lane=min(front + LANE_STEP, LANE_MAX), transform=place, content=content)
    after = scene.layers[-1].id if scene.layers else ""
    return InsertItem(parent=scene_id, collection="layers", after=after, item=layer.model_dump(mode="json"))


def _shaped(canvas: Canvas, width_px: int, height_px: int) -> Transform:
    """A place in the middle for something of this shape."""
    ratio = min(canvas.width_px / width_px, canvas.height_px / height_px)
    width, height = width_px * ratio / canvas.width_px, height_px * ratio / canvas.height_px
    return Transform(width=round(SIDE_MAX * width), height=round(SIDE_MAX * height))


def _in_shapes(document: Document, layer_id: str, copy_id: str) -> Iterator[SetField]:
    """What shapes do otherwise with a layer, for its copy."""
    for variant in document.variants:
        if override := variant.overrides.get(layer_id):
            place = override.transform and _aside(override.transform)
            value = override.model_copy(update={"transform": place}).model_dump(mode="json")
            yield SetField(target=variant.id, field=f"overrides.{copy_id}", value=value)


def _aside(place: Transform) -> Transform:
    return place.model_copy(update={"x": place.x + ASIDE, "y": place.y + ASIDE})


def _held(document: Document, layer_id: str) -> tuple[Scene, Layer]:
    """A scene's layer and its scene. Raises EditRefused `target-gone`."""
    for scene in document.scenes:
        for layer in scene.layers:
            if layer.id == layer_id:
                return scene, layer
    raise EditRefused("target-gone", path=layer_id)
