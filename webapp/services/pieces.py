"""Pieces: what exports are joined from, kept for the next export as long as there is room. Which of them go is decided here."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

REPORT: Final = "kept.json"
MARK: Final = ".heard"
"""The ending of an empty file that stands for a sound of a preview, which lies among the artefacts under the same name."""
REST_S: Final = 3600.0
"""What was used within the last hour stays, whatever its size: somebody may be about to open it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file: when it was used last (seconds since 1970), its size, where it is."""

    used_at_s: float
    bytes: int
    path: Path


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be kept, and for how long unused."""

    bytes_max: int
    age_s_max: float


@dataclass(frozen=True, slots=True)
class Report:
    """What the last look found and took away."""

    files: int
    bytes: int
    removed: int
    removed_bytes: int


def mark_of(folder: Path, tenant_id: str, name: str) -> Path:
    """Where the mark of a tenant's preview sound is: how long ago it was used, and whose it is, is read from the mark."""
    return folder / tenant_id / name[:2] / f"{name}{MARK}"


def marked(folder: Path, tenant_id: str) -> list[str]:
    """The names of all preview sounds of a tenant."""
    return sorted(path.name.removesuffix(MARK) for path in (folder / tenant_id).rglob(f"*{MARK}"))


def to_go(pieces: Iterable[Piece], busy_bytes: int, bounds: Bounds, now_s: float) -> Iterator[Piece]:
    """Those that nobody has used for too long, then those longest unused until the rest fits beside what is busy."""
    oldest_first = sorted(pieces, key=lambda piece: piece.used_at_s)
    spare = busy_bytes + sum(piece.bytes for piece in oldest_first) - bounds.bytes_max
    for piece in oldest_first:
        age_s = now_s - piece.used_at_s
        if age_s < REST_S or (age_s <= bounds.age_s_max and spare <= 0):
            return
        yield piece
        spare -= piece.bytes


def of_folder(folder: Path) -> Iterator[Piece]:
    """Every file below it. Those that are being written begin with a dot and are left out."""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            stat = path.stat()
            if path.is_file() and not path.name.startswith("."):
                yield Piece(max(stat.st_atime, stat.st_mtime), stat.st_size, path)


def note_use(path: Path) -> None:
    """A piece was used now: its access time says so, also where the disk does not keep them."""
    with suppress(FileNotFoundError):
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


def remember(folder: Path, report: Report) -> None:
    """Write the report down for whoever asks how full it is."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{REPORT}"
    aside.write_text(json.dumps(asdict(report)))
    aside.replace(folder / REPORT)


def remembered(folder: Path) -> Report | None:
    """The last report; None before the first."""
    try:
        told: dict[str, Any] = json.loads((folder / REPORT).read_text())
        return Report(**told)
    except (FileNotFoundError, ValueError, TypeError):
        return None
