"""Cells at work: run a program in the sandbox, hear what it says line by line, and end it when it is not wanted or takes too long."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from roles import lifeline, sandbox
from roles.sandbox import Sight, Walls
from webapp.errors import Unavailable
from webapp.settings import Environment, Settings

LOOK_S: Final = 0.1
LINE_BYTES_MAX: Final = 64 * 1024
BROKEN: Final = 1
"""The exit status of a cell that could not be made, or whose program raised; a killed one has another."""

log = structlog.get_logger("cells")


class CellFailed(Exception):
    """The cell broke down, and not because of what it read: worth another attempt."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A program of ours and its arguments, what it may see, and how long it may take."""

    module: str
    arguments: Sequence[str]
    sight: Sight
    seconds_max: float


def walls(settings: Settings) -> Walls:
    """What cells are made of here. Raises Unavailable `sandbox-missing` in production where it is limits alone."""
    kind = sandbox.walls()
    if kind is Walls.LIMITS:
        if settings.environment is Environment.PRODUCTION:
            raise Unavailable("sandbox-missing")
        log.warning("uploads are read behind resource limits alone: install bubblewrap")
    return kind


def run(cell: Cell, kind: Walls, aside: Path, look: Callable[[], None]) -> Iterator[dict[str, Any]]:
    """What the cell says, as it says it; `look` is called meanwhile and may raise. Output goes through files in `aside`.

    A cell that was killed, by its limits or by what it read, simply says no more. Raises CellFailed where the cell itself broke down.
    """
    said, complained = aside / "said", aside / "complained"
    with said.open("wb") as output, complained.open("wb") as complaints:
        child = subprocess.Popen(  # noqa: S603 - our own words; the original's name is one we gave it
            sandbox.command(kind, cell.module, cell.arguments, cell.sight),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=complaints,
            env=sandbox.environment(),
            cwd=sandbox.REPOSITORY,
            preexec_fn=lifeline.tied(),  # noqa: PLW1509 - this process has one thread that forks
        )
    try:
        yield from _heard(child, said, round(cell.seconds_max / LOOK_S), look)
        status = child.poll()
    finally:
        child.kill()
        child.wait()
    if status != 0:
        log.warning("cell ended badly", module=cell.module, status=status, complaint=complained.read_text("utf-8", "replace")[-500:])
    if status == BROKEN:
        raise CellFailed


def _heard(child: "subprocess.Popen[bytes]", said: Path, looks: int, look: Callable[[], None]) -> Iterator[dict[str, Any]]:
    with said.open("rb") as lines:
        held = b""
        for _ in range(looks):
            ended = _ended(child)
            held += lines.read(LINE_BYTES_MAX)
            *whole, held = held.split(b"\n")
            yield from (json.loads(line) for line in whole)
            if ended:
                return
            look()


def _ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(LOOK_S)
    except subprocess.TimeoutExpired:
        return False
    return True
