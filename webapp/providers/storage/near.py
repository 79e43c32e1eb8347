"""What of a bucket lies near: files in the home, as many as there is room for. Those longest unused go first."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FOLDERS: Final = ("assets", "artefacts", "pieces", "presenters", "consents")
LOOK_EVERY_S: Final = 60.0
UNTOUCHED_S: Final = 3600.0
"""What was used within the last hour stays, whatever its size: somebody may be about to open it."""
UNUSED_S: Final = 7 * 24 * 3600.0
"""What nobody has used for a week goes, room or no room: elsewhere it may have been deleted."""


@dataclass(slots=True)
class Near:
    """The near files of `home`, of which about `bytes_max` are left. A use is noted in a file's access time by `touch`."""

    home: Path
    bytes_max: int
    _looked_at: float = field(default=float("-inf"))

    def touch(self, path: Path) -> bool:
        """Note a use; False where it is not here."""
        try:
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
        except FileNotFoundError:
            return False
        return True

    def make_room(self) -> None:
        """Now and then: remove what has not been used for longest until the rest is small enough."""
        if time.monotonic() - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = time.monotonic()
        files = sorted(self._files())
        spare, now = sum(size for _, size, _ in files) - self.bytes_max, time.time()
        for used_at, size, path in files:
            if used_at > now - UNTOUCHED_S or (spare <= 0 and used_at > now - UNUSED_S):
                return
            path.unlink(missing_ok=True)
            spare -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each was last used, its size in bytes, and where it is."""
        for folder in FOLDERS:
            for path in (self.home / folder).rglob("*"):
                with suppress(FileNotFoundError):
                    stat = path.stat()
                    if path.is_file():
                        yield max(stat.st_atime, stat.st_mtime), stat.st_size, path
