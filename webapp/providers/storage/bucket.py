"""The storage in a bucket: what is kept lies there, and the home holds as much of it as there is room for."""

import json
import mimetypes
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from webapp.errors import StorageAway
from webapp.providers.storage.asking import RETRY_AFTER_S, TRANSFER, Asking, Gone, client
from webapp.providers.storage.bucket_landing import BucketLanding
from webapp.providers.storage.near import Near
from webapp.providers.storage.port import Wrapping

SIGNED_S: Final = 3600
BROUGHT: Final = ".brought.json"
"""In a folder that was brought: which version of each of its files this machine has."""
DELETED_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Which bucket stands behind which home; under what prefix; and where browsers reach it, if they may."""

    home: Path
    bucket: str
    prefix: str = ""
    address: str = ""

    def key(self, path: Path) -> str:
        """What a file or folder of the home is called in the bucket."""
        return "/".join(filter(None, (self.prefix, path.relative_to(self.home).as_posix())))


class BucketStorage:
    """Writes go to the bucket before anybody is told of them; reads come from the home where they can."""

    def __init__(self, place: Place, near_bytes_max: int, patience_s: float) -> None:
        self.place = place
        self.near = Near(place.home, near_bytes_max)
        self.ask = Asking(patience_s)

    @property
    def home(self) -> Path:
        """Where the near files are."""
        return self.place.home

    @cached_property
    def client(self) -> Any:
        """Made on first use."""
        return client()

    @cached_property
    def _outside(self) -> Any:
        return client(self.place.address)

    @cached_property
    def landing(self) -> BucketLanding:
        """Multipart uploads of the bucket."""
        return BucketLanding(self, self.place.home / "uploads")

    def call(self, operation: str, **words: Any) -> Any:
        """An operation of S3 on the bucket. Raises Gone and StorageAway."""
        return self.ask(lambda: getattr(self.client, operation)(Bucket=self.place.bucket, **words))

    def read(self, path: Path, **words: Any) -> bytes:
        """An object's bytes. Raises Gone and StorageAway."""
        named = {"Bucket": self.place.bucket, "Key": self.place.key(path), **words}
        return self.ask(lambda: bytes(self.client.get_object(**named)["Body"].read()))

    def keep(self, path: Path) -> None:
        """Put it into the bucket."""
        if path.is_dir():
            self._keep_folder(path)
        else:
            self._put(path)
        self.near.make_room()

    def move(self, source: Path, target: Path) -> None:
        """Copied inside the bucket; the near file is renamed."""
        if not self.copy(source, target):
            raise FileNotFoundError(source)
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        self.remove(source)

    def copy(self, source: Path, target: Path) -> bool:
        """Copied inside the bucket."""
        what = {"Bucket": self.place.bucket, "Key": self.place.key(source)}
        try:
            self.ask(lambda: self.client.copy(what, self.place.bucket, self.place.key(target), Config=TRANSFER))
        except Gone:
            return False
        return True

    def has(self, path: Path) -> bool:
        """Whether it is in the bucket."""
        try:
            self.call("head_object", Key=self.place.key(path))
        except Gone:
            return False
        return True

    def bring(self, path: Path, *, anew: bool = False) -> bool:
        """Fetch it, unless it is here."""
        if not anew and self.near.touch(path):
            return True
        try:
            self._get(path)
        except Gone:
            return False
        self.near.make_room()
        return True

    def bring_folder(self, path: Path) -> bool:
        """Fetch what is missing here or has changed there."""
        there = {path / key.removeprefix(f"{self.place.key(path)}/"): tag for key, tag in self._listed(path)}
        known = _noted(path)
        for file, tag in there.items():
            if known.get(str(file.relative_to(path))) != tag or not self.near.touch(file):
                self._get(file)
        if there:
            _note(path, {str(file.relative_to(path)): tag for file, tag in there.items()})
        return bool(there)

    def kept(self, folder: Path) -> Iterator[Path]:
        """All objects below."""
        yield from (self._file(key) for key, _ in self._listed(folder))

    def remove(self, *paths: Path) -> None:
        """Remove files here and there."""
        self._delete([self.place.key(path) for path in paths])
        for path in paths:
            path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Remove a folder here and there."""
        self.remove(*(self._file(key) for key, _ in self._listed(path)))
        _remove_tree(path)

    def remove_folders(self, root: Path, name_begin: str) -> None:
        """Remove folders here and there."""
        self.remove(*(self._file(key) for key, _ in self._listed(root, name_begin)))
        for path in root.glob(f"{name_begin}*"):
            _remove_tree(path)

    def signed(self, path: Path, wrapping: Wrapping, *, outside: bool) -> str | None:
        """A signed address of the object. Nothing is asked of the server for it."""
        if outside and not self.place.address:
            return None
        said = {
            "ResponseContentType": wrapping.media_type,
            "ResponseContentDisposition": wrapping.disposition,
            "ResponseCacheControl": wrapping.cache_control,
        }
        words = {name: value for name, value in said.items() if value}
        named = {"Bucket": self.place.bucket, "Key": self.place.key(path), **words}
        return str((self._outside if outside else self.client).generate_presigned_url("get_object", Params=named, ExpiresIn=SIGNED_S))

    def check(self) -> None:
        """Whether the bucket is there and lets us in."""
        try:
            self.call("head_bucket")
        except Gone as error:
            raise StorageAway(retry_after_s=RETRY_AFTER_S) from error

    def _put(self, path: Path) -> None:
        kind = {"ContentType": mimetypes.guess_type(path.name)[0] or "application/octet-stream"}
        self.ask(lambda: self.client.upload_file(str(path), self.place.bucket, self.place.key(path), ExtraArgs=kind, Config=TRANSFER))

    def _keep_folder(self, path: Path) -> None:
        """The files first; then what an earlier folder of this name had besides."""
        files = [file for file in path.rglob("*") if file.is_file() and file.name != BROUGHT]
        for file in files:
            self._put(file)
        kept = {self.place.key(file) for file in files}
        self._delete([key for key, _ in self._listed(path) if key not in kept])

    def _get(self, path: Path) -> None:
        with _whole(path) as aside:
            self.ask(lambda: self.client.download_file(self.place.bucket, self.place.key(path), str(aside), Config=TRANSFER))

    def _listed(self, path: Path, name_begin: str = "") -> list[tuple[str, str]]:
        """The key and the version's tag of all objects below."""
        prefix = f"{self.place.key(path)}/{name_begin}"
        found: list[tuple[str, str]] = []
        begun: dict[str, str] = {}
        while True:
            page = self.call("list_objects_v2", Prefix=prefix, **begun)
            found += [(str(item["Key"]), str(item["ETag"])) for item in page.get("Contents", ())]
            if not page.get("IsTruncated"):
                return found
            begun = {"ContinuationToken": page["NextContinuationToken"]}

    def _delete(self, keys: list[str]) -> None:
        for start in range(0, len(keys), DELETED_AT_ONCE):
            gone = [{"Key": key} for key in keys[start : start + DELETED_AT_ONCE]]
            self.call("delete_objects", Delete={"Objects": gone, "Quiet": True})

    def _file(self, key: str) -> Path:
        return self.place.home / (key.removeprefix(f"{self.place.prefix}/") if self.place.prefix else key)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A path aside to write to; it is `path` once the block is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{secrets.token_hex(8)}{path.suffix}")
    try:
        yield aside
        os.replace(aside, path)  # noqa: PTH105 - one call, atomic
    finally:
        aside.unlink(missing_ok=True)


def _noted(folder: Path) -> dict[str, str]:
    try:
        noted: dict[str, str] = json.loads((folder / BROUGHT).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return noted


def _note(folder: Path, tags: dict[str, str]) -> None:
    if tags != _noted(folder):
        with _whole(folder / BROUGHT) as aside:
            aside.write_text(json.dumps(tags), "utf-8")


def _remove_tree(folder: Path) -> None:
    """What is near of a folder, and the folder; nobody minds what another process removed first."""
    for path in sorted(folder.rglob("*"), reverse=True):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
    with suppress(OSError):
        folder.rmdir()
