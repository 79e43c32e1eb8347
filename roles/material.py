"""What runs in the cell: `python -m roles.material look|make|hear ORIGINAL FOLDER SECONDS`. It says one JSON object a line.

`{"ticks": n}` tells how far it is; the last line is one of `{"facts": {…}}`, `{"refused": reason, "facts": {…}}` and `{"full": true}`.
"""

import errno
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from roles.sandbox import Limits, confine

MEMORY_BYTES: Final = 3 * 2**30
CPU_S_LEAST: Final = 60
CPU_S_PER_SECOND: Final = 30
FILE_BYTES_LEAST: Final = 64 * 2**20
FILE_BYTES_PER_SECOND: Final = 10 * 2**20
SAID_EVERY_TICKS: Final = 240_000


def main(arguments: Sequence[str]) -> int:
    """Read the original and write what is made of it."""
    task, original, folder, seconds = arguments
    confine(limits(int(seconds)))
    from render.errors import MediaRefused  # noqa: PLC0415 - only once the limits stand
    from render.media import ingest  # noqa: PLC0415

    try:
        work = {"look": ingest.look, "make": _making, "hear": ingest.hear}[task]
        _say(facts=asdict(work(Path(original), Path(folder))))
    except MediaRefused as refusal:
        _say(refused=refusal.reason, facts=refusal.facts)
    except MemoryError:
        _say(refused="memory", facts={})
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _say(full=True)
    return 0


def limits(seconds: int) -> Limits:
    """What a cell may use on a film of so many seconds."""
    return Limits(
        memory_bytes=MEMORY_BYTES,
        cpu_s=CPU_S_LEAST + CPU_S_PER_SECOND * seconds,
        file_bytes=FILE_BYTES_LEAST + FILE_BYTES_PER_SECOND * seconds,
    )


def _making(original: Path, folder: Path) -> Any:
    from render.media import ingest  # noqa: PLC0415 - as above

    said = 0

    def tell(ticks: int) -> None:
        nonlocal said
        if ticks >= said + SAID_EVERY_TICKS:
            said = ticks
            _say(ticks=ticks)

    return ingest.make(original, folder, tell)


def _say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
