"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A path beside `out` to write to; it takes `out`'s name at the end of the block and is removed if the block raises."""
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{uuid4().hex}{out.suffix}")
    try:
        yield unfinished
        os.replace(unfinished, out)  # noqa: PTH105 - the name says what it does: it replaces
    finally:
        unfinished.unlink(missing_ok=True)
