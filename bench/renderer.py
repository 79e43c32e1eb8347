"""The renderer's own figures: `python -m bench [DOCUMENT.json] [--json FILE]` measures it here and prints what it took."""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from bench import figures
from bench.stand import ROOT, Stand
from render.pixels.warm import warm
from render.presets.exports import PRESETS
from render.timeline import codec

SIDES_PX = (540, 1080)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and keep the figures where `--json` says."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(1)
    warm()
    document = codec.read(options.document.read_bytes())
    with TemporaryDirectory(prefix="piying-figures-") as folder:
        stand = Stand(document, Path(folder))
        measured = {"export": figures.exporting(stand, PRESETS[options.preset])}
        measured |= {f"compose_{side}": figures.composing(stand, side, options.frames) for side in options.sides}
        measured["seek"] = figures.seeking(stand, options.frames)
        measured["recompile"] = figures.recompiling(stand, max(1, options.frames // 10))
    for group, values in measured.items():
        for name, value in values.items():
            print(f"{group:14} {name:32} {value:9.2f}")
    if options.json:
        facts = {"machine": machine(), "document": options.document.name, "preset": options.preset, "frames": options.frames}
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(facts | {"figures": measured}, indent=2) + "\n")
    return 0


def machine() -> dict[str, Any]:
    """What the figures were taken on, and how busy it was: without this they say nothing."""
    cpu = next((line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")), platform.processor())
    busy = os.getloadavg()[0]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": busy,
        "torch": torch.__version__,
    }


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the renderer on this machine.")
    parser.add_argument("document", type=Path, nargs="?", default=ROOT / "bench/documents/serum-zh.json", metavar="DOCUMENT.json")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="720p", help="of the exports (default: %(default)s)")
    parser.add_argument("--sides", type=int, nargs="+", default=SIDES_PX, metavar="PX", help="shorter sides to compose at")
    parser.add_argument("--frames", type=int, default=100, metavar="N", help="frames and seeks to measure (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures, and what they were taken on")
    return parser
