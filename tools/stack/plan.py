"""What runs on one machine: the web, the workers by role, and the servers they talk through."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from roles.registry import ROLES
from tools.stack.processes import Program
from tools.stack.valkey import Instance

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SPARES: Final = 1


def server(instance: Instance, binary: Path, environment: Mapping[str, str]) -> Program:
    """A Valkey server; a TERM lets it write its log of commands out."""
    return Program(instance.name, (str(binary), str(instance.write_config())), environment, end=signal.SIGTERM)


def web(listener: int, environment: Mapping[str, str]) -> Program:
    """The web, on a socket that we hold: requests wait while it restarts."""
    command = (sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app")
    return Program("web", command, {**environment, "PIYING_BIND": f"fd://{listener}"}, fds=(listener,))


def workers(environment: Mapping[str, str], preview_slots: int) -> list[Program]:
    """The workers of every role, each with its count."""
    counts = {"preview": preview_slots + SPARES, "render": max(1, min(2, (os.cpu_count() or 1) // 2))}
    return [
        Program(role.name, (sys.executable, "worker.py", role.name, "--count", str(counts.get(role.name, 1))), environment, nice=role.nice)
        for role in ROLES.values()
    ]
