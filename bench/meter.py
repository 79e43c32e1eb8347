"""What a command takes: wall time, processor time of its whole process tree, and the most memory that the tree held at once."""

import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

LOOK_EVERY_S: Final = 0.25
PR_SET_CHILD_SUBREAPER: Final = 36


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run took. `status` is the exit status; `printed` the end of what it wrote."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    status: int
    printed: str


def adopt_orphans() -> None:
    """Have grandchildren whose parents die counted too: they become children of this process."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measured(command: Sequence[str | Path], log: Path, *, timeout_s: float, env: dict[str, str] | None = None) -> Taken:
    """Run a command to its end, or to the end of its time, when it and its children are killed. For one command at a time."""
    before, start = _children_cpu_s(), time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | (env or {}),
            start_new_session=True,
        )
        with _Watch(process.pid) as watch:
            status = _waited(process, timeout_s)
    wall_s = time.perf_counter() - start
    _reap()
    printed = log.read_text(errors="replace")[-4_000:]
    return Taken(wall_s, _children_cpu_s() - before, watch.peak_kb / 1024, status, printed)


def forget_peak() -> None:
    """Count this process's most memory from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """The most memory that this process has held since then."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1_024


class _Watch:
    """Looks at a tree of processes until it is left. Shared memory counts once (proportional set size)."""

    def __init__(self, pid: int) -> None:
        self.peak_kb = 0
        self._pid, self._stop = pid, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            self.peak_kb = max(self.peak_kb, sum(_held_kb(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _held_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _waited(process: "subprocess.Popen[bytes]", timeout_s: float) -> int:
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait() or -signal.SIGKILL


def _reap() -> None:
    """Wait for adopted children that have ended, so that they are counted."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
