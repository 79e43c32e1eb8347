"""Shapes of one ad: its variants as the editor shows them, one more, and back to what the main shape has."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from typing import Any, Final

from render.errors import EditRefused
from render.timeline.document import BlockText, Canvas, Document, Layer, Override, Scene, Variant
from render.timeline.edits import Edit, Group, InsertItem, SetField
from render.timeline.items import found
from render.timeline.remembered import remembered
from render.timeline.variants import in_variant
from webapp.errors import Conflict, Invalid
from webapp.models.columns import new_id
from webapp.services import projects

CAPTIONS: Final = "captions"
"""Names the look of the captions where other things go by their ids."""
_WORDS: Final = {"text": None, "voice": None}
"""What of an override is no look: it is not shown or taken back here."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One of the shapes; the main one has an empty id."""

    id: str
    name: str
    canvas: Canvas


@dataclass(frozen=True, slots=True)
class Own:
    """A thing that looks otherwise in a shape: a layer, of its kind, a scene's `background`, a `caption`, or all `captions` (CAPTIONS)."""

    id: str
    kind: str
    name: str
    scene_number: int


def shapes(document: Document) -> tuple[Shape, ...]:
    """All of them, the main one first."""
    own = (Shape(variant.id, variant.name, variant.canvas or document.canvas) for variant in document.variants)
    return (Shape("", "", document.canvas), *own)


def proportion(canvas: Canvas) -> str:
    """A canvas's shape in small numbers: 9:16."""
    shared = gcd(canvas.width_px, canvas.height_px)
    return f"{canvas.width_px // shared}:{canvas.height_px // shared}"


def known(document: Document, shape: str) -> str:
    """The shape, if the document has it; else the main one."""
    return shape if any(variant.id == shape for variant in document.variants) else ""


def seen(document: Document, shape: str) -> Document:
    """The document as it looks in a shape; made once. Its words stay those that are written in it: they are the same in every shape."""
    if not shape:
        return document
    made = _seen(document)
    if shape not in made:
        made[shape] = _laid(document, found(document, shape, Variant))
    return made[shape]


def owned(document: Document, shape: str) -> tuple[Own, ...]:
    """What looks otherwise in a shape because somebody made it so, in the order of the scenes."""
    return tuple(_owned(document, found(document, shape, Variant))) if shape else ()


def add(document: Document, name: str) -> Edit:
    """One more shape, by its proportions. Raises Invalid `canvas-unknown`, Conflict `shape-there`."""
    if name not in projects.SHAPES:
        raise Invalid("shape", "canvas-unknown")
    width, height = projects.SHAPES[name]
    if any(proportion(shape.canvas) == name for shape in shapes(document)):
        raise Conflict("shape-there")
    canvas = Canvas(width_px=width, height_px=height, frame_rate=document.canvas.frame_rate)
    item = Variant(id=new_id(), canvas=canvas).model_dump(mode="json")
    after = document.variants[-1].id if document.variants else ""
    return InsertItem(parent="document", collection="variants", after=after, item=item)


def back(document: Document, shape: str, thing: str) -> Edit:
    """A thing looks again as in the main shape; all things, where none is named. Raises EditRefused `target-gone`."""
    variant = found(document, shape, Variant)
    names = [thing] if thing else [own.id for own in _owned(document, variant)]
    return Group(edits=tuple(_back(variant, name) for name in names))


@remembered
def _seen(_: Document) -> dict[str, Document]:
    return {}


def _laid(document: Document, variant: Variant) -> Document:
    looks = {name: override.model_copy(update=_WORDS) for name, override in variant.overrides.items()}
    plain = variant.model_copy(update={"language": None, "overrides": looks})
    return in_variant(document.model_copy(update={"variants": (plain,)}), variant.id)


def _back(variant: Variant, name: str) -> SetField:
    if name == CAPTIONS:
        return SetField(target=variant.id, field=CAPTIONS, value=None)
    override = variant.overrides.get(name)
    if override is None:
        raise EditRefused("target-gone", path=name)
    words: Any = Override(text=override.text, voice=override.voice)
    kept = None if words == Override() else words.model_dump(mode="json")
    return SetField(target=variant.id, field=f"overrides.{name}", value=kept)


def _owned(document: Document, variant: Variant) -> Iterator[Own]:
    looks = _looks(variant)
    if variant.captions is not None:
        yield Own(CAPTIONS, CAPTIONS, "", 0)
    for number, scene in enumerate(document.scenes, start=1):
        yield from _owned_in(scene, number, document.language, looks)
    across = (layer for track in document.tracks for layer in track.layers)
    yield from (_owned_layer(layer, 0, document.language) for layer in across if layer.id in looks)


def _owned_in(scene: Scene, number: int, language: str, looks: frozenset[str]) -> Iterator[Own]:
    if scene.id in looks:
        yield Own(scene.id, "background", "", number)
    for block in scene.blocks:
        text = block.texts.get(language, BlockText())
        yield from (Own(mark.id, "caption", text.text[mark.at :].strip(), number) for mark in text.marks if mark.id in looks)
    yield from (_owned_layer(layer, number, language) for layer in scene.layers if layer.id in looks)


def _owned_layer(layer: Layer, number: int, language: str) -> Own:
    written = layer.content.shown_in(language) if layer.content.kind == "text" else ""
    return Own(layer.id, layer.content.kind, layer.name or written, number)


def _looks(variant: Variant) -> frozenset[str]:
    plain = Override()
    return frozenset(name for name, override in variant.overrides.items() if override.model_copy(update=_WORDS) != plain)
