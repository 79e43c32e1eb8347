"""`python -m bench run`: the workloads in our renderer and in others, one after the other, round by round."""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench import cases, whole
from bench.cases import Case
from bench.likeness import frame_count, is_constant, ssim
from bench.meter import adopt_orphans, measured
from bench.places import FILMS
from bench.renderer import machine

COMPARED: Final = ("W1", "W2", "W3", "W4")
OTHERS: Final = tuple(whole.MEASURES)
TIMEOUT_S: Final = 1_800


@dataclass
class Figures:
    """The best of a case's rounds: the least time, the most memory."""

    wall_s: float = float("inf")
    cpu_s: float = float("inf")
    peak_mb: float = 0.0
    frames: int = 0
    ssim: float = 0.0
    rounds: int = 0
    load: list[float] = field(default_factory=list)

    def take(self, wall_s: float, cpu_s: float, peak_mb: float, load: float) -> None:
        """Another round."""
        self.wall_s, self.cpu_s, self.peak_mb = min(self.wall_s, wall_s), min(self.cpu_s, cpu_s), max(self.peak_mb, peak_mb)
        self.rounds += 1
        self.load.append(round(load, 1))


Table = dict[str, dict[str, Figures]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the ratios, keep the figures where `--json` says."""
    options = _parser().parse_args(arguments)
    wanted = [*COMPARED, *OTHERS] if "all" in options.workloads else options.workloads
    adopt_orphans()
    FILMS.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    table: Table = {}
    for workload in wanted:
        if workload in COMPARED:
            table[workload] = compared(
                workload, options.peers.split(","), options.rounds, partial(print, flush=True), device=options.device
            )
            found[workload] = {name: asdict(figures) for name, figures in table[workload].items()}
            _print_ratios(workload, table[workload])
        else:
            found[workload] = whole.MEASURES[workload](device=options.device)
            _print_figures(workload, found[workload])
        if options.json:
            _keep(options.json, found)
    return 0


def compared(workload: str, peers: Sequence[str], rounds: int, say: Callable[[str], None], *, device: str = "cpu") -> dict[str, Figures]:
    """A workload in all renderers that are here. Who is not here, says so; who fails, is left out."""
    here: list[Case] = []
    for case in cases.of(workload, peers, device):
        if case.missing:
            say(f"{workload} {case.name:16} not here: {case.missing}")
        else:
            here.append(case)
    figures: dict[str, Figures] = {}
    for number in range(rounds):
        for case in here:
            if case.once and number:
                continue
            for name, one in _measured(workload, case, say):
                figures.setdefault(name, Figures()).take(*one)
    _look(workload, here, figures)
    return figures


def _measured(workload: str, case: Case, say: Callable[[str], None]) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    load = os.getloadavg()[0]
    taken = measured(case.command, FILMS / f"{workload}-{case.name}.log", timeout_s=TIMEOUT_S, env=cases.environment())
    if taken.status:
        say(f"{workload} {case.name:16} failed ({taken.status}): {taken.printed.strip()[-300:]}")
        return
    inside = case.inside(taken.printed) if case.inside else {case.name: (taken.wall_s, taken.cpu_s)}
    for name, (wall_s, cpu_s) in inside.items():
        say(f"{workload} {name:16} wall {wall_s:7.2f} s  cpu {cpu_s:7.2f} s  peak {taken.peak_mb:6.0f} MB  load {load:.1f}")
        yield name, (wall_s, cpu_s, taken.peak_mb, load)
    if case.inside:
        yield f"{case.name}_cold", (taken.wall_s, taken.cpu_s, taken.peak_mb, load)


def _look(workload: str, here: Sequence[Case], figures: dict[str, Figures]) -> None:
    """Frames of every film, and its likeness to the reference's."""
    reference = FILMS / f"{workload}-ffmpeg.mp4"
    films = {name: FILMS / f"{workload}-{name}.mp4" for name in figures}
    films |= {f"{case.name}_cold": FILMS / f"{workload}-{case.name}.mp4" for case in here if case.inside}
    for name, own in figures.items():
        own.frames = frame_count(films[name]) if is_constant(films[name]) else 0
        comparable = reference.exists() and not name.endswith(("_edit", "_same"))
        own.ssim = round(ssim(films[name], reference), 4) if comparable else 0.0


def _print_ratios(workload: str, figures: dict[str, Figures]) -> None:
    """A line for each case; the last two numbers are its processor and its wall time over ffmpeg's."""
    against = figures.get("ffmpeg")
    for name, own in figures.items():
        ratios = f"{own.cpu_s / against.cpu_s:7.3f} {own.wall_s / against.wall_s:7.3f}" if against else ""
        taken = f"wall {own.wall_s:7.2f} s  cpu {own.cpu_s:7.2f} s  peak {own.peak_mb:5.0f} MB"
        print(f"{workload} {name:16} {taken}  {own.frames:5} frames  ssim {own.ssim:.4f}  {ratios}")


def _print_figures(workload: str, figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        print(f"{workload} {name:32} {value}")


def _keep(path: Path, found: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found | {"machine": machine()}, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench run", description="Measure our renderer beside others.")
    parser.add_argument("workloads", nargs="+", choices=["all", *COMPARED, *OTHERS], metavar="WORKLOAD", help="all, or some of %(choices)s")
    parser.add_argument("--peers", default=",".join(cases.PEERS), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="default: %(default)s")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="where ours composes (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures, and what they were taken on")
    return parser
