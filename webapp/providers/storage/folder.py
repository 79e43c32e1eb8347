"""The storage of one machine, or of several that share a file system: what stands in the home is kept."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path

from webapp.providers.storage.port import Wrapping


@dataclass(frozen=True, slots=True)
class FolderLanding:
    """Uploads as files of a folder. A lock on each keeps writers apart."""

    folder: Path

    def size(self, upload_id: str) -> int:
        """The file's size."""
        try:
            return (self.folder / upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def head(self, upload_id: str, length_bytes: int) -> bytes:
        """The file's beginning."""
        with (self.folder / upload_id).open("rb") as file:
            return file.read(length_bytes)

    @contextmanager
    def receiving(self, upload_id: str, length_bytes: int) -> Iterator["FolderArriving"]:  # noqa: ARG002 - a bucket has to know it
        """Append to the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / upload_id).open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield FolderArriving(file)

    def settle(self, upload_id: str, place: Callable[[str], Path]) -> tuple[str, int]:
        """Move the file to its place."""
        file = self.folder / upload_id
        with file.open("rb") as bytes_of_it:
            digest = hashlib.file_digest(bytes_of_it, "sha256").hexdigest()
        size, target = file.stat().st_size, place(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        return digest, size

    def remove(self, upload_id: str) -> None:
        """Remove the file."""
        (self.folder / upload_id).unlink(missing_ok=True)

    def sweep(self, known: Collection[str], before: datetime) -> None:
        """Remove files without a row."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in known and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class FolderArriving:
    """The file's end."""

    file: FileIO

    @property
    def size(self) -> int:
        """The file's size; there is more of it than was said if another writer was faster."""
        return os.fstat(self.file.fileno()).st_size

    def write(self, piece: bytes) -> None:
        """Append, so that the next one to ask finds it, and on a full disk as much of it as there was room for."""
        left = memoryview(piece)
        while left:
            left = left[self.file.write(left) :]


@dataclass(frozen=True, slots=True)
class FolderStorage:
    """`home` is the storage."""

    home: Path

    @property
    def landing(self) -> FolderLanding:
        """`home/uploads`."""
        return FolderLanding(self.home / "uploads")

    def keep(self, path: Path) -> None:
        """It stands there."""

    def move(self, source: Path, target: Path) -> None:
        """By rename."""
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)

    def copy(self, source: Path, target: Path) -> bool:
        """A second name for the same bytes, where the file system has such."""
        if not source.is_file():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, target)
        return True

    def has(self, path: Path) -> bool:
        """Whether it stands there."""
        return path.is_file()

    def bring(self, path: Path, *, anew: bool = False) -> bool:  # noqa: ARG002 - what stands here is as it is now
        """Whether it stands there."""
        return path.is_file()

    def bring_folder(self, path: Path) -> bool:
        """Whether it stands there."""
        return path.is_dir()

    def kept(self, folder: Path) -> Iterator[Path]:
        """All files below, in order."""
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())

    def remove(self, *paths: Path) -> None:
        """Remove files."""
        for path in paths:
            path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(path, ignore_errors=True)

    def remove_folders(self, root: Path, name_begin: str) -> None:
        """Remove those."""
        for path in root.glob(f"{name_begin}*"):
            shutil.rmtree(path, ignore_errors=True)

    def signed(self, path: Path, wrapping: Wrapping, *, outside: bool) -> str | None:  # noqa: ARG002 - files here are sent from here
        """None: files are sent from here."""
        return None

    def check(self) -> None:
        """Be able to write."""
        self.home.mkdir(parents=True, exist_ok=True)
