"""Stamps: a step whose inputs have not changed since it was done is not done again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest_of(paths: Iterable[Path], *facts: str) -> str:
    """One digest of the files' bytes, their names and some facts."""
    total = hashlib.sha256()
    for fact in facts:
        total.update(fact.encode() + b"\0")
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_done(folder: Path, name: str, digest: str) -> bool:
    """Whether the step was finished with these inputs."""
    stamp = folder / name
    return stamp.exists() and stamp.read_text() == digest


def write_done(folder: Path, name: str, digest: str) -> None:
    """The step is finished."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(digest)
