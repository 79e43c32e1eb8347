"""What a person should know about a document before it is made: nothing here stops a render, it only surprises."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from render.timeline import captions, scripts
from render.timeline.document import Anchor, Background, Block, Document, Layer, Scene, TextContent, Track
from render.timeline.invariants import names_in
from render.timeline.keyframes import resting_value
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND
from render.timeline.voicing import link, said_text

LONG_BLOCK_CHARACTERS: Final = 800
LONG_PROJECT_SECONDS: Final = 30 * 60

Code = Literal[
    "no-scenes",
    "scene-empty",
    "scene-bare",
    "text-missing",
    "text-unspeakable",
    "text-long",
    "anchor-gone",
    "layer-invisible",
    "layer-no-text",
    "project-long",
    "caption-wide",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` for the message, `path` to the place, `facts` for its words."""

    code: Code
    path: str
    facts: dict[str, str | int] = field(default_factory=dict)


def check(document: Document) -> tuple[Problem, ...]:
    """Everything worth saying, in the document's order, for the language it is written in."""
    return tuple(_problems(document))


def _problems(document: Document) -> Iterator[Problem]:
    if not document.scenes:
        yield Problem("no-scenes", "scenes")
    names = names_in(document)
    for index, scene in enumerate(document.scenes):
        yield from _scene_problems(scene, f"scenes[{index}]", document.language, names)
    for index, track in enumerate(document.tracks):
        yield from _layers_problems(track, f"tracks[{index}]", document.language, names)
    yield from _length_problems(document)


def _scene_problems(scene: Scene, path: str, language: str, names: set[str]) -> Iterator[Problem]:
    if not scene.layers and not any(said_text(block, language) for block in scene.blocks):
        yield Problem("scene-empty", path)
    elif not scene.layers and not _has_scenery(scene.background):
        yield Problem("scene-bare", path)
    for index, block in enumerate(scene.blocks):
        yield from _block_problems(block, f"{path}.blocks[{index}]", language)
    yield from _layers_problems(scene, path, language, names)


def _has_scenery(background: Background) -> bool:
    return bool(background.image or background.video or background.gradient)


def _block_problems(block: Block, path: str, language: str) -> Iterator[Problem]:
    text = block.texts[language].text if language in block.texts else ""
    place = f"{path}.texts.{language}"
    if not text.strip() and any(other.text.strip() for other in block.texts.values()):
        yield Problem("text-missing", place, {"language": language})
    if text.strip() and not scripts.pronounceable(text):
        yield Problem("text-unspeakable", place, {"text": text.strip()[:40]})
    if len(text) > LONG_BLOCK_CHARACTERS:
        yield Problem("text-long", place, {"length": len(text), "length_advised": LONG_BLOCK_CHARACTERS})
    if any(scripts.width(text[start:end]) > 2 * captions.LATIN_LINE_WIDTH for start, end in captions.lines(text)):
        yield Problem("caption-wide", place)


def _layers_problems(holder: Scene | Track, path: str, language: str, names: set[str]) -> Iterator[Problem]:
    for index, layer in enumerate(holder.layers):
        yield from _layer_problems(layer, f"{path}.layers[{index}]", language, names)


def _layer_problems(layer: Layer, path: str, language: str, names: set[str]) -> Iterator[Problem]:
    for edge, anchor in (("start", layer.span.start), ("end", layer.span.end)):
        if _gone(anchor, names):
            yield Problem("anchor-gone", f"{path}.span.{edge}", {"of": anchor.of})
    if isinstance(layer.content, TextContent) and not layer.content.shown_in(language).strip():
        yield Problem("layer-no-text", f"{path}.content.texts")
    if layer.content.kind != "audio" and _never_seen(layer):
        yield Problem("layer-invisible", path)


def _gone(anchor: Anchor, names: set[str]) -> bool:
    needs_name = anchor.kind in {"block-start", "block-end", "mark"}
    return anchor.kind != "project" and (bool(anchor.of) or needs_name) and anchor.of not in names


def _never_seen(layer: Layer) -> bool:
    moving = {frame.property for frame in layer.keyframes if frame.value}
    still = any(not resting_value(layer, name) and name not in moving for name in ("opacity", "scale"))
    return still or not (layer.transform.width and layer.transform.height)


def _length_problems(document: Document) -> Iterator[Problem]:
    seconds = resolve(document, link(document, document.language, "", {})).duration // TICKS_PER_SECOND
    if seconds > LONG_PROJECT_SECONDS:
        yield Problem("project-long", "scenes", {"seconds": seconds, "seconds_advised": LONG_PROJECT_SECONDS})
