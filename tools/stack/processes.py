"""Child processes that are kept alive, and whose words go to a log file; a few of them to the terminal."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from roles.lifeline import tied

PAUSE_S: Final = 0.5
PAUSE_S_MAX: Final = 15.0
STEADY_S: Final = 30.0
LOG_BYTES_MAX: Final = 8 * 1024 * 1024
TOLD: Final = "» "
ALARMING: Final = re.compile(r"\b(error|critical|traceback)\b", re.IGNORECASE)

Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: `nice` below our own priority, `end` the signal it dies by when we do, `fds` handed on."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    nice: int = 0
    end: signal.Signals = signal.SIGKILL
    fds: tuple[int, ...] = ()


class Log:
    """A log file that is begun anew when it grows too long; the one before is kept as `.1`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab")

    def write(self, data: bytes) -> None:
        """Append."""
        if self._file.tell() > LOG_BYTES_MAX:
            self._file.close()
            self.path.replace(self.path.with_suffix(".log.1"))
            self._file = self.path.open("ab")
        self._file.write(data)
        self._file.flush()

    def close(self) -> None:
        """No more words."""
        self._file.close()


@dataclass(slots=True)
class Child:
    """A program and the process that runs it now."""

    program: Program
    folder: Path
    log: Log
    say: Say
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = PAUSE_S
    due: float = 0.0
    rest: bytes = field(default=b"")

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def output(self) -> IO[bytes] | None:
        """The pipe with its words."""
        return self.process.stdout if self.process else None

    def start(self) -> None:
        """Run it, tied to our life, in a session of its own so that the terminal's Ctrl-C comes to us alone."""
        self.process = subprocess.Popen(
            self.program.command,
            cwd=self.folder,
            env=dict(self.program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.program.fds,
            preexec_fn=tied(self.program.end, self.program.nice),  # noqa: PLW1509 - we have one thread
        )
        if self.process.stdout is not None:
            os.set_blocking(self.process.stdout.fileno(), False)
        self.started = time.monotonic()

    def note_death(self) -> None:
        """It died: plan its return, later each time it dies young."""
        code = self.process.returncode if self.process else None
        young = time.monotonic() - self.started < STEADY_S
        self.pause_s = min(self.pause_s * 2, PAUSE_S_MAX) if young else PAUSE_S
        self.due = time.monotonic() + self.pause_s
        self.say(self.program.name, f"ended ({code}); starts again in {self.pause_s:.0f} s; log: {self.log.path}")
        self.read()
        self.process = None

    def read(self) -> None:
        """Take what it said to the log, and to the terminal what a person should see."""
        if self.output is None or self.output.closed:
            return
        data = self.output.read()
        if data == b"":
            self.output.close()
        if not data:
            return
        self.log.write(data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self._tell(line.decode("utf-8", "replace"))

    def _tell(self, line: str) -> None:
        if TOLD in line:
            self.say(self.program.name, line.partition(TOLD)[2])
        elif ALARMING.search(line):
            self.say(self.program.name, line[:300])

    def ask_to_stop(self) -> None:
        """Send it a TERM."""
        if self.process is not None and self.alive:
            self.process.terminate()

    def finish(self, deadline: float) -> None:
        """Wait for its end until `deadline`, then end it and all that it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.read()
        self.log.close()
