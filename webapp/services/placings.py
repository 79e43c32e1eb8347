"""Placings: a document with what has been voiced of it, and everything in its place."""

from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from typing import Final

from sqlmodel import Session

from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from webapp.services import linking


class Placing:
    """A document and a manifest, told apart by what was voiced: manifests of one document differ in nothing else."""

    __slots__ = ("_hash", "document", "key", "manifest")

    def __init__(self, document: Document, manifest: LinkManifest) -> None:
        self.document, self.manifest = document, manifest
        voiced = tuple((name, spoken.speech_digest) for name, spoken in sorted(manifest.blocks.items()))
        self.key = (id(document), manifest.language, voiced)
        self._hash = hash(self.key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Placing) and self.document is other.document and self.key == other.key


class Shown:
    """The placings that were shown last, by document: what somebody points at is what she was shown."""

    def __init__(self, most: int) -> None:
        self._placings: OrderedDict[int, Placing] = OrderedDict()
        self._most, self._lock = most, Lock()

    def get(self, document: Document) -> Placing | None:
        """How this document was shown last; None where it was not, or long ago."""
        with self._lock:
            return self._placings.get(id(document))

    def put(self, placing: Placing) -> None:
        """Remember it, and forget the one that was shown longest ago. It holds its document, so an id means one document only."""
        with self._lock:
            self._placings[id(placing.document)] = placing
            self._placings.move_to_end(id(placing.document))
            while len(self._placings) > self._most:
                self._placings.popitem(last=False)


_shown: Final = Shown(32)


def shown(placing: Placing) -> None:
    """Somebody was shown a document like this."""
    _shown.put(placing)


def of(session: Session, document: Document, *, tenant_id: str = "") -> Placing:
    """The tenant's document as it was shown last; else with what has been voiced of it by now."""
    return _shown.get(document) or Placing(document, linking.gather(session, document, document.language, tenant_id=tenant_id).manifest)


@lru_cache(maxsize=32)
def placed(placing: Placing) -> PlacedTimeline:
    """Everything in its place."""
    return resolve(placing.document, placing.manifest)
