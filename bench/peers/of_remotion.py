"""Remotion: `python -m bench.peers.of_remotion` installs what `remotion/` names, apart from all else, and makes its films a page.

It runs under Node.js in the Chromium that is here; its own it would fetch from elsewhere.
"""

import argparse
import filecmp
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.places import MEDIA, REMOTION

SOURCES: Final = Path(__file__).parent / "remotion"
BUNDLE: Final = REMOTION / "bundle"
BROWSERS: Final = ("chromium-headless-shell", "chromium", "google-chrome")
"""Its own would be a headless shell; the first that is here is taken."""


def missing() -> str:
    """What it lacks here, or nothing."""
    if not shutil.which("node"):
        return "no node"
    if not _browser():
        return "no Chromium"
    if not BUNDLE.exists() or not _is_current():
        return "python -m bench.peers.of_remotion installs it; its licence is no common one (bench/README.md)"
    return ""


def command(workload: str, film: Path) -> list[str | Path]:
    """Renders a workload."""
    return ["node", REMOTION / "render.mjs", workload, film, _browser()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Install, or install anew."""
    argparse.ArgumentParser(prog="python -m bench.peers.of_remotion", description=__doc__).parse_args(arguments)
    shutil.copytree(SOURCES, REMOTION, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    shutil.rmtree(BUNDLE, ignore_errors=True)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=REMOTION, check=True)
    subprocess.run(["node", REMOTION / "bundle.mjs", MEDIA, BUNDLE], check=True)
    return 0


def _browser() -> str:
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def _is_current() -> bool:
    """Whether what was installed is what stands here."""
    names = [path.name for path in SOURCES.iterdir() if path.is_file()]
    return filecmp.cmpfiles(SOURCES, REMOTION, names, shallow=False)[0] == names


if __name__ == "__main__":
    sys.exit(main())
