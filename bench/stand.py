"""The stand: one document, the embedded engines, and folders that begin empty."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from render import link
from render.avatar.engine import WarpEngine
from render.graph.compile import compile_program
from render.graph.program import Program
from render.graph.words import label_for
from render.graph.workshop import Workshop
from render.link import FolderSources
from render.speech.engine import KokoroEngine
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve

ROOT: Final = Path(__file__).parent.parent
MODELS: Final = Path(os.environ.get("PIYING_MODELS") or ROOT / ".models")


@dataclass(frozen=True)
class Stand:
    """Everything is made under `folder`, and measured in the document's own language."""

    document: Document
    folder: Path

    @property
    def speech_folder(self) -> Path:
        """Where voiced passages go."""
        return self.folder / "speech"

    @cached_property
    def sources(self) -> FolderSources:
        """Our own tracks and gallery, and what has been voiced."""
        return FolderSources(None, MODELS / "music", None, self.speech_folder)

    @cached_property
    def speech(self) -> KokoroEngine:
        """The embedded voice."""
        return KokoroEngine(MODELS)

    @cached_property
    def avatars(self) -> WarpEngine:
        """The embedded presenters."""
        return WarpEngine(MODELS, self.folder / "rigs")

    def voiced(self) -> LinkManifest:
        """The document linked, with what is missing voiced."""
        return link.voice(self.document, self.document.language, self.speech, self.speech_folder, sources=self.sources)

    def estimated(self, document: Document) -> LinkManifest:
        """An edited version linked as an editor has it at once: new words have estimated times."""
        return link.voiced_so_far(document, document.language, self.speech.version, self.speech_folder, self.sources)

    def program(self, timeline: PlacedTimeline, short_side_px: int, workshop: Workshop) -> Program:
        """Compile for a picture whose shorter side has so many pixels."""
        canvas = timeline.canvas
        ratio = short_side_px / min(canvas.width_px, canvas.height_px)
        size_px = round(canvas.width_px * ratio / 2) * 2, round(canvas.height_px * ratio / 2) * 2
        label = label_for(timeline.language)
        return compile_program(timeline, size_px=size_px, sources=self.sources, avatars=self.avatars, label=label, workshop=workshop)


def without_presenters(timeline: PlacedTimeline, document: Document, manifest: LinkManifest) -> PlacedTimeline:
    """The same timeline, its presenters' layers taken out; scenes keep their lengths."""
    scenes = tuple(
        scene.model_copy(update={"layers": tuple(layer for layer in scene.layers if layer.content.kind != "presenter")})
        for scene in document.scenes
    )
    bare = resolve(document.model_copy(update={"scenes": scenes}), manifest)
    if bare.duration != timeline.duration:
        raise ValueError("a scene of this document is as long as its presenter")
    return bare
