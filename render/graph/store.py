"""The store: encoded segments and mixes by name, kept from one export to the next.

Each piece ends with a seal, an empty box of MP4 that holds the digest of all before it. A piece without its seal, cut short or changed on
disk is not in the store: it is made again.
"""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final

from render.errors import MissingSource
from render.graph.segments import Segment
from render.media.written import written_whole
from render.presets.exports import ExportPreset
from render.timeline import codec

_SEAL: Final = (8 + sha256().digest_size).to_bytes(4) + b"free"
_SEAL_BYTES: Final = len(_SEAL) + sha256().digest_size
_BLOCK_BYTES: Final = 2**20


@dataclass(frozen=True, slots=True)
class SegmentStore:
    """Pieces by name, each in a folder of its first two letters. A file is here whole or not at all."""

    folder: Path

    def path(self, name: str, suffix: str = ".mp4") -> Path:
        """Where the piece called `name` is, or would be."""
        return self.folder / name[:2] / f"{name}{suffix}"

    def has(self, name: str, suffix: str = ".mp4") -> bool:
        """Whether it is here, and as it was written."""
        try:
            return _is_sealed(self.path(name, suffix))
        except FileNotFoundError:
            return False

    def whole(self, name: str, suffix: str = ".mp4") -> Path:
        """Where it is. Raises MissingSource(`segment`) where it is not here as it was written."""
        if not self.has(name, suffix):
            raise MissingSource(what="segment", name=f"{name}{suffix}")
        return self.path(name, suffix)

    def put(self, name: str, write: Callable[[Path], None], suffix: str = ".mp4") -> Path:
        """Have it written beside its place, seal it, and rename it into its place."""
        with written_whole(self.path(name, suffix)) as unfinished:
            write(unfinished)
            _seal(unfinished)
        return self.path(name, suffix)


def segment_name(segment: Segment, preset: ExportPreset) -> str:
    """The name of an encoded segment: its pixels and its encoding, and whose coding is copied into it."""
    facts = {"segment": segment.key, "preset": _encoding(preset)}
    copied = sorted({passage.sets for passage in segment.copied})
    return codec.digest(facts | {"copied": copied} if copied else facts)


def ends_sealed(path: Path) -> bool:
    """Whether a file ends as pieces do and films do not; what it seals is not looked at."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _SEAL_BYTES))
        return file.read().startswith(_SEAL)


def unsealed(path: Path) -> bytes:
    """What was written into a piece."""
    return path.read_bytes()[:-_SEAL_BYTES]


def _encoding(preset: ExportPreset) -> Any:
    """What of a preset decides a segment's bytes: the sound has its own name, and a bound that there is none of changes nothing."""
    facts = {fact: value for fact, value in asdict(preset).items() if fact in {"short_side_px", "x264_preset", "crf", "video_kbps_max"}}
    return {fact: value for fact, value in facts.items() if value is not None}


def _seal(path: Path) -> None:
    with path.open("rb+") as file:
        digest = file_digest(file, "sha256").digest()
        file.seek(0, os.SEEK_END)
        file.write(_SEAL + digest)


def _is_sealed(path: Path) -> bool:
    size = path.stat().st_size
    digest = sha256()
    with path.open("rb") as file:
        left = size - _SEAL_BYTES
        while left > 0 and (block := file.read(min(_BLOCK_BYTES, left))):
            digest.update(block)
            left -= len(block)
        return not left and file.read() == _SEAL + digest.digest()
