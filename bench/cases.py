"""The cases of a workload: a command for each renderer, or why it cannot run."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bench import graphs, scripts
from bench.peers import of_remotion
from bench.places import BENCH, FILMS, MEDIA, ROOT, VENV
from bench.stills import box
from render.timeline.resolve import resolve

PEERS: Final = ("ffmpeg", "mlt", "ges", "moviepy", "movis", "remotion")
SLOW: Final = frozenset({"moviepy", "movis", "remotion"})
"""Run in one round: they take minutes, and their place is not in doubt."""
SYSTEM_PYTHON: Final = "/usr/bin/python3"

Inside = Callable[[str], dict[str, tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Case:
    """`inside` reads from what the command printed what each of its parts took (wall and processor seconds)."""

    name: str
    command: Sequence[str | Path] = ()
    missing: str = ""
    inside: Inside | None = None
    once: bool = False


def of(workload: str, peers: Sequence[str], device: str = "cpu") -> list[Case]:
    """Ours first, composing on `device`, then the peers asked for; a peer that has no such workload is left out."""
    ours: list[str | Path] = [sys.executable, "-m", "bench.ours", workload, FILMS / f"{workload}-ours.mp4", device]
    found = [Case("ours", ours, inside=_parts)]
    for peer in peers:
        found += _peer(workload, peer)
    return found


def environment() -> dict[str, str]:
    """For those that run in interpreters of their own: where our words and numbers are."""
    path = BENCH / "facts.json"
    path.write_text(json.dumps(_facts()) + "\n")
    return {"PYTHONPATH": str(ROOT), "PIYING_BENCH_FACTS": str(path)}


def _facts() -> dict[str, object]:
    return {
        "media": str(MEDIA),
        "logo": scripts.LOGO,
        "presenter": scripts.PRESENTER,
        "subtitle": box("subtitle0.png", scripts.SUBTITLE_CENTRE),
        "slide": box("slide0.png", scripts.SLIDE_CENTRE),
        "cuts": scripts.CUTS,
        "said": _said(),
        "zoom": scripts.ZOOM,
    }


def _said() -> list[tuple[int, int]]:
    """From which frame of W1 to which somebody speaks."""
    document = scripts.w1()
    timeline = resolve(document, scripts.manifest(document))
    spoken = ((scene.range.start + block.range.start, block.range.duration) for scene in timeline.scenes for block in scene.blocks)
    return [(start // scripts.FRAME, -(-(start + duration) // scripts.FRAME)) for start, duration in spoken]


def _parts(printed: str) -> dict[str, tuple[float, float]]:
    found = json.loads(printed.strip().splitlines()[-1])
    return {name: (part["wall_s"], part["cpu_s"]) for name, part in found.items()}


def _peer(workload: str, peer: str) -> list[Case]:
    out = FILMS / f"{workload}-{peer}.mp4"
    if peer == "ffmpeg":
        return _ffmpeg(workload, out)
    if workload == "W4":
        return []
    reason = _missing(peer)
    if reason:
        return [Case(peer, missing=reason)]
    return [Case(peer, _command(peer, workload, out), once=peer in SLOW)]


def _ffmpeg(workload: str, out: Path) -> list[Case]:
    found = [Case("ffmpeg", graphs.WORKLOADS[workload](out))]
    if workload in {"W1", "W4"}:
        prores = FILMS / f"{workload}-ffmpeg_prores.mp4"
        found.append(Case("ffmpeg_prores", (graphs.w1 if workload == "W1" else graphs.w4)(prores, "prores")))
    return found


def _command(peer: str, workload: str, out: Path) -> list[str | Path]:
    if peer == "remotion":
        return of_remotion.command(workload, out)
    python = {"ges": SYSTEM_PYTHON, "mlt": SYSTEM_PYTHON}.get(peer, str(VENV / "bin/python"))
    return [python, "-m", f"bench.peers.of_{peer}", workload, out]


@cache
def _missing(peer: str) -> str:
    """Why a peer cannot run here, or nothing."""
    if peer == "mlt":
        return "" if shutil.which("melt") else "apt-get install melt"
    if peer == "ges":
        return _import_error(SYSTEM_PYTHON, "import gi; gi.require_version('GES', '1.0'); from gi.repository import GES")
    if peer in {"moviepy", "movis"}:
        return _import_error(str(VENV / "bin/python"), f"import {peer}")
    if peer == "remotion":
        return of_remotion.missing()
    return "nobody knows it"


def _import_error(python: str, statement: str) -> str:
    if not os.access(python, os.X_OK):
        return f"no {python}"
    done = subprocess.run([python, "-c", statement], capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""
