"""What names a placed scene: a digest of all that it shows and says, in scene-local time, and of nothing else."""

from typing import Any

from render.timeline import codec
from render.timeline.document import Background, Document, Layer, TextContent
from render.timeline.placed import PlacedBlock, PlacedLayer, PlacedScene
from render.timeline.remembered import remembered
from render.timeline.voicing import times_to_json


def scene_digest(scene: PlacedScene, document: Document, language: str) -> str:
    """The scene's name. Where it lies in the project, how it ends and what its things are called do not count.

    Captions follow from the words, their times and the style, so those stand for them.
    """
    captioned = document.captions.visible and bool(scene.blocks)
    return codec.digest(
        {
            "canvas": document.canvas.model_dump(mode="json"),
            "duration": scene.range.duration,
            "background": _background(scene.background),
            "layers": [_layer(placed, language) for placed in scene.layers],
            "blocks": [_block(block) for block in scene.blocks],
            "captions": [language, document.captions.model_dump(mode="json")] if captioned else None,
        },
    )


def _layer(placed: PlacedLayer, language: str) -> Any:
    content = placed.layer.content
    words = [language, content.shown_in(language)] if isinstance(content, TextContent) else None
    return [placed.range.start, placed.range.duration, _look(placed.layer), words]


def _block(block: PlacedBlock) -> Any:
    return [block.id, block.text, block.range.start, block.range.duration, _sound(block)]


def _sound(block: PlacedBlock) -> Any:
    """The digest of the sound; a guess follows from the words and how long they take, times of another origin stand for themselves."""
    if block.speech_digest:
        return block.speech_digest
    return "estimated" if block.times.estimated else times_to_json(block.times)


@remembered
def _look(layer: Layer) -> str:
    """All of a layer that shows, without its words."""
    shown = layer.model_dump(mode="json", exclude={"id": True, "name": True, "lane": True, "span": True, "content": {"texts"}})
    return codec.digest(shown)


@remembered
def _background(background: Background) -> str:
    return codec.digest(background)
