"""What a home remembers of its stack: the lock that makes it the only one, and where it was last reached."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.stack.errors import StackRefused
from tools.stack.ports import FIRST_PORT

STATE: Final = "stack.json"
LOCK: Final = "stack.lock"


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Be the only stack of this home; raises StackRefused while another runs."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackRefused(f"Already running at {_last(home).get('address', 'another address')} (home {home}).") from error
        yield


def remember(home: Path, address: str, port: int) -> None:
    """Where it is reached, for the next start and for whoever asks."""
    (home / STATE).write_text(json.dumps({"address": address, "port": port}))


def preferred_port(home: Path) -> int:
    """The port of last time, so that bookmarks go on working."""
    port = _last(home).get("port")
    return port if isinstance(port, int) else FIRST_PORT


def _last(home: Path) -> dict[str, object]:
    try:
        state = json.loads((home / STATE).read_text())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
