"""Linux's lifeline: a child that dies with its parent, however the parent dies, and gives way to others. Standard library only."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

PR_SET_PDEATHSIG: Final = 1  # prctl(2)
GROUP: Final = Path("/proc/self/autogroup")
GROUP_TRIES: Final = 20
GROUP_PAUSE_S: Final = 0.05


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
            give_way(niceness)

    return prepare


def give_way(niceness: int) -> None:
    """Give way to others from now on, this process and the session that it leads.

    Where the kernel groups processes by session (sched(7), autogroup), as it does on most machines, niceness counts within the
    session alone and says nothing to the others: there the group is made as nice. The kernel lets that be done ten times a second.
    """
    os.nice(niceness)
    if os.getsid(0) != os.getpid():
        return
    for _ in range(GROUP_TRIES):
        try:
            GROUP.write_text(str(niceness))
        except BlockingIOError:
            time.sleep(GROUP_PAUSE_S)
        except OSError:
            return
        else:
            return
