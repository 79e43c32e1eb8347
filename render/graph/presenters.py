"""Presenters in their boxes: which passage they speak at a time, and idle in between."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from render.graph.painters import Gravity
from render.graph.stamp import Key
from render.graph.workshop import Workshop
from render.media.wav import read_wav
from render.pixels.planes import Planes
from render.ports.avatar import AvatarEngine, Direction, Look, Performance, Presenter
from render.ports.sources import Sources
from render.timeline import codec, voicing
from render.timeline.document import PresenterContent
from render.timeline.placed import PlacedBlock, PlacedTimeline
from render.timeline.spoken import sounds_of

LOUDNESS_SAMPLES = 480
"""The voice's loudness is told per 10 ms of 48 kHz."""
LOUDNESS_TICKS = 2_400


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays, and where their pictures and voices are."""

    avatars: AvatarEngine
    sources: Sources
    workshop: Workshop


class PresenterPainter:
    """A presenter speaking a scene's blocks; `offset` ticks from the scene's start to the layer's."""

    moving = True
    gravity: Gravity = "bottom"

    def __init__(
        self, content: PresenterContent, blocks: Sequence[PlacedBlock], *, offset: int, size_px: tuple[int, int], cast: Cast
    ) -> None:
        self._content, self._blocks, self._offset, self._size_px = content, tuple(blocks), offset, size_px
        self._cast = cast
        self._names = {block.id: _name(block) for block in blocks}

    def key(self, at: int) -> Key:
        """The presenter, the passage and the place in it."""
        block, place = spoken_at(self._blocks, at + self._offset)
        return (*self._presenter_key(), *self._performance_key(block), place)

    def paint(self, at: int) -> Planes:
        """The presenter at this time, cut out; shared."""
        return self._cast.workshop.figures.get(self.key(at), partial(self._drawn, at))

    def _drawn(self, at: int) -> Planes:
        block, place = spoken_at(self._blocks, at + self._offset)
        return self._cast.workshop.here(self._performance(block).frame(place))

    def _presenter_key(self) -> Key:
        content = self._content
        return ("presenter", self._cast.avatars.version, content.presenter, content.revision, look_of(content), self._size_px)

    def _performance_key(self, block: PlacedBlock | None) -> Key:
        emotion = self._content.emotion
        return ("idle", emotion) if block is None else (block.id, self._names[block.id], emotion, block.actions)

    def _presenter(self) -> Presenter:
        return self._cast.workshop.presenters.get(self._presenter_key(), self._load)

    def _load(self) -> Presenter:
        content = self._content
        folder = self._cast.sources.presenter(content.presenter, content.revision)
        return self._cast.avatars.load(folder, look_of(content), *self._size_px)

    def _performance(self, block: PlacedBlock | None) -> Performance:
        key = (*self._presenter_key(), *self._performance_key(block))
        return self._cast.workshop.performances.get(key, partial(self._perform, block))

    def _perform(self, block: PlacedBlock | None) -> Performance:
        emotion = self._content.emotion
        if block is None:
            return self._presenter().perform(None, seed_of(self._content.presenter), (), Direction(emotion))
        return self._presenter().perform(block.times, seed_of(block.id), self._loudness(block), Direction(emotion, block.actions))

    def _loudness(self, block: PlacedBlock) -> tuple[float, ...]:
        shop = self._cast.workshop
        return loudness_of(block, lambda digest: shop.loudness.get(digest, lambda: loudness_in(self._cast.sources.speech(digest))))


def spoken_in(timeline: PlacedTimeline) -> Iterator[tuple[PresenterContent, PlacedBlock]]:
    """Every passage that somebody is seen speaking, with who does, in order."""
    for scene in timeline.scenes:
        for placed in scene.layers:
            if isinstance(placed.layer.content, PresenterContent):
                yield from ((placed.layer.content, block) for block in scene.blocks)


def loudness_of(block: PlacedBlock, heard: Callable[[str], tuple[float, ...]]) -> tuple[float, ...]:
    """A whole passage's loudness of that of its sounds: silent where nobody has said it yet; nothing where nothing has been said."""
    whole: list[float] = []
    for sound in sounds_of(block.speech_digest, block.times):
        whole += [0.0] * (sound.at // LOUDNESS_TICKS - len(whole))
        whole += heard(sound.digest)
    return tuple(whole)


def look_of(content: PresenterContent) -> Look:
    """How a presenter is shown."""
    return Look(content.shot, content.outfit, content.beautify)


def spoken_at(blocks: Sequence[PlacedBlock], scene_ticks: int) -> tuple[PlacedBlock | None, int]:
    """The block that rules the presenter at a time of the scene, and the ticks from that block's start (idle outside of it).

    Between two blocks the first one rules to the middle of the gap. Without any block there is only the scene's own time.
    """
    if not blocks:
        return None, scene_ticks
    ruling = blocks[0]
    for block in blocks[1:]:
        if 2 * scene_ticks >= ruling.range.end + block.range.start:
            ruling = block
    return ruling, scene_ticks - ruling.range.start


def seed_of(name: str) -> int:
    """A 31-bit seed that belongs to a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1


def _name(block: PlacedBlock) -> str:
    """Names what the block sounds like and when: a guess, or what of it is one, stands for itself."""
    if block.times.estimated or not block.speech_digest:
        return codec.digest([block.speech_digest, voicing.times_to_json(block.times)])
    return block.speech_digest


def loudness_in(wav: Path) -> tuple[float, ...]:
    """The loudness of a sound in a file."""
    return loudness(read_wav(wav)[0])


def loudness(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> tuple[float, ...]:
    """RMS per 10 ms, 0 to 1, of mono samples at 48 kHz; the last part is padded with silence."""
    padded = np.zeros(-(-samples.size // LOUDNESS_SAMPLES) * LOUDNESS_SAMPLES, np.float32)
    padded[: samples.size] = samples
    return tuple(np.sqrt((padded.reshape(-1, LOUDNESS_SAMPLES) ** 2).mean(axis=1)).tolist())
