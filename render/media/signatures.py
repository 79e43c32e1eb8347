"""What a file is by its first bytes: names and claims of others are not believed."""

from pathlib import Path
from typing import Final, Literal

from render.errors import MediaRefused, MissingSource

Kind = Literal["jpeg", "png", "webp", "mp4", "matroska", "wav"]

HEAD_BYTES: Final = 16


def kind_of(path: Path, allowed: frozenset[Kind]) -> Kind:
    """The kind of file at `path`. Raises MediaRefused(`empty` or `format`) unless it is one of `allowed`, MissingSource without a file."""
    head = _head(path)
    if not head:
        raise MediaRefused("empty", name=path.name)
    kind = _kind(head)
    if kind is None or kind not in allowed:
        raise MediaRefused("format", name=path.name)
    return kind


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise MissingSource(what="file", name=path.name) from error


def _kind(head: bytes) -> Kind | None:
    riff = head[8:12] if head[:4] == b"RIFF" else b""
    signs: tuple[tuple[Kind, bool], ...] = (
        ("jpeg", head.startswith(b"\xff\xd8\xff")),
        ("png", head.startswith(b"\x89PNG\r\n\x1a\n")),
        ("webp", riff == b"WEBP"),
        ("wav", riff == b"WAVE"),
        ("mp4", head[4:8] == b"ftyp"),
        ("matroska", head.startswith(b"\x1a\x45\xdf\xa3")),
    )
    return next((kind for kind, fits in signs if fits), None)
