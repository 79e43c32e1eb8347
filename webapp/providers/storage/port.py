"""What a storage does, whoever offers it.

A file or folder is named by its place below the home (`Settings.home`), whether or not it is there at this moment. Programs read and write
in the home; the storage sees to it that what one machine kept is what another brings. Every function raises StorageAway where the storage
does not answer, and OSError for a full disk.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What is said of a file to whoever fetches it by a signed address."""

    media_type: str | None = None
    disposition: str | None = None
    cache_control: str = "private, no-cache"


class Storage(Protocol):
    """Keeps files for every machine."""

    @property
    def home(self) -> Path:
        """What places are below."""

    @property
    def landing(self) -> "Landing":
        """Where uploads come in."""

    def keep(self, path: Path) -> None:
        """Once this returns, the file or folder that stands at `path` is there for every machine, whole. A folder replaces the one kept."""

    def move(self, source: Path, target: Path) -> None:
        """A file that was kept has another place from now on, in one step."""

    def copy(self, source: Path, target: Path) -> bool:
        """A kept file is kept at a second place as well; False where there is none."""

    def has(self, path: Path) -> bool:
        """Whether the file is kept."""

    def bring(self, path: Path, *, anew: bool = False) -> bool:
        """Have the file stand at `path`; False where none is kept. With `anew`, as it is now: for the few that change."""

    def bring_folder(self, path: Path) -> bool:
        """Have all files of the folder stand below `path`, as they are now; False where none is kept."""

    def kept(self, folder: Path) -> Iterator[Path]:
        """The places of all files that are kept below `folder`."""

    def remove(self, *paths: Path) -> None:
        """Forget files, here and for every machine."""

    def remove_folder(self, path: Path) -> None:
        """Forget all that is kept below `path`."""

    def remove_folders(self, root: Path, name_begin: str) -> None:
        """Forget all folders in `root` whose names begin so."""

    def signed(self, path: Path, wrapping: Wrapping, *, outside: bool) -> str | None:
        """An address that gives the file, with ranges, for some minutes: to browsers (`outside`) or to our own proxy.

        None where the storage gives out no such addresses: then the file is brought and sent.
        """

    def check(self) -> None:
        """Ask for a sign of life."""


class Landing(Protocol):
    """Files on their way in, by the id of their upload."""

    def size(self, upload_id: str) -> int:
        """How many bytes have come and are safe."""

    def head(self, upload_id: str, length_bytes: int) -> bytes:
        """As many of the first bytes as have come."""

    def receiving(self, upload_id: str, length_bytes: int) -> AbstractContextManager["Arriving"]:
        """Take bytes in, inside the block; what came before it raises is kept. Raises BlockingIOError while somebody else does."""

    def settle(self, upload_id: str, place: Callable[[str], Path]) -> tuple[str, int]:
        """Keep a file that has come whole at the place of its digest; gives digest (SHA-256) and size in bytes."""

    def remove(self, upload_id: str) -> None:
        """Give an upload up, with what has come of it."""

    def sweep(self, known: Collection[str], before: datetime) -> None:
        """Remove what has come of unknown uploads and was last touched before this moment."""


class Arriving(Protocol):
    """An upload that bytes are added to."""

    @property
    def size(self) -> int:
        """How many bytes are here."""

    def write(self, piece: bytes) -> None:
        """Add these."""
