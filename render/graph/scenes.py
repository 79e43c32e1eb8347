"""Scenes ready to be asked what they show at a time, also a little before their start and beyond their end for transitions."""

from dataclasses import dataclass
from typing import Final, assert_never

from render.graph.boxes import Box, box_of
from render.graph.crops import moving_crop
from render.graph.layers import LayerNode
from render.graph.painters import Painter, gradient_painter, shape_painter, solid_painter, text_painter
from render.graph.pictures import PicturePainter, Still, VideoPainter
from render.graph.presenters import Cast, PresenterPainter
from render.graph.scenery import SoftPainter, reduced
from render.graph.stamp import Drawn, Stamp
from render.timeline.document import (
    AudioContent,
    Background,
    Crop,
    ImageContent,
    Layer,
    PresenterContent,
    ShapeContent,
    TextContent,
    VideoContent,
)
from render.timeline.placed import PlacedBlock, PlacedLayer, PlacedScene
from render.timeline.time import TimeRange

BACKDROP: Final = "backdrop"
"""How the keys of what lies behind all layers begin."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What every scene of a program is drawn with."""

    size_px: tuple[int, int]
    language: str
    cast: Cast


@dataclass(frozen=True, slots=True)
class SceneNode:
    """A scene's background and layers. `seen` counts from the scene's start and reaches into the transitions on both sides."""

    seen: TimeRange
    background: tuple[Painter, ...]
    layers: tuple[LayerNode, ...]
    size_px: tuple[int, int]

    def stamps(self, ticks: int) -> list[Stamp]:
        """What the scene shows at `ticks` from its start: the lowest first."""
        shown = [layer.stamp(ticks) for layer in self.layers]
        return [_backdrop(painter, ticks, self.size_px) for painter in self.background] + [stamp for stamp in shown if stamp]


def scene_node(scene: PlacedScene, seen: TimeRange, stage: Stage) -> SceneNode:
    """A placed scene made ready; nothing is opened yet."""
    layers = (layer_node(_extended(placed, scene.range.duration, seen), scene.blocks, stage) for placed in scene.layers)
    return SceneNode(seen, _background(scene.background, seen, stage), tuple(layer for layer in layers if layer), stage.size_px)


def layer_node(shown: "ShownLayer", blocks: tuple[PlacedBlock, ...], stage: Stage) -> LayerNode | None:
    """A placed layer made ready, or None where there is nothing to see."""
    layer = shown.placed.layer
    if not layer.transform.width or not layer.transform.height:
        return None
    scale = painted_scale(layer)
    box = box_of(layer.transform, stage.size_px, scale / 1_000)
    painter = _painter(shown, blocks, box, stage)
    if painter is None:
        return None
    start = shown.placed.range.start
    return LayerNode(layer, start, shown.visible, box, scale, painter, stage.size_px, stage.cast.workshop)


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """A placed layer and when it is seen, transitions included."""

    placed: PlacedLayer
    visible: TimeRange


def painted_scale(layer: Layer) -> float:
    """The largest scale a layer reaches (per mille): it is painted at this size, so that it is never enlarged afterwards."""
    animated = [float(keyframe.value) for keyframe in layer.keyframes if keyframe.property == "scale"]
    return max(animated, default=float(layer.transform.scale))


def _extended(placed: PlacedLayer, duration: int, seen: TimeRange) -> ShownLayer:
    """What stands at a scene's edge goes on into its transition."""
    start = seen.start if placed.range.start <= 0 else placed.range.start
    end = seen.end if placed.range.end >= duration else placed.range.end
    return ShownLayer(placed, TimeRange(start, end - start))


def _background(background: Background, seen: TimeRange, stage: Stage) -> tuple[Painter, ...]:
    workshop, sigma_px = stage.cast.workshop, background.blur * min(stage.size_px) / 10_000
    if background.gradient:
        ground: Painter = gradient_painter(background.gradient, stage.size_px, workshop)
    else:
        ground = solid_painter(background.colour, stage.size_px, workshop)
    if not background.image and not background.video:
        return (ground,)
    small_px = reduced(stage.size_px, sigma_px)
    picture = _scenery(background, small_px, seen, stage)
    return ground, SoftPainter(picture, sigma_px, stage.size_px, small_px, workshop) if sigma_px else picture


def _scenery(background: Background, size_px: tuple[int, int], seen: TimeRange, stage: Stage) -> Painter:
    """The moving picture of a background, or its still one."""
    if background.video:
        content = VideoContent(asset=background.video, fit=background.fit, beyond="loop")
        return VideoPainter(content, size_px=size_px, shown_ticks=seen.duration, sources=stage.cast.sources, workshop=stage.cast.workshop)
    return _picture(Still(background.image, background.fit, Crop(), background.zoom), size_px, seen, stage)


def _backdrop(painter: Painter, ticks: int, size_px: tuple[int, int]) -> Stamp:
    def draw() -> Drawn:
        planes = painter.paint(ticks)
        x, y = (size_px[0] - planes.width_px) // 2, (size_px[1] - planes.height_px) // 2
        return Drawn(planes, x // 2 * 2, y // 2 * 2, fresh=painter.moving)

    return Stamp((BACKDROP, painter.key(ticks)), draw, still=not painter.moving)


def _painter(shown: ShownLayer, blocks: tuple[PlacedBlock, ...], box: Box, stage: Stage) -> Painter | None:
    content, cast = shown.placed.layer.content, stage.cast
    zoom_range = shown.visible.shifted(-shown.placed.range.start)
    match content:
        case PresenterContent():
            offset = shown.placed.range.start
            return PresenterPainter(content, blocks, offset=offset, size_px=box.size_px, cast=cast)
        case ImageContent():
            still = Still(content.asset, content.fit, content.crop, content.zoom, moving_crop(shown.placed.layer))
            return _picture(still, box.size_px, zoom_range, stage)
        case VideoContent():
            return VideoPainter(
                content,
                size_px=box.size_px,
                shown_ticks=shown.placed.range.duration,
                sources=cast.sources,
                workshop=cast.workshop,
                crop=moving_crop(shown.placed.layer),
            )
        case TextContent():
            return _text(content, shown.placed.layer, box, stage)
        case ShapeContent():
            return shape_painter(content, box.size_px, cast.workshop)
        case AudioContent():
            return None
    assert_never(content)


def _picture(still: Still, size_px: tuple[int, int], zoom_range: TimeRange, stage: Stage) -> PicturePainter:
    return PicturePainter(still, size_px=size_px, zoom_range=zoom_range, sources=stage.cast.sources, workshop=stage.cast.workshop)


def _text(content: TextContent, layer: Layer, box: Box, stage: Stage) -> Painter | None:
    """Words at their painted size: the scale goes into the font, so that large letters are sharp."""
    text = content.shown_in(stage.language)
    if not text.strip():
        return None
    size = min(max(round(content.style.size * painted_scale(layer) / 1_000), 1), 4_000)
    style = content.style.model_copy(update={"size": size})
    return text_painter(
        text, style, width_px=box.width, short_side_px=min(stage.size_px), language=stage.language, workshop=stage.cast.workshop
    )
