"""A parent and its forked workers: those that die are replaced, all go when the parent does."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from roles import lifeline

WAKE: Final = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
PAUSE_S: Final = 0.5
PAUSE_S_MAX: Final = 10.0
STEADY_S: Final = 30.0
GRACE_S: Final = 4.0

log = structlog.get_logger("worker")


@dataclass(frozen=True, slots=True)
class Child:
    """Which of the brood's works a process does, and since when."""

    work: int
    born: float


@dataclass(slots=True)
class Brood:
    """A child for each of `works`."""

    works: Sequence[Callable[[], None]]
    children: dict[int, Child] = field(default_factory=dict)
    pause_s: float = PAUSE_S

    def run(self) -> None:
        """Keep the children alive until a TERM or INT, then let them go within the grace."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WAKE)
        while True:
            for work in set(range(len(self.works))).difference(child.work for child in self.children.values()):
                self._bear(work)
            woken = signal.sigtimedwait(WAKE, 60)
            if woken is not None and woken.si_signo != signal.SIGCHLD:
                break
            if self._reap():
                self._rest()
        self._dismiss()

    def _bear(self, work: int) -> None:
        parent_pid = os.getpid()
        pid = os.fork()
        if pid:
            self.children[pid] = Child(work, time.monotonic())
            return
        code = 1
        try:
            lifeline.die_with(parent_pid)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WAKE)
            self.works[work]()
            code = 0
        except BaseException:
            log.exception("worker ended")
        finally:
            os._exit(code)

    def _reap(self) -> list[int]:
        gone = []
        for pid in list(self.children):
            if os.waitpid(pid, os.WNOHANG)[0]:
                steady = time.monotonic() - self.children.pop(pid).born > STEADY_S
                self.pause_s = PAUSE_S if steady else min(self.pause_s * 2, PAUSE_S_MAX)
                gone.append(pid)
                log.warning("worker died, another takes its place", pid=pid)
        return gone

    def _rest(self) -> None:
        """Before replacing what died young; a TERM or INT meanwhile stays pending."""
        time.sleep(self.pause_s)

    def _dismiss(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        while self.children and time.monotonic() < deadline:
            signal.sigtimedwait((signal.SIGCHLD,), 0.2)
            self._reap_quietly()
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _reap_quietly(self) -> None:
        self.children = {pid: child for pid, child in self.children.items() if not os.waitpid(pid, os.WNOHANG)[0]}
