"""The launcher: starts everything in order, brings back what dies, and leaves nothing behind."""

import selectors
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Final

from tools.stack import plan, valkey
from tools.stack.errors import StackRefused
from tools.stack.processes import Child, Log, Program, Say

TURN_S: Final = 0.5
GRACE_S: Final = 8.0
WEB_READY_S: Final = 60.0
OK_MAX: Final = 499


class Launcher:
    """Holds the children. Use it from the main thread: children hang on that thread's life."""

    def __init__(self, home: Path, say: Say, folder: Path = plan.REPOSITORY) -> None:
        self.home = home
        self.say = say
        self.folder = folder
        self.children: list[Child] = []
        self.stopping = False

    def stop_on_signals(self) -> None:
        """A TERM, a closed terminal or Ctrl-C stops everything, in order."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._stop)

    def start(self, program: Program) -> Child:
        """Run it from now on."""
        child = Child(program, self.folder, Log(self.home / "logs" / f"{program.name}.log"), self.say)
        child.start()
        self.children.append(child)
        return child

    def start_servers(self, instances: Iterable[valkey.Instance], environment: dict[str, str]) -> None:
        """Run Valkey servers and wait until they answer; raises StackRefused."""
        binary = valkey.server_binary()
        for instance in instances:
            child = self.start(plan.server(instance, binary, environment))
            valkey.wait_until_ready(instance, lambda child=child: child.alive)  # type: ignore[misc]

    def wait_for_web(self, url: str) -> None:
        """Turn until the web answers; raises StackRefused when it does not in time."""
        deadline = time.monotonic() + WEB_READY_S
        while not self.stopping and not _answers(url):
            if time.monotonic() > deadline:
                raise StackRefused(f"The web does not answer; {self.home / 'logs' / 'web.log'} says why.")
            self.turn()

    def watch(self) -> None:
        """Until told to stop."""
        while not self.stopping:
            self.turn()

    def turn(self) -> None:
        """Listen to the children for a moment and bring back those that are due."""
        with selectors.DefaultSelector() as selector:
            for child in self.children:
                if child.output is not None and not child.output.closed:
                    selector.register(child.output, selectors.EVENT_READ, child)
            for key, _ in selector.select(TURN_S):
                key.data.read()
        for child in self.children:
            self._tend(child)

    def stop(self) -> None:
        """End all: web and workers first, servers last."""
        servers = [child for child in self.children if child.program.end is signal.SIGTERM]
        others = [child for child in self.children if child not in servers]
        for group in (others, servers):
            deadline = time.monotonic() + GRACE_S
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.finish(deadline)
        self.children.clear()

    def _tend(self, child: Child) -> None:
        if child.process is not None and not child.alive:
            child.note_death()
            time.sleep(0.05)
        elif child.process is None and time.monotonic() >= child.due and not self.stopping:
            child.start()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True


def address(listener: socket.socket) -> str:
    """What to type into a browser on this machine."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - shown, not bound
    return f"http://{shown}:{port}"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        return error.code <= OK_MAX
    except OSError:
        return False
