"""What is installed: a manifest with the hash of every file, so that a second run does nothing and a damaged file is replaced."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.models.fetch import digest_of

MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of model files: `install` writes them below the folder it is given; a new `recipe` means installing anew."""

    name: str
    recipe: str
    install: Callable[[Path], None]


def ensure(part: Part, folder: Path) -> bool:
    """Install `part` into `folder` unless it is there and intact; True when something was done."""
    if intact(part, folder):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{part.name}-", dir=folder) as staging:
        part.install(Path(staging))
        _publish(part, Path(staging), folder)
    return True


def intact(part: Part, folder: Path) -> bool:
    """Whether every file that `part` installed is still what it was, and its recipe too."""
    entry = _manifest(folder).get(part.name)
    if not entry or entry["recipe"] != part.recipe or not entry["files"]:
        return False
    return all((folder / name).is_file() and digest_of(folder / name) == sha256 for name, sha256 in entry["files"].items())


def _publish(part: Part, staging: Path, folder: Path) -> None:
    """Move what was staged into place file by file, drop what an older recipe left, then write the manifest."""
    staged = sorted(file.relative_to(staging) for file in staging.rglob("*") if file.is_file())
    files = {name.as_posix(): digest_of(staging / name) for name in staged}
    for name in staged:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(folder / name)
    manifest = _manifest(folder)
    for name in manifest.get(part.name, {"files": {}})["files"]:
        if name not in files:
            (folder / name).unlink(missing_ok=True)
    _write(folder, {**manifest, part.name: {"recipe": part.recipe, "files": files}})


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads((folder / MANIFEST).read_text("utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _write(folder: Path, manifest: dict[str, dict[str, Any]]) -> None:
    part = folder / f".{MANIFEST}.part"
    part.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    part.replace(folder / MANIFEST)
