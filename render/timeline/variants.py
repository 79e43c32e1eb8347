"""Variants: one ad in several languages and shapes. What differs is laid over the document; everything else is the document's own."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from render.errors import DocumentRefused
from render.timeline.apart import laid_out
from render.timeline.document import (
    AudioContent,
    Block,
    BlockText,
    Canvas,
    Document,
    Layer,
    Override,
    Scene,
    TextContent,
    Track,
    Transform,
    Variant,
)
from render.timeline.invariants import held_names
from render.timeline.layouts import refitted
from render.timeline.remembered import remembered
from render.timeline.splices import between, spliced
from render.timeline.styles import CaptionOverride

Part = TypeVar("Part", Scene, Track)

KEPT_MAX: Final = 4
"""As many languages and shapes of a scene or track are remembered."""
_NOTHING: Final = Override()


def in_variant(document: Document, variant_id: str) -> Document:
    """The document as a variant has it, with no variants of its own. Raises DocumentRefused `variant-gone`.

    Its `language` and `canvas` are the variant's: what is to be spoken, linked and resolved is read from it like from any document.
    """
    variant = next((variant for variant in document.variants if variant.id == variant_id), None)
    if variant is None:
        raise DocumentRefused("variant-gone", path="variants", variant=variant_id)
    language, canvas = variant.language or document.language, variant.canvas or document.canvas
    laid = _Laying(variant, language, document.canvas, canvas)
    return document.model_copy(
        update={
            "language": language,
            "canvas": canvas,
            "captions": variant.captions or document.captions,
            "scenes": tuple(laid.once(scene, laid.scene) for scene in document.scenes),
            "tracks": tuple(laid.once(track, laid.track) for track in document.tracks),
            "variants": (),
        },
    )


class _Laying:
    """One variant being laid over a document."""

    def __init__(self, variant: Variant, language: str, old: Canvas, new: Canvas) -> None:
        self._overrides: Mapping[str, Override] = variant.overrides
        self._language, self._old, self._new = language, old, new

    def once(self, item: Part, make: Callable[[Part], Part]) -> Part:
        """What `make` lays, as it is or as it was laid last in this language and shape: most of a document is not touched by an edit."""
        looks = {name: self._overrides[name] for name in self._overrides.keys() & held_names(item)}
        facts = (looks, self._language, self._old, self._new)
        kept: list[tuple[object, Any]] = _kept(item)
        known = next((laid for facts_then, laid in tuple(kept) if facts_then == facts), None)
        if known is None:
            known = make(item)
            kept[:] = [*kept[-KEPT_MAX + 1 :], (facts, known)]
        return known

    def scene(self, scene: Scene) -> Scene:
        override = self._overrides.get(scene.id)
        background = override.background if override and override.background else scene.background
        places = laid_out(scene.layers, self._old, self._new, self._language)
        blocks = tuple(map(self._block, scene.blocks))
        layers = tuple(self._layer(layer, places[layer.id]) for layer in scene.layers)
        return scene.model_copy(update={"background": background, "blocks": blocks, "layers": layers})

    def track(self, track: Track) -> Track:
        layers = (self._layer(layer, refitted(layer, self._old, self._new).transform) for layer in track.layers)
        return track.model_copy(update={"layers": tuple(layers)})

    def _block(self, block: Block) -> Block:
        override = self._overrides.get(block.id)
        if override is None:
            return self._captioned(block)
        changes: dict[str, Any] = {}
        if override.text is not None:
            changes["texts"] = block.texts | {self._language: _reworded(block.texts.get(self._language, BlockText()), override.text)}
        if override.voice is not None:
            changes["voices"] = block.voices | {self._language: override.voice}
        return self._captioned(block.model_copy(update=changes))

    def _captioned(self, block: Block) -> Block:
        """The block with its captions where the variant has them."""
        text = block.texts.get(self._language)
        if text is None or not any(mark.id in self._overrides for mark in text.marks):
            return block
        known = {override.mark: override for override in text.captions}
        for mark in text.marks:
            if place := self._overrides.get(mark.id, _NOTHING).place:
                known[mark.id] = known.get(mark.id, CaptionOverride(mark=mark.id)).model_copy(update={"place": place})
        return block.model_copy(
            update={"texts": block.texts | {self._language: text.model_copy(update={"captions": tuple(known.values())})}}
        )

    def _layer(self, layer: Layer, place: Transform) -> Layer:
        """The layer where nobody else has placed it at `place`. What somebody places drives nothing else away from where it is."""
        override = self._overrides.get(layer.id, _NOTHING)
        changes = {name: value for name in ("transform", "opacity", "hidden") if (value := getattr(override, name)) is not None}
        return layer.model_copy(update={"transform": place} | changes | {"content": self._content(layer, override)})

    def _content(self, layer: Layer, override: Override) -> Any:
        content = layer.content
        named = {name: getattr(override, name) for name in ("asset", "fit", "crop", "style") if name in type(content).model_fields}
        changes: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        if not isinstance(content, AudioContent) and changes.get("asset", "").startswith("music:"):
            del changes["asset"]
        if isinstance(content, TextContent) and override.text is not None:
            changes["texts"] = content.texts | {self._language: override.text}
        return content.model_copy(update=changes) if changes else content


@remembered
def _kept(_: Scene | Track) -> list[tuple[object, Any]]:
    return []


def _reworded(text: BlockText, words: str) -> BlockText:
    """A text with other words: its marks go along as if somebody had typed them."""
    splice = between(text.text, words)
    return spliced(text, splice) if splice else text
