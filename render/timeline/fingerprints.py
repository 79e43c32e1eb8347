"""What names a placed scene: a digest of all that it shows and says, in scene-local time, and of nothing else."""

from typing import Any, Final

from render.timeline import codec
from render.timeline.document import Background, Document, Layer, TextContent
from render.timeline.placed import PlacedBlock, PlacedLayer, PlacedScene
from render.timeline.remembered import remembered
from render.timeline.values import Value
from render.timeline.voicing import times_to_json

UNSEEN: Final = frozenset({"id", "name", "lane", "span", "hidden", "muted", "locked"})
"""What of a layer does not show; one that is hidden is not placed at all."""


def scene_digest(scene: PlacedScene, document: Document, language: str) -> str:
    """The scene's name. Where it lies in the project, how it ends and what its things are called do not count.

    Captions follow from the words, their times and the style, so those stand for them.
    """
    captioned = document.captions.visible and bool(scene.blocks)
    return codec.digest(
        {
            "canvas": _facts(document.canvas),
            "duration": scene.range.duration,
            "background": _background(scene.background),
            "layers": [_layer(placed, language) for placed in scene.layers],
            "blocks": [_block(block) for block in scene.blocks],
            "captions": [language, _facts(document.captions)] if captioned else None,
        },
    )


def _layer(placed: PlacedLayer, language: str) -> Any:
    content = placed.layer.content
    words = [language, content.shown_in(language)] if isinstance(content, TextContent) else None
    return [placed.range.start, placed.range.duration, _look(placed.layer), words]


def _block(block: PlacedBlock) -> Any:
    done = [[action.name, action.at] for action in block.actions]
    captions = [block.second, *([place, codec.facts(override)] for place, override in block.captions)]
    shown = [done, captions] if block.second or block.captions else [done] if done else []
    return [block.id, block.text, block.range.start, block.range.duration, _sound(block), *shown]


def _sound(block: PlacedBlock) -> Any:
    """The digest of the sound; a guess follows from the words and how long they take, times of another origin stand for themselves."""
    if block.speech_digest:
        return block.speech_digest
    return "estimated" if block.times.estimated else times_to_json(block.times)


@remembered
def _look(layer: Layer) -> str:
    """All of a layer that shows, without its words."""
    shown = {name: fact for name, fact in codec.facts(layer).items() if name not in UNSEEN}
    shown["content"].pop("texts", None)
    return codec.digest(shown)


@remembered
def _background(background: Background) -> str:
    return codec.digest(background)


@remembered
def _facts(value: Value) -> Any:
    """What all scenes of a document share is looked at once."""
    return codec.facts(value)
