"""The store: encoded segments and mixes by name, kept from one export to the next."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from render.graph.segments import Segment
from render.media.written import written_whole
from render.presets.exports import ExportPreset
from render.timeline import codec


@dataclass(frozen=True, slots=True)
class SegmentStore:
    """Pieces by name, each in a folder of its first two letters. A file is here whole or not at all."""

    folder: Path

    def path(self, name: str, suffix: str = ".mp4") -> Path:
        """Where the piece called `name` is, or would be."""
        return self.folder / name[:2] / f"{name}{suffix}"

    def has(self, name: str, suffix: str = ".mp4") -> bool:
        """Whether it is here."""
        return self.path(name, suffix).is_file()

    def put(self, name: str, write: Callable[[Path], None], suffix: str = ".mp4") -> Path:
        """Have it written beside its place and renamed into it."""
        with written_whole(self.path(name, suffix)) as unfinished:
            write(unfinished)
        return self.path(name, suffix)


def segment_name(segment: Segment, preset: ExportPreset) -> str:
    """The name of an encoded segment: its pixels and its encoding, and whose coding is copied into it."""
    facts = {"segment": segment.key, "preset": _encoding(preset)}
    copied = sorted({passage.sets for passage in segment.copied})
    return codec.digest(facts | {"copied": copied} if copied else facts)


def _encoding(preset: ExportPreset) -> Any:
    """What of a preset decides a segment's bytes; the sound has its own name."""
    return {fact: value for fact, value in asdict(preset).items() if fact not in {"name", "audio_kbps"}}
