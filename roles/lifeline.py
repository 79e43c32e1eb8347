"""Linux's lifeline: a child that dies with its parent, however the parent dies. Standard library only."""

import ctypes
import os
import signal
from collections.abc import Callable
from typing import Final

PR_SET_PDEATHSIG: Final = 1  # prctl(2)


def die_with(parent_pid: int, sig: signal.Signals = signal.SIGKILL) -> None:
    """In a new child: receive `sig` when the thread that made it ends; leave at once if it already has."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(1)


def tied(sig: signal.Signals = signal.SIGKILL, niceness: int = 0) -> Callable[[], None]:
    """For `Popen(preexec_fn=…)` in a main thread: the child dies with this process and gives way by `niceness`."""
    parent_pid = os.getpid()

    def prepare() -> None:
        die_with(parent_pid, sig)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if niceness:
            os.nice(niceness)

    return prepare
