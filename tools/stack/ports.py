"""Addresses on this machine: the web's, kept open across restarts of the web, and free ones for the rest."""

import errno
import socket
from typing import Final

from tools.stack.errors import StackRefused

FIRST_PORT: Final = 5600
PORTS_TRIED: Final = 100
BACKLOG: Final = 512


def open_web(host: str, port: int | None, preferred: int = FIRST_PORT) -> socket.socket:
    """A listening socket on `port`, or on the first free one from `preferred` when none is asked for."""
    if port is not None:
        return _open(host, port)
    for candidate in range(preferred, preferred + PORTS_TRIED):
        try:
            return _open(host, candidate)
        except StackRefused:
            continue
    raise StackRefused(f"No free port between {preferred} and {preferred + PORTS_TRIED - 1}; name one: PORT=8080 make run")


def free_port() -> int:
    """A port on the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _open(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise StackRefused(_why(host, port, error)) from error
    return listener


def _why(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Stop it, or choose another: PORT={port + 1} make run"
    return f"Cannot listen on {host}:{port}: {error}"
