"""`python -m tools.models [--only PART] [--folder FOLDER] [--export MIRROR]`."""

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

from tools.models.fetch import MEGABYTE, Fetch, FetchRefused
from tools.models.installed import Part, ensure

ROOT: Final = Path(__file__).resolve().parents[2]
FETCHED: Final = {
    "speech": ("tools.models.speech", "render.presets.voices", "render.speech.weights"),
    "faces": ("tools.models.faces",),
    "listening": ("tools.models.listening",),
}
"""By part: the module that installs it, then others that decide what it installs."""
DEVELOPMENT: Final = {"portraits": ("tools.models.portraits",)}
"""Parts that only the tests and the sheets need: installed when asked for by name."""

MUSIC: Final = (
    "tools.music",
    "render.presets.tracks",
    *(f"render.audio.{name}" for name in ("music", "scores", "instruments", "sequencer", "harmony")),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Install what is missing or damaged; 0 when everything stands."""
    asked = _parser().parse_args(arguments)
    mirror = os.environ.get("PIYING_MODELS_MIRROR")
    try:
        if asked.export:
            export(asked.export, asked.only, Path(mirror) if mirror else None)
        else:
            install(asked.folder, asked.only, Path(mirror) if mirror else None)
    except FetchRefused as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


def install(folder: Path, only: Sequence[str], mirror: Path | None) -> None:
    """Bring every part into `folder`; downloads are kept beside it until all stand, so that a second run goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        cache = folder / ".downloads"
        for part in _parts(Fetch(cache, mirror), only):
            print(f"{part.name}: {'installed' if ensure(part, folder) else 'already there'}, {_megabytes(folder)}", flush=True)
        shutil.rmtree(cache, ignore_errors=True)


def export(to: Path, only: Sequence[str], mirror: Path | None) -> None:
    """Fill `to` with every package that an installation reads: a mirror for machines without a network."""
    to.mkdir(parents=True, exist_ok=True)
    for part in _parts(Fetch(to, mirror), only):
        with tempfile.TemporaryDirectory() as scratch:
            part.install(Path(scratch))
    print(f"{to}: {_megabytes(to)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.models", description="Install the model files.")
    default = Path(os.environ.get("PIYING_MODELS", ROOT / ".models"))
    parts = [*FETCHED, "music", *DEVELOPMENT]
    parser.add_argument("--only", action="append", choices=parts, default=[], help="only this part (may be repeated)")
    parser.add_argument("--folder", type=Path, default=default, help="where to install (default: PIYING_MODELS, else .models)")
    parser.add_argument("--export", type=Path, metavar="MIRROR", help="instead of installing, fill a folder for PIYING_MODELS_MIRROR")
    return parser


def _parts(fetch: Fetch, only: Sequence[str]) -> Iterator[Part]:
    """The parts that were asked for and exist in this checkout."""
    for name, (module, *deciding) in (FETCHED | DEVELOPMENT).items():
        if name in (only or FETCHED) and importlib.util.find_spec(module):
            yield Part(name, _recipe(module, *deciding), lambda folder, module=module: import_module(module).install(folder, fetch))  # type: ignore[misc]
    if (not only or "music" in only) and importlib.util.find_spec(MUSIC[0]):
        yield Part("music", _recipe(*MUSIC), _compose)


def _compose(folder: Path) -> None:
    """Music is synthesised, not fetched: in its own process, which gives its memory back."""
    subprocess.run([sys.executable, "-m", MUSIC[0], str(folder / "music")], cwd=ROOT, check=True)


def _recipe(*modules: str) -> str:
    """A digest of the code that installs: a new pin or another rule installs anew."""
    found = [importlib.util.find_spec(module) for module in modules]
    sources = [Path(spec.origin).read_bytes() for spec in found if spec and spec.origin]
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two installations at once do the work once."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _megabytes(folder: Path) -> str:
    return f"{sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / MEGABYTE:.0f} MB in {folder}"


if __name__ == "__main__":
    sys.exit(main())
