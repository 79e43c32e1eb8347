"""The sound of a preview: one mix of the whole program, cut into pieces of two seconds that are kept by digest."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from render.engine import mixed
from render.media.flac import write_flac
from render.media.wav import SAMPLE_RATE, Samples
from render.ports.sources import Sources
from render.timeline.placed import PlacedTimeline
from render.timeline.time import TICKS_PER_SECOND
from roles.house import House
from webapp.services import artefacts, pieces, previews

CHUNK_S: Final = 2
CHUNK_SAMPLES: Final = CHUNK_S * SAMPLE_RATE
CHUNK_TICKS: Final = CHUNK_S * TICKS_PER_SECOND
MIXES_KEPT: Final = 8


@dataclass(slots=True)
class SoundShelf:
    """The pieces of the last mixes, by what is heard in them."""

    house: House
    tenant_id: str
    project_id: str
    sources: Sources
    _known: OrderedDict[str, tuple[str, ...]] = field(default_factory=OrderedDict)

    def known(self, name: str) -> tuple[str, ...] | None:
        """The pieces of a mix made before; none if one has gone since."""
        known = self._known.get(name)
        return known if known and all(self._noted(digest) for digest in known) else None

    def make(self, name: str, timeline: PlacedTimeline) -> tuple[str, ...]:
        """Mix, cut and keep; the digests of the pieces, in order. Raises what the sources raise."""
        made = tuple(self._kept(piece) for piece in cut(mixed(timeline, self.sources)))
        self._known[name] = made
        while len(self._known) > MIXES_KEPT:
            self._known.popitem(last=False)
        return made

    def _kept(self, samples: Samples) -> str:
        digest = hashlib.sha256(samples.tobytes()).hexdigest()
        target = artefacts.place(self.house.settings.artefacts, previews.sound_name(self.project_id, digest), previews.SOUND)
        if not self.house.storage.has(target):
            write_flac(target, samples)
            self.house.storage.keep(target)
        mark = self._mark(digest)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        return digest

    def _noted(self, digest: str) -> bool:
        """Note that a piece is used; False if it has gone."""
        mark = self._mark(digest)
        pieces.note_use(mark)
        return mark.exists()

    def _mark(self, digest: str) -> Path:
        return pieces.mark_of(self.house.settings.pieces, self.tenant_id, previews.sound_name(self.project_id, digest))


def cut(stretches: Iterable[Samples]) -> Iterator[Samples]:
    """Pieces (2, up to 96,000) one after the other of a sound that comes in stretches; together they are the whole."""
    left = np.zeros((2, 0), np.float32)
    for stretch in stretches:
        held = np.concatenate([left, stretch], axis=1)
        whole = held.shape[1] // CHUNK_SAMPLES * CHUNK_SAMPLES
        yield from (held[:, start : start + CHUNK_SAMPLES] for start in range(0, whole, CHUNK_SAMPLES))
        left = held[:, whole:]
    if left.shape[1]:
        yield left
