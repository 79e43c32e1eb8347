"""What the schema cannot say about a document: ids are unique, marks and pronunciations lie within their text, characters are real."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from render.timeline.document import Block, BlockText, Document, Layer, Scene, Track, Variant
from render.timeline.remembered import remembered


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong (`code`) and where (`path`)."""

    code: str
    path: str


def document_fault(document: Document) -> Fault | None:
    """The first fault of a document that fits the schema: `duplicate-id`, `mark` or `pronunciation`."""
    seen: set[str] = set()
    for name, path in document_ids(document):
        if name in seen:
            return Fault("duplicate-id", path)
        seen.add(name)
    for index, scene in enumerate(document.scenes):
        for place, block in enumerate(scene.blocks):
            if fault := block_fault(block, f"scenes[{index}].blocks[{place}]"):
                return fault
    return None


def block_fault(block: Block, path: str) -> Fault | None:
    """The first mark or pronunciation of a block that does not fit its text."""
    for language, text in block.texts.items():
        if fault := text_fault(text, f"{path}.texts.{language}"):
            return fault
    return None


def text_fault(text: BlockText, path: str) -> Fault | None:
    """The first mark outside the text or named twice, mark with two captions, or pronunciation that is empty, outside or out of order."""
    length, names = len(text.text), set()
    for index, mark in enumerate(text.marks):
        if mark.at > length or mark.id in names:
            return Fault("mark", f"{path}.marks[{index}]")
        names.add(mark.id)
    if len({override.mark for override in text.captions}) < len(text.captions):
        return Fault("caption", f"{path}.captions")
    end = 0
    for index, said in enumerate(text.pronunciations):
        if not end <= said.start < said.end <= length:
            return Fault("pronunciation", f"{path}.pronunciations[{index}]")
        end = said.end
    return None


def names_in(document: Document) -> set[str]:
    """Every id of the document."""
    held = (held_names(item) for items in (document.scenes, document.tracks) for item in items)
    return set().union(*held, {variant.id for variant in document.variants})


@remembered
def held_names(item: Scene | Track) -> frozenset[str]:
    """The ids of a scene or track and of all that it holds."""
    return frozenset(name for name, _ in item_ids(item, ""))


def document_ids(document: Document) -> Iterator[tuple[str, str]]:
    """Every id of the document with its path. A mark counts once per block: its languages share it."""
    for index, scene in enumerate(document.scenes):
        yield from item_ids(scene, f"scenes[{index}]")
    for index, track in enumerate(document.tracks):
        yield from item_ids(track, f"tracks[{index}]")
    for index, variant in enumerate(document.variants):
        yield variant.id, f"variants[{index}]"


def item_ids(item: Scene | Block | Layer | Track | Variant, path: str) -> Iterator[tuple[str, str]]:
    """The item's own id and those of all that it holds, with their paths."""
    yield item.id, path
    if isinstance(item, Block):
        for name in {mark.id: None for text in item.texts.values() for mark in text.marks}:
            yield name, f"{path}.marks.{name}"
        return
    if isinstance(item, Scene):
        for index, block in enumerate(item.blocks):
            yield from item_ids(block, f"{path}.blocks[{index}]")
    if isinstance(item, Scene | Track):
        for index, layer in enumerate(item.layers):
            yield layer.id, f"{path}.layers[{index}]"


def unreal_character(value: Any, path: str = "") -> Fault | None:
    """The first string in a JSON value that holds half a surrogate pair or a NUL: no database or file keeps those."""
    if isinstance(value, str):
        real = "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
        return None if real else Fault("character", path)
    if isinstance(value, Mapping):
        members = [(key, f"{path}.{key}".lstrip(".")) for key in value]
        faults = (unreal_character(key, path) or unreal_character(value[key], place) for key, place in members)
    elif isinstance(value, list):
        faults = (unreal_character(member, f"{path}[{index}]") for index, member in enumerate(value))
    else:
        return None
    return next((fault for fault in faults if fault), None)
