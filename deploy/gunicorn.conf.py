"""gunicorn: threads, because every open socket holds one."""  # noqa: INP001 - read by path, never imported

import gc
import os
import sys
from typing import Any

from roles import lifeline

TURN_S = 0.0005
COLLECT = (700, 10, 100)
"""All that is kept is looked through for garbage ten times less often than usual."""
sockets_max = int(os.environ.get("PIYING_SOCKETS_MAX", "64"))

bind = os.environ.get("PIYING_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("PIYING_WEB_PROCESSES", "1"))
threads = sockets_max + 16
graceful_timeout = 3
timeout = 60
keepalive = 5
errorlog = "-"
loglevel = os.environ.get("PIYING_LOG_LEVEL", "warning")


def post_fork(_server: Any, worker: Any) -> None:
    """A worker does not outlive its master, and its threads take turns quickly: pictures on their way wait for no page being written."""
    lifeline.die_with(worker.ppid)
    sys.setswitchinterval(TURN_S)


def post_worker_init(_worker: Any) -> None:
    """What was loaded stays, and much of documents is kept: to look through it for garbage holds everybody up for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
