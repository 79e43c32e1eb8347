"""What we made, as files named by digest: speech, mixed sound, segments, exports. None is ever half there."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FOLDER: Final = "artefacts"
"""Below the home."""
_NAME: Final = re.compile(r"[0-9a-f]{32,64}")


def place(root: Path, digest: str, extension: str) -> Path:
    """Where the artefact stands, whether or not it is there: `<root>/<ab>/<digest>.<extension>`. Raises ValueError for no digest."""
    if not _NAME.fullmatch(digest):
        raise ValueError(f"not a digest: {digest!r}")
    return root / digest[:2] / f"{digest}.{extension}"


def named(root: Path, name: str) -> Path:
    """Where the artefact called `<digest>.<extension>` stands. Raises ValueError for no such name."""
    digest, _, extension = name.partition(".")
    return place(root, digest, extension)


@contextmanager
def publishing(target: Path) -> Iterator[Path]:
    """A path aside to write to; what was written there is `target` once the block is left, and gone if it raised."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
    try:
        yield aside
        os.replace(aside, target)  # noqa: PTH105 - one call, atomic
    finally:
        aside.unlink(missing_ok=True)
