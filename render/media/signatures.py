"""What a file is by its first bytes."""

from pathlib import Path

from render.errors import MediaRefused, MissingSource
from render.presets.formats import HEAD_BYTES, Format, recognise


def format_of(path: Path, allowed: frozenset[Format]) -> Format:
    """The format of the file at `path`. Raises MediaRefused(`empty`, `format`) unless `allowed`, MissingSource without a file."""
    head = _head(path)
    if not head:
        raise MediaRefused("empty", name=path.name)
    found = recognise(head)
    if found is None or found not in allowed:
        raise MediaRefused("format", name=path.name)
    return found


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise MissingSource(what="file", name=path.name) from error
