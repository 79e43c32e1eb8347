"""What names a placed scene: a digest of all that it shows and says, in scene-local time, and of nothing else."""

from collections.abc import Sequence
from typing import Any

from render.timeline import codec
from render.timeline.document import Document, Layer, TextContent
from render.timeline.placed import Cue, PlacedBlock, PlacedLayer, PlacedScene
from render.timeline.voicing import times_to_json


def scene_digest(scene: PlacedScene, document: Document, language: str, cues: Sequence[Cue]) -> str:
    """The scene's name. Where it lies in the project, how it ends and what its things are called do not count."""
    start = scene.range.start
    return codec.digest(
        {
            "canvas": document.canvas.model_dump(mode="json"),
            "duration": scene.range.duration,
            "background": scene.background.model_dump(mode="json"),
            "layers": [_layer(placed, language) for placed in scene.layers],
            "blocks": [_block(block) for block in scene.blocks],
            "cues": [_cue(cue, start) for cue in cues],
            "captions": [language, document.captions.model_dump(mode="json")] if cues else None,
        },
    )


def _layer(placed: PlacedLayer, language: str) -> Any:
    layer: Layer = placed.layer
    shown = layer.model_dump(mode="json", exclude={"id", "name", "lane", "span"})
    if isinstance(layer.content, TextContent):
        shown["content"]["texts"] = [language, layer.content.shown_in(language)]
    return [placed.range.start, placed.range.duration, shown]


def _block(block: PlacedBlock) -> Any:
    said = block.speech_digest or times_to_json(block.times)
    return [block.id, block.text, block.range.start, block.range.duration, said]


def _cue(cue: Cue, start: int) -> Any:
    words = [[word.start, word.end, word.at - start, word.duration] for word in cue.words]
    return [cue.text, cue.range.start - start, cue.range.duration, words]
