"""Placings: a document with what has been voiced of it, and everything in its place."""

from functools import lru_cache

from sqlmodel import Session

from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from webapp.services import linking


class Placing:
    """A document and a manifest, told apart by what was voiced: manifests of one document differ in nothing else."""

    __slots__ = ("document", "key", "manifest")

    def __init__(self, document: Document, manifest: LinkManifest) -> None:
        self.document, self.manifest = document, manifest
        voiced = tuple((name, spoken.speech_digest) for name, spoken in sorted(manifest.blocks.items()))
        self.key = (id(document), manifest.language, voiced)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Placing) and self.document is other.document and self.key == other.key


def of(session: Session, document: Document) -> Placing:
    """The document with what has been voiced of it by now."""
    return Placing(document, linking.gather(session, document, document.language).manifest)


@lru_cache(maxsize=32)
def placed(placing: Placing) -> PlacedTimeline:
    """Everything in its place."""
    return resolve(placing.document, placing.manifest)
